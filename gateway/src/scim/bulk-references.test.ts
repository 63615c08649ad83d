import { describe, expect, it } from "vitest";
import type { BulkWrite } from "./bulk.ts";
import { referencesOf, withReferences } from "./bulk-references.ts";

function write(data: unknown, more: Partial<BulkWrite> = {}): BulkWrite {
  return { method: "POST", kind: "Group", id: "", data, version: undefined, ...more };
}

const idOf = (bulkId: string) => `id-${bulkId}`;

describe("references of a Bulk operation", () => {
  it("are ids in the path and values at any depth", () => {
    const members = [{ value: "bulkId:a" }, { value: "real" }, { $ref: "/Users/bulkId:b" }];
    const given = write({ displayName: "x", members }, { id: "bulkId:g" });
    expect(referencesOf(given)).toEqual(["g", "a", "b"]);
    expect(withReferences(given, idOf)).toEqual(
      write(
        { displayName: "x", members: [{ value: "id-a" }, { value: "real" }, { $ref: "/Users/id-b" }] },
        { id: "id-g" },
      ),
    );
  });

  it("are in the manager's three forms", () => {
    for (const manager of ["bulkId:m", { value: "bulkId:m" }, [{ $ref: "https://h/scim/v2/Users/bulkId:m" }]]) {
      expect(referencesOf(write({ "urn:x": { manager } }))).toEqual(["m"]);
    }
  });

  it("are in the filters of PATCH paths", () => {
    const Operations = [
      { op: "remove", path: 'members[value eq "bulkId:a" or value eq "bulkId:b c"]' },
      { op: "add", Path: "members", value: "bulkId:d" },
    ];
    const given = write({ Operations }, { method: "PATCH", id: "1" });
    expect(referencesOf(given)).toEqual(["a", "b c", "d"]);
    expect(withReferences(given, idOf).data).toEqual({
      Operations: [
        { op: "remove", path: 'members[value eq "id-a" or value eq "id-b c"]' },
        { op: "add", Path: "members", value: "id-d" },
      ],
    });
  });

  it("are not texts that only mention one", () => {
    const data = {
      title: "see bulkId:a",
      nickName: "bulkId:",
      profileUrl: "https://h/bulkId:a",
      path: 'x "bulkId:a"',
      active: true,
      n: null,
    };
    expect(referencesOf(write(data))).toEqual([]);
    expect(withReferences(write(data), idOf)).toEqual(write(data));
  });
});
