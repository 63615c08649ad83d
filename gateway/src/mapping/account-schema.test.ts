import {
  ExtensionSchema,
  SchemaAttributeMutability,
  SchemaAttributeReturned,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import { accountSection, withAccountSchemas } from "./account-schema.ts";
import { groupSchema } from "./group.ts";
import { locate } from "./schema.ts";
import { userSchema } from "./user.ts";

const {
  SCHEMA_ATTRIBUTE_TYPE_STRING: STRING,
  SCHEMA_ATTRIBUTE_TYPE_DECIMAL: DECIMAL,
  SCHEMA_ATTRIBUTE_TYPE_INTEGER: INTEGER,
  SCHEMA_ATTRIBUTE_TYPE_DATE_TIME: DATE_TIME,
  SCHEMA_ATTRIBUTE_TYPE_REFERENCE: REFERENCE,
  SCHEMA_ATTRIBUTE_TYPE_BINARY: BINARY,
  SCHEMA_ATTRIBUTE_TYPE_COMPLEX: COMPLEX,
} = SchemaAttributeType;
const IMMUTABLE = SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_IMMUTABLE;
const { SCHEMA_ATTRIBUTE_RETURNED_ALWAYS: ALWAYS, SCHEMA_ATTRIBUTE_RETURNED_REQUEST: REQUEST } =
  SchemaAttributeReturned;
const secret = {
  mutability: SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_WRITE_ONLY,
  returned: SchemaAttributeReturned.SCHEMA_ATTRIBUTE_RETURNED_NEVER,
};
const URN = "urn:acme:2.0:Badge";

const definition = ExtensionSchema.fromPartial({
  urn: URN,
  name: "Badge",
  description: "Badges",
  recordKinds: [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER],
  attributes: [
    { name: "number", type: INTEGER, required: true, mutability: IMMUTABLE, description: "Its number." },
    { name: "label", type: STRING, caseExact: true, returned: REQUEST, canonicalValues: ["red", "blue"] },
    { name: "photo", type: BINARY },
    { name: "lock", type: COMPLEX, ...secret, subAttributes: [{ name: "pin", type: STRING }] },
    { name: "site", type: REFERENCE, referenceTypes: ["external"], returned: ALWAYS },
    {
      name: "keys",
      type: COMPLEX,
      multiValued: true,
      subAttributes: [
        { name: "Value", type: DECIMAL },
        { name: "until", type: DATE_TIME },
      ],
    },
  ],
});

describe("an account's schema", () => {
  it("becomes rows with every characteristic", () => {
    const { attributes, ...section } = accountSection(definition);
    expect(section).toEqual({
      urn: URN,
      aliases: [],
      name: "Badge",
      description: "Badges",
      extension: true,
      open: false,
    });
    expect(attributes).toMatchObject([
      {
        name: "number",
        path: `${URN}:number`,
        field: "number",
        type: "integer",
        multiValued: false,
        required: true,
        mutability: "immutable",
        returned: "default",
        uniqueness: "none",
        caseExact: false,
        description: "Its number.",
      },
      { name: "label", type: "string", caseExact: true, returned: "request", canonicalValues: ["red", "blue"] },
      { name: "photo", type: "binary", caseExact: true, mutability: "readWrite", filterable: true },
      {
        name: "lock",
        mutability: "writeOnly",
        returned: "never",
        filterable: false,
        subAttributes: [{ name: "pin", mutability: "readWrite", filterable: false }],
      },
      { name: "site", type: "reference", caseExact: true, returned: "always", referenceTypes: ["external"] },
      {
        name: "keys",
        type: "complex",
        multiValued: true,
        subAttributes: [
          { name: "Value", path: "Value", field: "Value", type: "decimal" },
          { name: "until", path: "until", type: "dateTime" },
        ],
      },
    ]);
  });

  it("belongs to the kinds of record that it names", () => {
    const user = withAccountSchemas(userSchema, [definition]);
    expect(user.extensions.map(({ urn }) => urn)).toEqual([...userSchema.extensions.map(({ urn }) => urn), URN]);
    expect(locate(user, URN.toUpperCase(), "NUMBER")?.attribute?.path).toBe(`${URN}:number`);
    expect(withAccountSchemas(groupSchema, [definition])).toBe(groupSchema);
  });
});
