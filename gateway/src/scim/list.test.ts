import { describe, expect, it } from "vitest";
import { ScimError } from "./error.ts";
import { type ListQuery, listResponse, maxCount, parseListQuery } from "./list.ts";
import type { Query } from "./query.ts";

const sort = { by: "userName", descending: false };

describe("parseListQuery", () => {
  it.each<[Query, Partial<ListQuery>]>([
    [{}, { sort: undefined, filter: undefined, startIndex: 1, count: 100, cursor: undefined }],
    [
      { startIndex: "11", count: "5" },
      { startIndex: 11, count: 5 },
    ],
    [
      { startIndex: "0", count: "-1" },
      { startIndex: 1, count: 0 },
    ],
    [
      { startIndex: "-7", count: "501" },
      { startIndex: 1, count: 500 },
    ],
    [
      { startIndex: "99999999999", count: "+2" },
      { startIndex: 2_147_483_647, count: 2 },
    ],
    [
      { startIndex: "", count: "" },
      { startIndex: 1, count: 100 },
    ],
    [{ filter: 'userName eq "x"' }, { filter: 'userName eq "x"' }],
    [{ filter: " " }, { filter: undefined }],
    [{ cursor: "" }, { cursor: "" }],
    [
      { cursor: "x", count: "501" },
      { cursor: "x", count: 500 },
    ],
    [
      { cursor: "", startIndex: "" },
      { cursor: "", startIndex: 1 },
    ],
    [{ sortBy: "userName" }, { sort }],
    [{ sortBy: "userName", sortOrder: "Ascending" }, { sort }],
    [{ sortBy: "userName", sortOrder: "" }, { sort }],
    [{ sortBy: " userName ", sortOrder: "descending" }, { sort: { by: "userName", descending: true } }],
    [{ sortBy: "", sortOrder: "descending" }, { sort: undefined }],
    [{ sortOrder: "upwards" }, { sort: undefined }],
  ])("reads %j", (query, expected) => {
    expect(parseListQuery(query, maxCount)).toMatchObject(expected);
  });

  it.each([
    [{ startIndex: "one" }, "invalidValue", "startIndex must be an integer."],
    [{ count: "1.5" }, "invalidValue", "count must be an integer."],
    [{ count: "1e2" }, "invalidValue", "count must be an integer."],
    [{ count: "x", cursor: "" }, "invalidCount", "count must be an integer."],
    [{ count: "0", cursor: "" }, "invalidCount", "count must be at least 1 where a cursor is given."],
    [{ count: "-1", cursor: "x" }, "invalidCount", "count must be at least 1 where a cursor is given."],
    [
      { cursor: "", startIndex: "1" },
      "invalidValue",
      "cursor and startIndex are two ways of paging: send one of them.",
    ],
    [{ sortBy: "userName", sortOrder: "up" }, "invalidValue", "sortOrder must be ascending or descending."],
    [{ filter: ["a pr", "b pr"] }, "invalidValue", "filter must be given once."],
  ] as const)("refuses %j", (query, scimType, detail) => {
    expect(() => parseListQuery(query, maxCount)).toThrow(new ScimError(400, scimType, detail));
  });

  it("brings counts to the account's maximum, the one that nobody asked for too", () => {
    const counts = [{}, { count: "7" }, { count: "8" }, { count: "0" }, { count: "8", cursor: "" }];
    expect(counts.map((query) => parseListQuery(query, 7).count)).toEqual([7, 7, 7, 0, 7]);
  });
});

describe("listResponse", () => {
  const schemas = ["urn:ietf:params:scim:api:messages:2.0:ListResponse"];

  it("counts what it holds, in integers", () => {
    expect(listResponse({ resources: [{ id: "a" }], totalResults: 11, startIndex: 11 })).toEqual({
      schemas,
      totalResults: 11,
      itemsPerPage: 1,
      startIndex: 11,
      Resources: [{ id: "a" }],
    });
  });

  it("has nextCursor until the last page by cursor", () => {
    expect(listResponse({ resources: [], totalResults: 3, nextCursor: "n" })).toEqual({
      schemas,
      totalResults: 3,
      itemsPerPage: 0,
      nextCursor: "n",
      Resources: [],
    });
    expect(listResponse({ resources: [], totalResults: 3, nextCursor: "n", previousCursor: "p" })).toMatchObject({
      previousCursor: "p",
      nextCursor: "n",
    });
    expect(listResponse({ resources: [], totalResults: 3, previousCursor: "" })).not.toHaveProperty("previousCursor");
    expect(listResponse({ resources: [], totalResults: 3, nextCursor: "" })).not.toHaveProperty("nextCursor");
  });
});
