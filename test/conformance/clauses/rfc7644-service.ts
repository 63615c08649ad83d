import { type Clause, may, must, should } from "./clause.ts";

const proxy = "The gateway serves HTTP; TLS ends at the proxy or ingress before it.";

/** RFC 7644 sections 4 to 7: discovery, texts, tenants, security. */
export const serviceClauses: readonly Clause[] = [
  must("7644-4-a", "/ServiceProviderConfig describes what the server offers."),
  must("7644-4-b", "/Schemas lists every schema, and /Schemas/{urn} has one."),
  must("7644-4-c", "/ResourceTypes lists every type, and /ResourceTypes/{name} has one."),
  must("7644-4-d", "The lists of schemas and types are ListResponse messages."),
  must("7644-4-e", "Sorting, paging and projection of discovery are ignored."),
  should("7644-4-f", "A filter of discovery is 403."),
  must("7644-4-g", "Discovery is read only: other methods are refused."),
  may("7644-4-h", "Discovery needs no credentials."),

  should("7644-5-a", "Names that differ in case or in Unicode composition alone are the same name."),

  may("7644-6-a", "One server has many tenants, each with resources of its own."),
  must("7644-6-b", "A client sees and changes resources of its tenant alone."),
  must("7644-6-c", "Unique means unique within the tenant."),
  must("7644-6-d", "externalId belongs to the tenant of the client that gave it."),

  must("7644-7.1-a", "TLS 1.2 or later protects every request.", { reason: proxy }),
  must("7644-7.2-a", "Only clients with a right to the resource reach it."),
  should("7644-7.3-a", "A bearer token counts in the Authorization header alone, never in the URL."),
  should("7644-7.4-a", "A token can be revoked at once."),
  should("7644-7.5.1-a", "Queries that hold personal data can be sent by POST, off the URL."),
  may("7644-7.5.1-b", "403 sensitive refuses a filter that puts personal data into a URL.", {
    reason: "Every identity provider filters by GET. The request log masks the values instead.",
  }),
  must("7644-7.5.2-a", "Anonymous requests reach no resource."),
  should("7644-7.6-a", "Passwords are not kept in clear text."),
  should("7644-7.8-a", "Names that are compared without regard to case are so wherever they are compared."),
];
