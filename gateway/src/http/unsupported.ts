import { ScimError } from "../scim/error.ts";
import type { Route } from "./exchange.ts";

/** Endpoints of RFC 7644 that a server may leave out and must then answer with 501 (sections 3.4.3, 3.7, 3.11). */
export function unsupportedRoutes(): Route[] {
  const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;
  return [
    ...methods.map((method) => unsupported(method, "/Me")),
    unsupported("POST", "/Bulk"),
    unsupported("POST", "/.search"),
    unsupported("POST", "/Users/.search"),
    unsupported("POST", "/Groups/.search"),
  ];
}

function unsupported(method: Route["method"], path: string): Route {
  return {
    method,
    path,
    access: "scim",
    handler() {
      throw new ScimError(501, undefined, `This server does not offer ${path}.`);
    },
  };
}
