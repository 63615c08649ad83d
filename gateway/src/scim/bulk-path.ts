import type { ResourceKind } from "../mapping/schema.ts";
import { ScimError } from "./error.ts";

/** Where the resources live that an operation's path may mean. */
export interface BulkPaths {
  /** What paths may begin with, e.g. "https://host/scim/v2" and "/scim/v2". None ends with a slash. */
  readonly bases: readonly string[];
  /** Kinds of resource by their endpoints, e.g. "/Users". */
  readonly kinds: ReadonlyMap<string, ResourceKind>;
}

/** What an operation's path means. */
export interface BulkTarget {
  readonly kind: ResourceKind;
  /** "" for the endpoint itself. May be a reference: "bulkId:x". */
  readonly id: string;
}

/**
 * Reads an operation's path: relative to the base URL, with its slash in front
 * or without, or the whole address. Throws the ScimError that a request of its
 * own would get: 404 for what is not there, 405 for a method that it does not take.
 */
export function bulkTarget(path: string, method: string, { bases, kinds }: BulkPaths): BulkTarget {
  const base = bases.find((candidate) => path.startsWith(`${candidate}/`)) ?? "";
  // No operation takes parameters: clients append "?" to everything.
  const [, name = "", id = "", rest] = /^\/?([^/?#]*)(?:\/([^/?#]*))?(.*)$/s.exec(path.slice(base.length)) ?? [];
  const kind = kinds.get(`/${name}`);
  if (kind === undefined || !/^\/?(?:\?.*)?$/s.test(rest ?? "")) {
    const endpoints = [...kinds.keys()].flatMap((endpoint) => [endpoint, `${endpoint}/{id}`]).join(", ");
    throw new ScimError(404, undefined, `path: there is nothing at it. Operations take ${endpoints}.`);
  }
  if ((method === "POST") !== (id === "")) {
    const takes = id === "" ? "POST" : "PUT, PATCH, DELETE";
    throw new ScimError(405, undefined, `path: /${name}${id === "" ? "" : "/{id}"} takes ${takes} here.`);
  }
  return { kind, id: decoded(id) };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new ScimError(400, "invalidValue", "path has an invalid percent-encoding.");
  }
}
