import { defineEntity, type InferEntity, p } from "@mikro-orm/core";
import type { SchemaAttribute } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";

/** A schema extension that an account has defined. `urn` is as it was first written, `urnKey` folded. */
export const ExtensionSchemaEntity = defineEntity({
  name: "ExtensionSchema",
  tableName: "extension_schema",
  properties: {
    accountId: p.text().primary(),
    urnKey: p.text().primary(),
    urn: p.text(),
    version: p.bigint("number"),
    name: p.text(),
    description: p.text(),
    recordKinds: p.array(Number).columnType("smallint[]").$type<ScimRecordKind[]>(),
    attributes: p.json<SchemaAttribute[]>(),
    createTime: p.datetime(),
    updateTime: p.datetime(),
  },
});

/** A row: an extension schema. */
export type ExtensionSchemaEntity = InferEntity<typeof ExtensionSchemaEntity>;

/** Schemas that an account may define. */
export const MAX_SCHEMAS = 20;
