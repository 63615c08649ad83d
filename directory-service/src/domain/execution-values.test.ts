import { describe, expect, it } from "vitest";
import { packedValue, packValues, placeValues } from "./execution-values.ts";

describe("the values of an execution", () => {
  const values = new Map<string, unknown>([
    ["name", "Anna"],
    ["title", ""],
    ["other", null],
    ["contacts", []],
    ["leaving", false],
    ["count", 0],
    ["set.name", "Anna"],
    ["Second.name", "Änne"],
    ["Second.set.name", ""],
    ["Third.on_create.name", "x"],
    ["set.title", "Boss"],
  ]);

  it("leave out what gave nothing, and what a let of the same name gave", () => {
    expect(packValues(values)).toEqual({
      name: "Anna",
      leaving: false,
      count: 0,
      "Second.name": "Änne",
      "Second.set.name": null,
      "Third.on_create.name": "x",
      "set.title": "Boss",
    });
  });

  it("can all be told from that again, nothing being null", () => {
    const packed = packValues(values);
    for (const [name, value] of values) {
      const nothing = value === "" || (Array.isArray(value) && value.length === 0);
      expect(packedValue(packed, name), name).toEqual(nothing ? null : value);
    }
  });

  it("are cut where they are long", () => {
    expect(String(packValues(new Map([["x", "y".repeat(10_000)]]))["x"])).toHaveLength(4_097);
  });
});

describe("the values of a record's runs", () => {
  const values = { name: "Anna ".repeat(30) };
  const first = placeValues(values, "e1", null);

  it("are kept with the first that has them", () => {
    expect(first).toMatchObject({ latest: { executionId: "e1" }, isShared: false });
    expect(placeValues({ ...values }, "e2", first.latest)).toEqual({ latest: first.latest, isShared: true });
  });

  it("are kept anew where they differ, and where they are short", () => {
    const other = placeValues({ ...values, title: "x" }, "e2", first.latest);
    expect(other).toMatchObject({ latest: { executionId: "e2" }, isShared: false });
    expect(placeValues({}, "e3", first.latest)).toEqual({ latest: first.latest, isShared: false });
  });
});
