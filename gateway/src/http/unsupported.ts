import { ScimError } from "../scim/error.ts";
import type { Route } from "./exchange.ts";

const PATHS = ["/Me"];
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/**
 * Endpoints of RFC 7644 that a server may leave out and must then answer with
 * 501 (section 3.11): by every method, as 405 would say that another one works.
 */
export function unsupportedRoutes(): Route[] {
  return PATHS.flatMap((path) => METHODS.map((method) => unsupported(method, path)));
}

function unsupported(method: Route["method"], path: string): Route {
  return {
    method,
    path,
    access: "scim",
    operation: { id: idOf(method, path), summary: "Not offered.", answers: {}, errors: [501] },
    handler() {
      throw new ScimError(501, undefined, `This server does not offer ${path}.`);
    },
  };
}

/** "getMe". */
function idOf(method: string, path: string): string {
  const words = path.split(/\W+/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${method.toLowerCase()}${words.join("")}`;
}
