import type { Resource } from "../mapping/to-resource.ts";
import { ScimError, type ScimType } from "./error.ts";
import { type Query, textParameter } from "./query.ts";

/** Resources on a page where the client does not say. */
export const defaultCount = 100;
/** Most resources on a page, unless an account says otherwise. */
export const maxCount = 500;

/** What a list request asks for (RFC 7644 section 3.4.2, RFC 9865). */
export interface ListQuery {
  /** Not parsed yet. Undefined: everything. */
  readonly filter: string | undefined;
  /** Undefined: the order of creation. */
  readonly sort: SortQuery | undefined;
  /** From 1. */
  readonly startIndex: number;
  /** 0 to the account's maximum. 0 asks for the total alone. */
  readonly count: number;
  /** "" asks for the first page by cursor. Undefined: paging by index. */
  readonly cursor: string | undefined;
}

/** What a list is to be sorted by. */
export interface SortQuery {
  /** Not resolved yet. */
  readonly by: string;
  readonly descending: boolean;
}

/**
 * Reads the parameters of a list request. Numbers out of range are brought into
 * it, as RFC 7644 says. Throws ScimError 400 invalidValue for what is no number,
 * for an unknown sortOrder and for startIndex beside cursor; with a cursor,
 * invalidCount for a count that is no positive number (RFC 9865 section 2.1).
 */
export function parseListQuery(query: Query, maxPageSize: number): ListQuery {
  const filter = textParameter(query, "filter");
  const cursor = textParameter(query, "cursor");
  const startIndex = integer(query, "startIndex", "invalidValue");
  if (cursor !== undefined && startIndex !== undefined)
    throw new ScimError(400, "invalidValue", "cursor and startIndex are two ways of paging: send one of them.");
  return {
    filter: filter?.trim() === "" ? undefined : filter,
    sort: sortOf(query),
    startIndex: Math.min(Math.max(startIndex ?? 1, 1), maxStartIndex),
    count: countOf(query, cursor !== undefined, maxPageSize),
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
  /** Undefined or "": there is no page before this one. */
  readonly previousCursor?: string | undefined;
}

/** The body of a list answer. `itemsPerPage` is how many resources it has. */
export function listResponse(page: Page): Resource {
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
    totalResults: page.totalResults,
    itemsPerPage: page.resources.length,
    ...(page.startIndex !== undefined && { startIndex: page.startIndex }),
    ...(page.previousCursor && { previousCursor: page.previousCursor }),
    ...(page.nextCursor && { nextCursor: page.nextCursor }),
    Resources: page.resources,
  };
}

/** The contract's start_index is an int32. */
const maxStartIndex = 2 ** 31 - 1;

function sortOf(query: Query): SortQuery | undefined {
  const by = textParameter(query, "sortBy")?.trim();
  if (by === undefined || by === "") return undefined;
  const order = textParameter(query, "sortOrder")?.trim().toLowerCase() || "ascending";
  if (order !== "ascending" && order !== "descending")
    throw new ScimError(400, "invalidValue", "sortOrder must be ascending or descending.");
  return { by, descending: order === "descending" };
}

function countOf(query: Query, byCursor: boolean, maxPageSize: number): number {
  const count = integer(query, "count", byCursor ? "invalidCount" : "invalidValue");
  // RFC 9865 section 2: a positive integer. By index, 0 asks for the total and less is 0 (RFC 7644 section 3.4.2.4).
  if (byCursor && count !== undefined && count < 1)
    throw new ScimError(400, "invalidCount", "count must be at least 1 where a cursor is given.");
  return Math.min(Math.max(count ?? defaultCount, 0), maxPageSize);
}

function integer(query: Query, name: string, fault: ScimType): number | undefined {
  const text = textParameter(query, name)?.trim();
  if (text === undefined || text === "") return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw new ScimError(400, fault, `${name} must be an integer.`);
  return Number(text);
}
