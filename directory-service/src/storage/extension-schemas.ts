import { status } from "@grpc/grpc-js";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import {
  type ExtensionSchema,
  SchemaAttribute,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { StatusError } from "@rollcall/runtime/status";
import { SCIM_GROUP, SCIM_USER } from "../domain/attributes.ts";
import { isSchemaUrn } from "../domain/check-extension-schema.ts";
import { ExtensionSchemaEntity } from "../domain/extension-schema.ts";
import { foldCase } from "../domain/fold-case.ts";
import { valueKey } from "../domain/value-keys.ts";
import type { Run, Statement } from "./statement.ts";

/** An account's extension schemas by URN. */
export function findExtensionSchemas(em: SqlEntityManager, accountId: string): Promise<ExtensionSchemaEntity[]> {
  return em.find(ExtensionSchemaEntity, { accountId }, { orderBy: { urnKey: "asc" } });
}

/** The schema that a URN names, in any letter case. Throws EXTENSION_SCHEMA_NOT_FOUND. */
export async function findExtensionSchema(
  em: SqlEntityManager,
  accountId: string,
  urn: string,
): Promise<ExtensionSchemaEntity> {
  const key = { accountId, urnKey: foldCase(urn) };
  const schema = isSchemaUrn(urn) && (await em.findOne(ExtensionSchemaEntity, key));
  if (!schema) throw extensionSchemaNotFound(urn);
  return schema;
}

/** Answers for a schema that the account does not have. */
export function extensionSchemaNotFound(urn: string): StatusError {
  return new StatusError(status.NOT_FOUND, "EXTENSION_SCHEMA_NOT_FOUND", `There is no extension schema ${urn}.`, {
    metadata: { urn },
  });
}

/**
 * Whether a live record has a value under a URN, which records have as it is
 * declared. scim_user_values and scim_group_values find the records.
 */
export async function isExtensionUsed(run: Run, accountId: string, urn: string): Promise<boolean> {
  const keys = [SCIM_USER, SCIM_GROUP].map(({ kind }) => valueKey(kind, accountId, "schemas", urn));
  const [row] = await run<{ used: boolean }>(EXTENSION_USED, [accountId, urn, ...keys]);
  return row?.used === true;
}

const hasValue = (table: string, key: string) =>
  `exists (select from ${table} where account_id = $1 and delete_time is null
    and value_keys @> array[${key}::bigint] and attributes -> 'extensions' ? $2)`;

/** $1 account, $2 URN, $3 and $4 its value keys in users and in groups. */
export const EXTENSION_USED: Statement = {
  name: "is_extension_used",
  text: `select ${hasValue("scim_user", "$3")} or ${hasValue("scim_group", "$4")} as used`,
};

/** An entity as a message. */
export function toExtensionSchema(schema: ExtensionSchemaEntity): ExtensionSchema {
  return {
    urn: schema.urn,
    version: schema.version,
    createTime: schema.createTime,
    updateTime: schema.updateTime,
    name: schema.name,
    description: schema.description,
    recordKinds: schema.recordKinds,
    attributes: schema.attributes.map((attribute) => SchemaAttribute.fromPartial(attribute)),
  };
}
