import type { ResourceSchema, Section } from "../mapping/schema.ts";
import { serviceSchemas } from "../mapping/service-schemas.ts";
import type { Resource } from "../mapping/to-resource.ts";
import { defaultCount, listResponse } from "./list.ts";
import { schemaResource } from "./schema.ts";

/** What a client is served, as far as discovery tells of it. */
export interface Served {
  /** One for each kind of resource. */
  readonly schemas: readonly ResourceSchema[];
  /** Resources on a page at most. */
  readonly maxPageSize: number;
  /** Operations of one Bulk request at most. */
  readonly maxBulkOperations: number;
  /** Bytes of one Bulk request at most. */
  readonly maxBulkBytes: number;
}

/** Seconds that a cursor can be used for at least (RFC 9865 section 2.1). */
export const cursorTimeout = 86_400;

/** The body of /Schemas. `baseUrl` has no slash at its end, here and below. */
export function schemasList(served: Served, baseUrl: string): Resource {
  return wholeList(sectionsOf(served).map((section) => schemaResource(section, baseUrl)));
}

/** The body of /Schemas/{urn}. Undefined: there is no such schema. */
export function schemaById(served: Served, baseUrl: string, id: string): Resource | undefined {
  const section = sectionsOf(served).find(({ urn }) => urn.toLowerCase() === id.toLowerCase());
  return section && schemaResource(section, baseUrl);
}

/** The body of /ResourceTypes. */
export function resourceTypesList({ schemas }: Served, baseUrl: string): Resource {
  return wholeList(schemas.map((schema) => resourceType(schema, baseUrl)));
}

/** The body of /ResourceTypes/{name}. Undefined: there is no such type. */
export function resourceTypeById({ schemas }: Served, baseUrl: string, id: string): Resource | undefined {
  const schema = schemas.find(({ kind }) => kind.toLowerCase() === id.toLowerCase());
  return schema && resourceType(schema, baseUrl);
}

/** The body of /ServiceProviderConfig (RFC 7643 section 5, RFC 9865 section 4). */
export function serviceProviderConfig(served: Served, baseUrl: string): Resource {
  const { maxPageSize, maxBulkOperations, maxBulkBytes } = served;
  return {
    schemas: ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    patch: { supported: true },
    bulk: { supported: true, maxOperations: maxBulkOperations, maxPayloadSize: maxBulkBytes },
    filter: { supported: true, maxResults: maxPageSize },
    changePassword: { supported: false },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: "index",
      defaultPageSize: Math.min(defaultCount, maxPageSize),
      maxPageSize,
      cursorTimeout,
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

/** Those of the resources first: clients that look for a user's attributes read no further. */
function sectionsOf({ schemas }: Served): Section[] {
  const ofResources = schemas.flatMap(({ core, extensions }) => [core, ...extensions]);
  return [...new Map([...ofResources, ...serviceSchemas].map((section) => [section.urn, section])).values()];
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
