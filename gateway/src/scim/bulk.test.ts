import { describe, expect, it } from "vitest";
import { type BulkOperation, type BulkRequest, parseBulk } from "./bulk.ts";
import type { BulkPaths } from "./bulk-path.ts";
import { ScimError } from "./error.ts";

const schemas = ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"];
const paths: BulkPaths = {
  bases: ["https://host/scim/v2", "/scim/v2"],
  kinds: new Map([
    ["/Users", "User"],
    ["/Groups", "Group"],
  ]),
};

function parse(body: unknown, maxOperations = 1_000): BulkRequest {
  return parseBulk(body, maxOperations, paths);
}

function only(operation: unknown): BulkOperation {
  return parse({ schemas, Operations: [operation] }).operations[0] as BulkOperation;
}

const create = { method: "POST", path: "/Users", bulkId: "a", data: { userName: "ada" } };

describe("parseBulk", () => {
  it("reads each method, with names in any case", () => {
    const { operations, failOnErrors } = parse({
      SCHEMAS: schemas,
      FailOnErrors: 2,
      operations: [
        create,
        { Method: "put", Path: "/Users/1", Data: { userName: "x" }, Version: 'W/"3"' },
        { method: "Patch", path: "/Groups/2", data: { Operations: [] } },
        { method: "DELETE", path: "/Users/bulkId:a", bulkId: "d" },
      ],
    });
    expect(failOnErrors).toBe(2);
    expect(operations.map(({ write }) => write)).toEqual([
      { method: "POST", kind: "User", id: "", data: { userName: "ada" }, version: undefined },
      { method: "PUT", kind: "User", id: "1", data: { userName: "x" }, version: 'W/"3"' },
      { method: "PATCH", kind: "Group", id: "2", data: { Operations: [] }, version: undefined },
      { method: "DELETE", kind: "User", id: "bulkId:a", data: undefined, version: undefined },
    ]);
    expect(operations.map(({ bulkId }) => bulkId)).toEqual(["a", undefined, undefined, "d"]);
  });

  it.each([
    "/Users/1",
    "Users/1",
    "/Users/1/",
    "/Users/1?",
    "/Users/%31",
    "/scim/v2/Users/1",
    "https://host/scim/v2/Users/1",
  ])("finds the user of the path %s", (path) => {
    expect(only({ method: "DELETE", path }).write).toMatchObject({ kind: "User", id: "1" });
  });

  it("accepts as many errors as it is told, 0 being none", () => {
    expect(parse({ schemas, Operations: [] }).failOnErrors).toBe(Number.POSITIVE_INFINITY);
    expect(parse({ failOnErrors: null, Operations: [] }).failOnErrors).toBe(Number.POSITIVE_INFINITY);
    expect(parse({ failOnErrors: 0, Operations: [] }).failOnErrors).toBe(1);
  });

  it("takes the schema that clients of SCIM 1.1 name", () => {
    expect(parse({ schemas: ["urn:scim:schemas:core:1.0"], Operations: [create] }).operations).toHaveLength(1);
  });

  it.each<[string, unknown, number, string]>([
    ["a list", [], 400, "The body"],
    ["no Operations", { schemas }, 400, "Operations"],
    ["Operations that are no list", { schemas, Operations: {} }, 400, "Operations"],
    ["another message", { schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [] }, 400, "schemas"],
    ["a negative failOnErrors", { failOnErrors: -1, Operations: [] }, 400, "failOnErrors"],
    ["failOnErrors as text", { failOnErrors: "1", Operations: [] }, 400, "failOnErrors"],
    ["one operation too many", { Operations: [create, create, create] }, 413, "at most 2"],
  ])("refuses %s", (_, body, status, detail) => {
    expect(() => parse(body, 2)).toThrow(expect.objectContaining({ status, detail: expect.stringContaining(detail) }));
  });

  it.each<[string, unknown, number, string]>([
    ["what is no object", "POST /Users", 400, "An operation"],
    ["no method", { ...create, method: undefined }, 400, "method"],
    ["another method", { ...create, method: "GET" }, 400, "method"],
    ["no path", { ...create, path: undefined }, 400, "path"],
    ["a path that is no text", { ...create, path: 5 }, 400, "path"],
    ["an unknown endpoint", { ...create, path: "/Devices" }, 404, "path"],
    ["another server's address", { ...create, path: "https://other/scim/v2/Users" }, 404, "path"],
    ["what is below a resource", { method: "DELETE", path: "/Users/1/title" }, 404, "path"],
    ["POST of a resource", { ...create, path: "/Users/1" }, 405, "path"],
    ["PUT of an endpoint", { method: "PUT", path: "/Users", data: {} }, 405, "path"],
    ["a path that cannot be decoded", { method: "DELETE", path: "/Users/%zz" }, 400, "path"],
    ["POST without a bulkId", { ...create, bulkId: undefined }, 400, "bulkId"],
    ["a bulkId that is no text", { ...create, bulkId: 1 }, 400, "bulkId"],
    ["no data", { ...create, data: undefined }, 400, "data"],
    ["a version that is no text", { method: "DELETE", path: "/Users/1", version: 3 }, 400, "version"],
  ])("refuses an operation alone that is %s", (_, operation, status, detail) => {
    const other = { method: "DELETE", path: "/Users/2" };
    const { operations } = parse({ schemas, Operations: [operation, other] });
    expect(operations[0]?.write).toBeInstanceOf(ScimError);
    expect(operations[0]?.write).toMatchObject({ status, detail: expect.stringContaining(detail) });
    expect(operations[1]?.write).toMatchObject({ kind: "User", id: "2" });
  });

  it("refuses names that differ in case alone, of an operation that one alone", () => {
    const twice = { ...create, bulkId: "b", Path: "/Users/3" };
    const { operations } = parse({ schemas, Operations: [twice, create] });
    expect(operations[0]?.write).toMatchObject({ scimType: "invalidSyntax", detail: "path is given twice." });
    expect(operations[1]?.write).toMatchObject({ kind: "User" });
    expect(() => parse({ schemas, Operations: [], operations: [create] })).toThrow("Operations is given twice.");
  });

  it("refuses the second operation with a bulkId", () => {
    const { operations } = parse({ schemas, Operations: [create, create, { ...create, bulkId: "b" }] });
    expect(operations.map(({ write }) => write instanceof ScimError)).toEqual([false, true, false]);
  });
});
