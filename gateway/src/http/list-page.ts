import type { Resource } from "../mapping/to-resource.ts";
import { type ListQuery, listResponse } from "../scim/list.ts";
import type { Query } from "../scim/query.ts";
import { searchQuery } from "../scim/search.ts";
import { parseBody } from "./body.ts";
import type { Answer, Exchange } from "./exchange.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { Page } from "./resource.ts";

/** The parameters of a POST to /.search, which is a read whatever its method says. */
export function searchQueryOf(exchange: Exchange): Query {
  exchange.isRead = true;
  return searchQuery(parseBody(exchange, DEFAULT_LIMITS));
}

/** Which page the contract's List methods are asked for. */
export function pageRequest({ cursor, startIndex, count }: ListQuery) {
  return { pageSize: count, pageToken: cursor ?? "", startIndex: cursor === undefined ? startIndex : 0 };
}

/** The answer that shows a page. `resources` are its records as the client sees them. */
export function pageAnswer(page: Omit<Page<unknown>, "records">, resources: Resource[], asked: ListQuery): Answer {
  const body = listResponse({
    resources,
    totalResults: page.totalSize,
    ...(asked.cursor === undefined
      ? { startIndex: asked.startIndex }
      : { nextCursor: page.nextPageToken, previousCursor: page.previousPageToken }),
  });
  return { status: 200, body: JSON.stringify(body) };
}
