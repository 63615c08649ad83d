import { LRUCache } from "lru-cache";
import type { Resource } from "../mapping/to-resource.ts";
import {
  resourceTypeById,
  resourceTypesList,
  schemaById,
  schemasList,
  serviceProviderConfig,
} from "../scim/discovery.ts";
import { ScimError } from "../scim/error.ts";
import type { Answer, Exchange, Route } from "./exchange.ts";
import { idOf, queryOf } from "./representation.ts";

// Base URLs come from the Host header, so what is kept for them is bounded.
const KEPT_DOCUMENTS = 1_000;

/** What clients learn about the server from (RFC 7644 section 4). It needs no token, as that section allows. */
export function discoveryRoutes(): Route[] {
  const documents = new LRUCache<string, string>({ max: KEPT_DOCUMENTS });

  const one = (path: string, describe: (baseUrl: string) => Resource): Route => ({
    method: "GET",
    path,
    access: "open",
    handler: (exchange) => answer(exchange, path, "", (baseUrl) => describe(baseUrl)),
  });

  const byId = (path: string, describe: (id: string, baseUrl: string) => Resource | undefined): Route => ({
    method: "GET",
    path: `${path}/:id`,
    access: "open",
    handler: (exchange) => answer(exchange, path, idOf(exchange), (baseUrl) => describe(idOf(exchange), baseUrl)),
  });

  function answer(
    exchange: Exchange,
    path: string,
    id: string,
    describe: (baseUrl: string) => Resource | undefined,
  ): Answer {
    // RFC 7644 section 4: a filter is answered with 403, lest a client believe that it was applied.
    if (queryOf(exchange)["filter"] !== undefined)
      throw new ScimError(403, undefined, `${path} cannot be filtered (RFC 7644 section 4).`);
    const { baseUrl } = exchange;
    const key = `${baseUrl} ${path} ${id}`;
    let body = documents.get(key);
    if (body === undefined) {
      const document = describe(baseUrl);
      if (document === undefined) throw new ScimError(404, undefined, `There is no "${id}" under ${path}.`);
      body = JSON.stringify(document);
      documents.set(key, body);
    }
    return { status: 200, body };
  }

  return [
    one("/ServiceProviderConfig", serviceProviderConfig),
    one("/ResourceTypes", resourceTypesList),
    byId("/ResourceTypes", resourceTypeById),
    one("/Schemas", schemasList),
    byId("/Schemas", schemaById),
  ];
}
