import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  ExtensionSchema,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { DEFAULT_VIEW } from "../gateway/src/http/account-view.ts";
import { describeRoutes } from "../gateway/src/http/openapi.ts";
import { type Services, scimRoutes } from "../gateway/src/http/routes.ts";
import { withAccountSchemas } from "../gateway/src/mapping/account-schema.ts";
import { minimalSchema } from "../gateway/src/mapping/minimal-profile.ts";

/**
 * Writes OpenAPI documents into a folder, for `npm run check`: the one that a
 * client without a token gets, and one of an account that has changed what it can.
 */
const folder = process.argv[2];
if (folder === undefined) throw new Error("Say which folder to write to: node deploy/openapi.ts FOLDER");

// No handler runs, so that nothing has to answer.
const routes = scimRoutes({} as Services);
const COMPLEX = SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_COMPLEX;
const simpleTypes = Object.values(SchemaAttributeType).filter((type) => type > 0 && type !== COMPLEX);
const extension = ExtensionSchema.fromPartial({
  urn: "urn:example:2.0:Everything",
  recordKinds: [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER],
  attributes: [
    ...simpleTypes.map((type) => ({ name: `type${type}`, type, multiValued: type % 2 === 0, required: true })),
    {
      name: "complex",
      type: COMPLEX,
      subAttributes: simpleTypes.map((type) => ({ name: `type${type}`, type, required: true })),
    },
  ],
});
const user = minimalSchema(withAccountSchemas(DEFAULT_VIEW.schemas.User, [extension]));
const changed = { ...DEFAULT_VIEW, profile: "minimal" as const, schemas: { ...DEFAULT_VIEW.schemas, User: user } };

mkdirSync(folder, { recursive: true });
for (const [name, view] of Object.entries({ full: DEFAULT_VIEW, minimal: changed })) {
  const document = describeRoutes(routes, view, "https://directory.example.org/scim/v2");
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(document, undefined, 2));
}
