import { describe, expect, it } from "vitest";
import type { ResourceKind } from "../mapping/schema.ts";
import type { BulkMethod, BulkOperation } from "./bulk.ts";
import { bulkOrder } from "./bulk-order.ts";
import { togetherFrom } from "./bulk-together.ts";
import { ScimError } from "./error.ts";

/** "POST User a -> b c": creates a, which refers to b and c. Of others the first word after the kind is the id. */
function operation(text: string): BulkOperation {
  const [what = "", refers = ""] = text.split(" -> ");
  const [method = "", kind = "", id = ""] = what.split(" ");
  const bulkId = method === "POST" ? id : undefined;
  const data = {
    [kind === "User" ? "userName" : "displayName"]: `name of ${id.replace(/\d$/, "")}`,
    values: refers.split(" ").map((other) => `bulkId:${other}`),
  };
  const write = {
    method: method as BulkMethod,
    kind: kind as ResourceKind,
    id: method === "POST" ? "" : id,
    data: refers === "" ? { ...data, values: undefined } : data,
    version: undefined,
  };
  return { method, path: "", bulkId, write };
}

const order = (...texts: string[]) => bulkOrder(texts.map(operation)).order;

describe("the order of Bulk operations", () => {
  it("is that of the request where references look back", () => {
    expect(order("POST User a", "DELETE User 1", "POST Group g -> a", "PATCH Group bulkId:g -> a")).toEqual([
      0, 1, 2, 3,
    ]);
  });

  it("brings a POST forward to just before the first that refers to it, and what that refers to", () => {
    expect(
      order(
        "DELETE User 1",
        "POST Group g -> a h",
        "PATCH Group bulkId:g",
        "POST User a",
        "POST Group h -> b",
        "POST User b",
      ),
    ).toEqual([0, 3, 5, 4, 1, 2]);
    expect(order("PATCH User bulkId:a", "DELETE User bulkId:a", "POST User a")).toEqual([2, 0, 1]);
  });

  it("puts managers before those whom they manage", () => {
    expect(order("POST User a -> b", "POST User b -> c", "POST User c")).toEqual([2, 1, 0]);
  });

  it("is that of the request within a circle of users, while others wait for the one that they refer to", () => {
    expect(order("POST User z -> a", "POST User a -> b", "POST User b -> a", "POST User s -> s")).toEqual([1, 0, 2, 3]);
  });

  it("keeps members before their group in a circle that runs through a user", () => {
    expect(order("POST User a -> g", "POST Group g -> a")).toEqual([0, 1]);
    expect(order("POST Group g -> a", "POST User a -> g")).toEqual([1, 0]);
  });

  it("leaves nobody out where groups are in a circle or references lead nowhere", () => {
    expect([...order("POST Group g -> h", "POST Group h -> g", "POST User a -> nobody")].sort()).toEqual([0, 1, 2]);
  });

  it("goes by the first of two POSTs with a bulkId, and no reference of a refused operation counts", () => {
    const refused = { ...operation("POST User a"), write: new ScimError(400, undefined, "x") };
    expect(bulkOrder([operation("POST Group g -> a"), operation("POST User a"), refused]).order).toEqual([1, 0, 2]);
  });

  it("is found for a thousand operations in a chain and in a circle", () => {
    const chain = Array.from({ length: 1_000 }, (_, at) => `POST User u${at} -> u${at + 1}`);
    expect(order(...chain)[0]).toBe(999);
    expect(order(...chain.slice(0, 999), "POST User u999 -> u0")).toEqual(chain.map((_, at) => at));
  });
});

describe("operations that may be done together", () => {
  const together = (limit: number, place: number, ...texts: string[]) => {
    const operations = texts.map(operation);
    return togetherFrom(place, limit, operations, bulkOrder(operations));
  };

  it("are POSTs of different names", () => {
    expect(together(8, 0, "POST User a", "POST User b", "POST Group a", "PATCH User 1", "POST User c")).toEqual([
      0, 1, 2,
    ]);
    expect(together(8, 0, "POST User a1", "POST User b", "POST User a2")).toEqual([0, 1]);
    expect(together(2, 1, "POST User a", "POST User b", "POST User c", "POST User d")).toEqual([1, 2]);
  });

  it("do not refer to each other", () => {
    expect(together(8, 0, "POST User a", "POST User b -> a", "POST User c")).toEqual([0]);
  });

  it("are no others", () => {
    expect(together(8, 0, "PATCH User 1", "PATCH User 2")).toEqual([0]);
    expect(together(8, 0, "DELETE User 1", "POST User a")).toEqual([0]);
  });
});
