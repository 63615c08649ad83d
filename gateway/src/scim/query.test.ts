import { describe, expect, it } from "vitest";
import { textParameter, urlQuery } from "./query.ts";

describe("urlQuery", () => {
  it("knows the RFC's parameters in any case and leaves out all others", () => {
    const parameters = { startindex: "1", Count: "2", FILTER: "a pr", domain: "x", constructor: "y" };
    expect(urlQuery(parameters)).toEqual({ startIndex: "1", count: "2", filter: "a pr" });
  });

  it("takes one that is given in two spellings for given twice", () => {
    const query = urlQuery({ filter: "a pr", Filter: "b pr", attributes: ["id", "name"], Attributes: "title" });
    expect(() => textParameter(query, "filter")).toThrow("filter must be given once.");
    expect(query.attributes).toEqual(["id", "name", "title"]);
  });
});
