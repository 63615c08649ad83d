import { type Attribute, attribute, complex, text } from "./attribute.ts";

const readOnly = { mutability: "readOnly" } as const;

/** Attributes of every resource (RFC 7643 section 3.1). No schema lists them. */
export const everyResource: readonly Attribute[] = [
  attribute("schemas", "reference", "URNs of the schemas that the resource has attributes of.", {
    ...readOnly,
    field: undefined,
    derived: "schemas",
    multiValued: true,
    returned: "always",
  }),
  text("id", "Identifier that the server gave the resource. It never changes.", {
    ...readOnly,
    caseExact: true,
    returned: "always",
    uniqueness: "server",
  }),
  text("externalId", "Identifier of the resource as the provisioning client defines it.", {
    caseExact: true,
    maxLength: 255,
  }),
  complex(
    "meta",
    "What the server knows about the resource itself.",
    [
      text("resourceType", "The kind of resource.", {
        ...readOnly,
        field: undefined,
        derived: "resourceType",
        caseExact: true,
      }),
      attribute("created", "dateTime", "When the resource was created.", {
        ...readOnly,
        path: "create_time",
        field: "createTime",
      }),
      attribute("lastModified", "dateTime", "When the resource was last changed.", {
        ...readOnly,
        path: "update_time",
        field: "updateTime",
      }),
      attribute("location", "reference", "Address of the resource.", {
        ...readOnly,
        field: undefined,
        derived: "location",
        caseExact: true,
      }),
      text("version", "Version of the resource, as in the ETag header.", {
        ...readOnly,
        field: undefined,
        derived: "version",
        caseExact: true,
      }),
    ],
    { ...readOnly, path: "", field: undefined },
  ),
];
