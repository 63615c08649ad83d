import {
  type Connection,
  ConnectionProfile,
  PutPolicy as ContractPutPolicy,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import type { ExtensionSchema } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { withAccountSchemas } from "../mapping/account-schema.ts";
import { groupSchema } from "../mapping/group.ts";
import { minimalSchema } from "../mapping/minimal-profile.ts";
import type { ResourceKind, ResourceSchema } from "../mapping/schema.ts";
import { userSchema } from "../mapping/user.ts";
import { ScimError } from "../scim/error.ts";
import { maxCount } from "../scim/list.ts";
import type { PutPolicy } from "../scim/put.ts";
import { DEFAULT_RATE, type RateLimit } from "./rate-limit.ts";

/** What an account makes of SCIM: its connection's settings and the schemas that it extends. */
export interface AccountView {
  /** "minimal": users only, and answers of a few attributes. */
  readonly profile: "full" | "minimal";
  readonly putPolicy: PutPolicy;
  readonly limits: AccountLimits;
  /** With the extensions that the account has defined. */
  readonly schemas: Readonly<Record<ResourceKind, ResourceSchema>>;
}

/** Bounds of what the account's clients may ask for. */
export interface AccountLimits {
  /** Of each token. */
  readonly rate: RateLimit;
  /** Resources on a page at most. */
  readonly maxPageSize: number;
  /** Operations of one Bulk request at most. */
  readonly maxBulkOperations: number;
}

/** What holds for an account that has not said otherwise, and where no account is known. */
export const DEFAULT_VIEW: AccountView = {
  profile: "full",
  putPolicy: "merge",
  limits: { rate: DEFAULT_RATE, maxPageSize: maxCount, maxBulkOperations: 1_000 },
  schemas: { User: userSchema, Group: groupSchema },
};

/** What an account's settings and definitions come to. */
export function accountView(connection: Connection, defined: readonly ExtensionSchema[]): AccountView {
  const User = withAccountSchemas(userSchema, defined);
  const Group = withAccountSchemas(groupSchema, defined);
  const limits = limitsOf(connection);
  const putPolicy = connection.putPolicy === ContractPutPolicy.PUT_POLICY_REPLACE ? "replace" : "merge";
  return connection.profile === ConnectionProfile.CONNECTION_PROFILE_MINIMAL
    ? { profile: "minimal", putPolicy, limits, schemas: { User: minimalSchema(User), Group } }
    : { profile: "full", putPolicy, limits, schemas: { User, Group } };
}

/** The kinds of resource that an account has. */
export function kindsOf({ profile }: AccountView): readonly ResourceKind[] {
  return profile === "minimal" ? ["User"] : ["User", "Group"];
}

/** Throws ScimError 404 for a kind of resource that the account does not have. */
export function requireKind(view: AccountView, kind: ResourceKind): void {
  if (kindsOf(view).includes(kind)) return;
  throw new ScimError(404, undefined, `The connection's profile is ${view.profile}: this account has no ${kind}s.`);
}

/** A service that is older than a limit sends 0 for it. */
function limitsOf({ limits }: Connection): AccountLimits {
  const { rate, maxPageSize, maxBulkOperations } = DEFAULT_VIEW.limits;
  return {
    rate: {
      perSecond: limits?.requestsPerSecond || rate.perSecond,
      burst: limits?.requestBurst || rate.burst,
    },
    maxPageSize: limits?.maxPageSize || maxPageSize,
    maxBulkOperations: limits?.maxBulkOperations || maxBulkOperations,
  };
}
