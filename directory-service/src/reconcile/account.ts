import type { SqlEntityManager } from "@mikro-orm/postgresql";
import {
  SchemaAttributeMutability,
  SchemaAttributeReturned,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { query } from "./query.ts";
import { type SecretPath, secretPaths } from "./rules/secrets.ts";

/** What rules may know of the account. */
export interface AccountState {
  id: string;
  /** The account's own organization. */
  organizationId: string;
  locale: string;
  timeZone: string;
  /** Attributes of its extension schemas whose values nobody may read. */
  secrets: readonly SecretPath[];
}

type Schemas = Parameters<typeof secretPaths>[0];

// That a schema has a secret attribute, at any depth.
const SECRET = `$.** ? (@.mutability == ${SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_WRITE_ONLY}
  || @.returned == ${SchemaAttributeReturned.SCHEMA_ATTRIBUTE_RETURNED_NEVER})`;

/** Undefined: there is no such account. */
export async function loadAccount(tx: SqlEntityManager, accountId: string): Promise<AccountState | undefined> {
  const [account] = await query<Omit<AccountState, "secrets"> & { schemas: Schemas | null }>(
    tx,
    `select a.account_id as id, a.organization_id as "organizationId", a.locale, a.time_zone as "timeZone",
       (select jsonb_agg(jsonb_build_object('urn', s.urn, 'attributes', s.attributes)) from extension_schema s
         where s.account_id = a.account_id and jsonb_path_exists(s.attributes, '${SECRET}')) as schemas
     from account a where a.account_id = $1`,
    [accountId],
  );
  if (!account) return undefined;
  const { schemas, ...state } = account;
  return { ...state, secrets: schemas ? secretPaths(schemas) : [] };
}
