import { groupSchema } from "../mapping/group.ts";
import type { ResourceSchema, Section } from "../mapping/schema.ts";
import type { Resource } from "../mapping/to-resource.ts";
import { userSchema } from "../mapping/user.ts";
import { defaultCount, listResponse, maxCount } from "./list.ts";
import { schemaResource } from "./schema.ts";

const resourceSchemas: readonly ResourceSchema[] = [userSchema, groupSchema];
const sections: readonly Section[] = [
  ...new Set(resourceSchemas.flatMap(({ core, extensions }) => [core, ...extensions])),
];

/** The body of /Schemas. `baseUrl` has no slash at its end, here and below. */
export function schemasList(baseUrl: string): Resource {
  return wholeList(sections.map((section) => schemaResource(section, baseUrl)));
}

/** The body of /Schemas/{urn}. Undefined: there is no such schema. */
export function schemaById(id: string, baseUrl: string): Resource | undefined {
  const section = sections.find(({ urn }) => urn.toLowerCase() === id.toLowerCase());
  return section && schemaResource(section, baseUrl);
}

/** The body of /ResourceTypes. */
export function resourceTypesList(baseUrl: string): Resource {
  return wholeList(resourceSchemas.map((schema) => resourceType(schema, baseUrl)));
}

/** The body of /ResourceTypes/{name}. Undefined: there is no such type. */
export function resourceTypeById(id: string, baseUrl: string): Resource | undefined {
  const schema = resourceSchemas.find(({ kind }) => kind.toLowerCase() === id.toLowerCase());
  return schema && resourceType(schema, baseUrl);
}

/** The body of /ServiceProviderConfig (RFC 7643 section 5, RFC 9865 section 4). */
export function serviceProviderConfig(baseUrl: string): Resource {
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: maxCount },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: "index",
      defaultPageSize: defaultCount,
      maxPageSize: maxCount,
    },
    authenticationSchemes: [
      {
        type: "oauthbearertoken",
        name: "OAuth Bearer Token",
        description: "A token that an owner of the account issues, sent in the Authorization header.",
        specUri: "https://www.rfc-editor.org/info/rfc6750",
        primary: true,
      },
    ],
    meta: { resourceType: "ServiceProviderConfig", location: `${baseUrl}/ServiceProviderConfig` },
  };
}

/** Discovery is never paged (RFC 7644 section 4). */
function wholeList(resources: readonly Resource[]): Resource {
  return listResponse({ resources, totalResults: resources.length, startIndex: 1 });
}

function resourceType(schema: ResourceSchema, baseUrl: string): Resource {
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
    id: schema.kind,
    name: schema.kind,
    endpoint: schema.endpoint,
    description: schema.description,
    schema: schema.urn,
    schemaExtensions: schema.extensions.map(({ urn }) => ({ schema: urn, required: false })),
    meta: { resourceType: "ResourceType", location: `${baseUrl}/ResourceTypes/${schema.kind}` },
  };
}
