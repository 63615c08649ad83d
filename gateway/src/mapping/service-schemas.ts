import { type Attribute, attribute, complex, text } from "./attribute.ts";
import type { Section } from "./schema.ts";

const readOnly = { mutability: "readOnly" } as const;
const exact = { ...readOnly, caseExact: true } as const;
const types = ["string", "boolean", "decimal", "integer", "dateTime", "reference", "binary", "complex"];

/**
 * The schemas of what discovery answers with (RFC 7643 sections 5 to 7, RFC 9865
 * section 4). /Schemas lists them too: it has "all supported schemas" (RFC 7644
 * section 4), and RFC 7643 section 8.7.2 defines these beside those of resources.
 */
export const serviceSchemas: readonly Section[] = [
  serviceSchema("ServiceProviderConfig", "What the service provider offers.", [
    reference("documentationUri", "Address of documentation for people.", ["external"]),
    feature("patch", "PATCH (RFC 7644 section 3.5.2)."),
    feature("bulk", "Bulk requests (RFC 7644 section 3.7).", [
      whole("maxOperations", "Operations of one request at most.", true),
      whole("maxPayloadSize", "Bytes of one request at most.", true),
    ]),
    feature("filter", "Filters (RFC 7644 section 3.4.2.2).", [
      whole("maxResults", "Resources of one answer at most.", true),
    ]),
    feature("changePassword", "Changing passwords."),
    feature("sort", "Sorting (RFC 7644 section 3.4.2.3)."),
    feature("etag", "Entity tags (RFC 7644 section 3.14)."),
    complex(
      "pagination",
      "How lists are paged (RFC 9865).",
      [
        flag("cursor", "Whether lists are paged by cursor.", true),
        flag("index", "Whether lists are paged by startIndex.", true),
        text("defaultPaginationMethod", "How a list is paged where the request does not say.", {
          ...exact,
          canonicalValues: ["cursor", "index"],
        }),
        whole("defaultPageSize", "Resources of a page where the request does not say."),
        whole("maxPageSize", "Resources of a page at most."),
        whole("cursorTimeout", "Seconds that a cursor can be used for at least."),
      ],
      readOnly,
    ),
    complex(
      "authenticationSchemes",
      "How clients prove who they are.",
      [
        text("type", "The kind of scheme.", { ...exact, required: true, canonicalValues: ["oauthbearertoken"] }),
        text("name", "Name of the scheme.", { ...readOnly, required: true }),
        text("description", "What the scheme is.", { ...readOnly, required: true }),
        reference("specUri", "Address of its specification.", ["external"]),
        reference("documentationUri", "Address of documentation for people.", ["external"]),
        flag("primary", "Whether it is the preferred one."),
      ],
      { ...readOnly, required: true, multiValued: true },
    ),
  ]),
  serviceSchema("ResourceType", "A type of resource.", [
    text("id", "Identifier of the type. It is its name.", exact),
    text("name", "Name of the type, as in meta.resourceType.", { ...exact, required: true }),
    text("description", "What the type is.", readOnly),
    reference("endpoint", "Where its resources are, below the base URL.", ["uri"], true),
    reference("schema", "URN of its core schema.", ["uri"], true),
    complex(
      "schemaExtensions",
      "Extensions of its schema.",
      [
        reference("schema", "URN of the extension.", ["uri"], true),
        flag("required", "Whether each resource must have the extension.", true),
      ],
      { ...readOnly, multiValued: true },
    ),
  ]),
  serviceSchema("Schema", "A schema: attributes and their characteristics.", [
    text("id", "URN of the schema.", { ...exact, required: true, uniqueness: "server" }),
    text("name", "Name of the schema.", readOnly),
    text("description", "What the schema is for.", readOnly),
    characteristics("attributes", "The attributes of the schema.", [
      characteristics("subAttributes", "The attributes of a complex one.", []),
    ]),
  ]),
];

function serviceSchema(name: string, description: string, attributes: readonly Attribute[]): Section {
  const urn = `urn:ietf:params:scim:schemas:core:2.0:${name}`;
  return { urn, aliases: [], name, description, extension: false, open: false, attributes };
}

function feature(name: string, description: string, more: readonly Attribute[] = []): Attribute {
  return complex(name, description, [flag("supported", "Whether it is offered.", true), ...more], {
    ...readOnly,
    required: true,
  });
}

function flag(name: string, description: string, required = false): Attribute {
  return attribute(name, "boolean", description, { ...readOnly, required });
}

function whole(name: string, description: string, required = false): Attribute {
  return attribute(name, "integer", description, { ...readOnly, required });
}

function reference(name: string, description: string, referenceTypes: readonly string[], required = false): Attribute {
  return attribute(name, "reference", description, { ...exact, required, referenceTypes });
}

/** RFC 7643 section 7. */
function characteristics(name: string, description: string, more: readonly Attribute[]): Attribute {
  const choice = (field: string, sentence: string, canonicalValues: readonly string[]) =>
    text(field, sentence, { ...exact, canonicalValues });
  return complex(
    name,
    description,
    [
      text("name", "Name of the attribute.", { ...exact, required: true }),
      attribute("type", "string", "Its data type.", { ...exact, required: true, canonicalValues: types }),
      flag("multiValued", "Whether it has a list of values.", true),
      text("description", "What it is for.", readOnly),
      flag("required", "Whether a resource must have a value."),
      text("canonicalValues", "Values that are advised.", { ...exact, multiValued: true }),
      flag("caseExact", "Whether texts are compared exactly."),
      choice("mutability", "Who may write it, and when.", ["readOnly", "readWrite", "immutable", "writeOnly"]),
      choice("returned", "When answers have it.", ["always", "never", "default", "request"]),
      choice("uniqueness", "Among what its values are unique.", ["none", "server", "global"]),
      text("referenceTypes", "What a reference may lead to.", { ...exact, multiValued: true }),
      ...more,
    ],
    { ...readOnly, multiValued: true },
  );
}
