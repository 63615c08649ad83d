import { ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { applyChanges } from "../directory-service/src/domain/apply-changes.ts";
import { type Attributes, SCIM_USER } from "../directory-service/src/domain/attributes.ts";
import { scimUserAttributes } from "../directory-service/src/domain/record-attributes.ts";
import { matchesRecord } from "../directory-service/test/matches-record.ts";
import { toScimUser } from "../gateway/src/mapping/to-message.ts";
import { userResource } from "../gateway/src/mapping/to-resource.ts";
import { userSchema } from "../gateway/src/mapping/user.ts";
import { parseFilter } from "../gateway/src/scim/filter/parser.ts";
import { resolveFilter } from "../gateway/src/scim/filter/resolve.ts";
import { patchChanges } from "../gateway/src/scim/patch.ts";
import { validateResource } from "../gateway/src/scim/validate.ts";
import { patchOp } from "./e2e/scim-messages.ts";

/** A resource or a part of one, as JSON has it. */
export type Json = Record<string, unknown>;

/** Whether a user satisfies a filter: what gateway and directory-service make of it, without wire and SQL. Throws ScimError. */
export function matches(filter: string, user: Json): boolean {
  return matchesRecord(resolveFilter(parseFilter(filter), userSchema), storedUser(user), SCIM_USER);
}

/** What the operations of a PATCH make of a user, without `schemas`, `id` and `meta`. Throws ScimError or StatusError. */
export function patched(user: Json, operations: readonly unknown[]): Json {
  const changes = patchChanges(patchOp(...operations), userSchema);
  return shownUser(applyChanges(SCIM_USER, storedUser(user), changes).attributes);
}

/** A user as it reads back when it was created so. */
export function created(user: Json): Json {
  return shownUser(storedUser(user));
}

function storedUser(user: Json): Attributes {
  return scimUserAttributes(toScimUser(validateResource(user, userSchema)));
}

function shownUser(attributes: Attributes): Json {
  const message = { ...ScimUser.create(), ...attributes } as ScimUser;
  const { schemas, id, meta, ...rest } = JSON.parse(JSON.stringify(userResource(message, "", "")));
  return rest;
}
