import type { PageTokens } from "./page-token.ts";
import type { Place } from "./sort-order.ts";

/** What a page token of a list leads to: the records after a place, or before it. */
export interface Cursor {
  /** Exclusive. Undefined: from the end that `backwards` tells. */
  from: Place | undefined;
  backwards: boolean;
}

/** A page that was read: whether there is more in the direction of reading, and its records' places. */
interface ReadPage {
  /** Undefined: the list was read from its start, without a token. */
  cursor: Cursor | undefined;
  more: boolean;
  /** Undefined for an empty page. */
  first: Place | undefined;
  last: Place | undefined;
}

/** The cursor of a token. Throws PAGE_TOKEN_INVALID or PAGE_TOKEN_EXPIRED. */
export function openCursor(pageTokens: PageTokens, scope: readonly string[], token: string): Cursor {
  const [backwards, place] = JSON.parse(pageTokens.open(scope, token)) as [boolean, Place?];
  return { from: place, backwards };
}

/** The tokens that lead away from a page, empty where there is nothing: RFC 9865 section 2. */
export function sealNeighbours(
  pageTokens: PageTokens,
  scope: readonly string[],
  { cursor, more, first, last }: ReadPage,
): { nextPageToken: string; previousPageToken: string } {
  const seal = (backwards: boolean, place: Place | undefined) =>
    pageTokens.seal(scope, JSON.stringify(place ? [backwards, place] : [backwards]));
  // A page whose records have all gone leads back to the end that it was read from.
  const goesOn = cursor?.backwards ? cursor.from !== undefined : more;
  const goesBack = cursor?.backwards ? more : cursor?.from !== undefined;
  return {
    nextPageToken: goesOn ? seal(false, last) : "",
    previousPageToken: goesBack ? seal(true, first) : "",
  };
}
