import gatewayPackage from "../../package.json" with { type: "json" };
import { type OpenApi, openApiDocument } from "../openapi/document.ts";
import type { AccountView } from "./account-view.ts";
import { servedBy } from "./discovery.ts";
import { createDocuments } from "./documents.ts";
import type { Route } from "./exchange.ts";
import { DEFAULT_LIMITS } from "./limits.ts";

/** /openapi.json: `routes` and itself, as the account of the token has them, or as one without settings has. */
export function openApiRoutes(routes: readonly Route[]): Route[] {
  const documents = createDocuments();
  const own: Route = {
    method: "GET",
    path: "/openapi.json",
    access: "open",
    handler(exchange) {
      const { view, baseUrl } = exchange;
      const body = documents(exchange, "", () => describeRoutes([...routes, own], view, baseUrl)) as string;
      return { status: 200, body, headers: { "content-type": "application/json; charset=utf-8" } };
    },
    operation: { id: "getOpenApi", summary: "This document.", answers: { 200: "OpenApi" } },
  };
  return [own];
}

/** The OpenAPI document of routes for a view. */
export function describeRoutes(routes: readonly Route[], view: AccountView, baseUrl: string): OpenApi {
  const { schemas, maxPageSize, maxBulkOperations } = servedBy(view);
  return openApiDocument({
    routes,
    schemas,
    baseUrl,
    version: gatewayPackage.version,
    maxPageSize,
    maxBulkOperations,
    maxBytes: DEFAULT_LIMITS.bytes,
  });
}
