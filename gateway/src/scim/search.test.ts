import { describe, expect, it } from "vitest";
import { ScimError, type ScimType } from "./error.ts";
import { searchQuery } from "./search.ts";

const schemas = ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"];

describe("searchQuery", () => {
  it("reads the example of RFC 7644 section 3.4.3", () => {
    const body = {
      schemas,
      attributes: ["displayName", "userName"],
      filter: 'displayName sw "smith"',
      startIndex: 1,
      count: 10,
    };
    expect(searchQuery(body)).toEqual({
      attributes: ["displayName", "userName"],
      filter: 'displayName sw "smith"',
      startIndex: "1",
      count: "10",
    });
  });

  it.each<[object, object]>([
    [{}, {}],
    [{ schemas: schemas[0] }, {}],
    [{ Schemas: [schemas[0]?.toUpperCase()] }, {}],
    [
      { FILTER: "a pr", SORTBY: "userName", sortorder: "descending" },
      { filter: "a pr", sortBy: "userName", sortOrder: "descending" },
    ],
    [{ excludedAttributes: "members, groups" }, { excludedAttributes: "members, groups" }],
    [
      { cursor: "", count: "5" },
      { cursor: "", count: "5" },
    ],
    [{ cursor: null, filter: null, attributes: null }, {}],
  ])("reads %j", (body, expected) => {
    expect(searchQuery(body)).toEqual(expected);
  });

  it.each<[unknown, ScimType, string]>([
    [[], "invalidSyntax", "The body must be a JSON object."],
    [{ schemas: [] }, "invalidSyntax", `schemas must have ${schemas[0]}.`],
    [
      { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"] },
      "invalidSyntax",
      `schemas must have ${schemas[0]}.`,
    ],
    [{ filters: "a pr" }, "invalidSyntax", "filters is not an attribute of SearchRequest. Did you mean filter?"],
    [{ constructor: "a" }, "invalidSyntax", "constructor is not an attribute of SearchRequest."],
    [{ filter: "a pr", Filter: "b pr" }, "invalidSyntax", "filter is given twice."],
    [{ filter: ["a pr"] }, "invalidValue", "filter must be a string."],
    [{ sortBy: 1 }, "invalidValue", "sortBy must be a string."],
    [{ attributes: [1] }, "invalidValue", "attributes must be a list of names."],
    [{ count: true }, "invalidValue", "count must be an integer."],
    [{ cursor: 7 }, "invalidValue", "cursor must be a string."],
  ])("refuses %j", (body, scimType, detail) => {
    expect(() => searchQuery(body)).toThrow(new ScimError(400, scimType, detail));
  });
});
