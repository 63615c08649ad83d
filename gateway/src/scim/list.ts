import type { Resource } from "../mapping/to-resource.ts";
import { ScimError, type ScimType } from "./error.ts";
import { type Query, textParameter } from "./query.ts";

/** Resources on a page where the client does not say. */
export const defaultCount = 100;
/** Most resources on a page. */
export const maxCount = 500;

/** What a list request asks for (RFC 7644 section 3.4.2, RFC 9865). */
export interface ListQuery {
  /** Not parsed yet. Undefined: everything. */
  readonly filter: string | undefined;
  /** From 1. */
  readonly startIndex: number;
  /** 0 to maxCount. 0 asks for the total alone. */
  readonly count: number;
  /** "" asks for the first page by cursor. Undefined: paging by index. */
  readonly cursor: string | undefined;
}

/**
 * Reads the parameters of a list request. Numbers out of range are brought into
 * it, as the RFC says; sortBy and sortOrder are ignored, as it says for servers
 * that do not sort. Throws ScimError 400 invalidValue for what is no number; with a
 * cursor, invalidCount for the count (RFC 9865 section 2.1).
 */
export function parseListQuery(query: Query): ListQuery {
  const filter = textParameter(query, "filter");
  const cursor = textParameter(query, "cursor");
  return {
    filter: filter?.trim() === "" ? undefined : filter,
    startIndex: Math.min(Math.max(integer(query, "startIndex") ?? 1, 1), maxStartIndex),
    count: Math.min(
      Math.max(integer(query, "count", cursor === undefined ? "invalidValue" : "invalidCount") ?? defaultCount, 0),
      maxCount,
    ),
    cursor,
  };
}

/** One page of resources. */
export interface Page {
  readonly resources: readonly Resource[];
  readonly totalResults: number;
  /** Of the first resource. Left out of pages by cursor. */
  readonly startIndex?: number | undefined;
  /** Undefined or "": there is no next page. */
  readonly nextCursor?: string | undefined;
}

/** The body of a list answer. `itemsPerPage` is how many resources it has. */
export function listResponse(page: Page): Resource {
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: page.totalResults,
    itemsPerPage: page.resources.length,
    ...(page.startIndex !== undefined && { startIndex: page.startIndex }),
    ...(page.nextCursor && { nextCursor: page.nextCursor }),
    Resources: page.resources,
  };
}

/** The contract's start_index is an int32. */
const maxStartIndex = 2 ** 31 - 1;

function integer(query: Query, name: string, fault: ScimType = "invalidValue"): number | undefined {
  const text = textParameter(query, name)?.trim();
  if (text === undefined || text === "") return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw new ScimError(400, fault, `${name} must be an integer.`);
  return Number(text);
}
