import {
  ExtensionSchema,
  SchemaAttribute,
  SchemaAttributeMutability,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { withAccountSchemas } from "../../gateway/src/mapping/account-schema.ts";
import { groupSchema } from "../../gateway/src/mapping/group.ts";
import type { ResourceKind, ResourceSchema } from "../../gateway/src/mapping/schema.ts";
import { userSchema } from "../../gateway/src/mapping/user.ts";

const { SCHEMA_ATTRIBUTE_TYPE_COMPLEX: COMPLEX, ...types } = SchemaAttributeType;
const define = (name: string, type: SchemaAttributeType, options: Partial<SchemaAttribute> = {}) =>
  SchemaAttribute.fromPartial({ name, type, ...options });

/** An extension with an attribute of every type, which each account under fuzz defines. */
export const extension = ExtensionSchema.fromPartial({
  urn: "urn:example:fuzz:2.0:Thing",
  name: "Thing",
  recordKinds: [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER, ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP],
  attributes: [
    define("label", types.SCHEMA_ATTRIBUTE_TYPE_STRING),
    define("code", types.SCHEMA_ATTRIBUTE_TYPE_STRING, { caseExact: true, multiValued: true }),
    define("enabled", types.SCHEMA_ATTRIBUTE_TYPE_BOOLEAN),
    define("count", types.SCHEMA_ATTRIBUTE_TYPE_INTEGER),
    define("weight", types.SCHEMA_ATTRIBUTE_TYPE_DECIMAL, { multiValued: true }),
    define("since", types.SCHEMA_ATTRIBUTE_TYPE_DATE_TIME),
    define("key", types.SCHEMA_ATTRIBUTE_TYPE_BINARY),
    define("owner", types.SCHEMA_ATTRIBUTE_TYPE_REFERENCE, { referenceTypes: ["User"] }),
    define("badge", types.SCHEMA_ATTRIBUTE_TYPE_STRING, {
      mutability: SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_IMMUTABLE,
    }),
    define("part", COMPLEX, {
      subAttributes: [
        define("name", types.SCHEMA_ATTRIBUTE_TYPE_STRING),
        define("size", types.SCHEMA_ATTRIBUTE_TYPE_INTEGER),
      ],
    }),
    define("parts", COMPLEX, {
      multiValued: true,
      subAttributes: [
        define("value", types.SCHEMA_ATTRIBUTE_TYPE_STRING),
        define("type", types.SCHEMA_ATTRIBUTE_TYPE_STRING),
        define("size", types.SCHEMA_ATTRIBUTE_TYPE_DECIMAL),
        define("primary", types.SCHEMA_ATTRIBUTE_TYPE_BOOLEAN),
      ],
    }),
  ],
});

/** What the accounts' users and groups may have. */
export const schemas: Record<ResourceKind, ResourceSchema> = {
  User: withAccountSchemas(userSchema, [extension]),
  Group: withAccountSchemas(groupSchema, [extension]),
};
