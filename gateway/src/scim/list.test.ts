import { describe, expect, it } from "vitest";
import { ScimError } from "./error.ts";
import { listResponse, parseListQuery } from "./list.ts";

describe("parseListQuery", () => {
  it.each([
    [{}, { filter: undefined, startIndex: 1, count: 100, cursor: undefined }],
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
      { sortBy: "userName", sortOrder: "descending" },
      { startIndex: 1, count: 100 },
    ],
  ])("reads %j", (query, expected) => {
    expect(parseListQuery(query)).toMatchObject(expected);
  });

  it.each([
    [{ startIndex: "one" }, "invalidValue", "startIndex must be an integer."],
    [{ count: "1.5" }, "invalidValue", "count must be an integer."],
    [{ count: "1e2" }, "invalidValue", "count must be an integer."],
    [{ count: "x", cursor: "" }, "invalidCount", "count must be an integer."],
    [{ filter: ["a pr", "b pr"] }, "invalidValue", "filter must be given once."],
  ] as const)("refuses %j", (query, scimType, detail) => {
    expect(() => parseListQuery(query)).toThrow(new ScimError(400, scimType, detail));
    expect(() => parseListQuery(query)).toThrow(expect.objectContaining({ scimType }));
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
    expect(listResponse({ resources: [], totalResults: 3, nextCursor: "" })).not.toHaveProperty("nextCursor");
  });
});
