import { type Clause, may, must, should } from "./clause.ts";

/** RFC 9865: paging by cursor. */
export const cursorClauses: readonly Clause[] = [
  must("9865-2-a", "An empty `cursor` asks for the first page."),
  must("9865-2-b", "`nextCursor` is on every page but the last."),
  must("9865-2-c", "`nextCursor` as `cursor` gives the next page, the other parameters being the same."),
  may("9865-2-d", "`previousCursor` as `cursor` gives the page before."),
  must("9865-2-e", "A page has at most `count` resources."),
  must("9865-2-f", "A cursor is made of unreserved URL characters alone."),
  should("9865-2-g", "`totalResults` counts what was found, on whatever page."),
  must("9865-2-h", "Pages joined are everything that was found, each resource once."),
  should("9865-2-i", "A walk returns every resource that existed throughout, whatever else is added or removed."),

  should("9865-2.1-a", "A cursor that the server did not make, or made for another query, is 400 invalidCursor."),
  should("9865-2.1-b", "A cursor that is too old is 400 expiredCursor.", {
    reason:
      "A case would have to wait for a day; directory-service/src/storage/page-token.test.ts moves the clock instead.",
  }),
  should("9865-2.1-c", "A count that is not one is 400 invalidCount."),
  should("9865-2.1-d", "The error tells the client's developer what is wrong."),

  should("9865-2.2-a", "Pages by cursor keep to `sortBy` and `sortOrder`."),

  must("9865-2.3-a", "A query that asks for neither method gets one, and no error."),
  should("9865-2.3-b", "Clients that know nothing of cursors are answered as before."),

  must("9865-3-a", "`cursor` works in the body of a search."),

  should("9865-4-a", "ServiceProviderConfig says under `pagination` which methods there are."),
  may("9865-4-b", "It says the default method, the default and the largest page, and how long a cursor lives."),

  must("9865-5-a", "A cursor gives nobody access to what is not theirs."),
  should("9865-5-b", "A cursor does not tell what is in it."),
];
