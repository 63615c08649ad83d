import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { describe, expect, it } from "vitest";
import { add, remove, replace } from "../../test/changes.ts";
import { equal } from "../../test/filters.ts";
import { applyChanges } from "./apply-changes.ts";
import { SCIM_USER } from "./attributes.ts";

const URN = "urn:example:2.0:User";
const KEYS = `${URN}:keys`;
const door = equal("type", "door");
const gate = equal("type", "gate");

/** The list `keys` of an extension after changes. */
function keysAfter(keys: unknown[] | undefined, ...changes: Change[]): unknown {
  const document = { userName: "ada", ...(keys && { extensions: { [URN]: { keys } } }) };
  const { attributes } = applyChanges(SCIM_USER, document, changes);
  return (attributes["extensions"] as Record<string, { keys: unknown }> | undefined)?.[URN]?.keys;
}

function reasonOf(keys: unknown[] | undefined, ...changes: Change[]): string | undefined {
  try {
    keysAfter(keys, ...changes);
  } catch (error) {
    return (error as { reason?: string }).reason;
  }
  return undefined;
}

const both = [
  { type: "door", value: 1, colour: "red" },
  { type: "gate", value: 2 },
];

describe("elements of an extension's list", () => {
  it("change by a filter, whole or by a sub-attribute", () => {
    expect(keysAfter(both, replace(KEYS, 7, { element: door, sub: "value" }))).toEqual([
      { type: "door", value: 7, colour: "red" },
      both[1],
    ]);
    expect(keysAfter(both, add(KEYS, { value: 7 }, { element: door }))).toEqual([
      { type: "door", value: 7, colour: "red" },
      both[1],
    ]);
    expect(keysAfter(both, replace(KEYS, { type: "door", value: 7 }, { element: door }))).toEqual([
      { type: "door", value: 7 },
      both[1],
    ]);
  });

  it("are made once by ADD, out of the filter's equalities", () => {
    expect(
      keysAfter(
        undefined,
        add(KEYS, 1, { element: door, sub: "value" }),
        add(KEYS, "red", { element: door, sub: "colour" }),
      ),
    ).toEqual([both[0]]);
  });

  it("are not made by REPLACE", () => {
    expect(reasonOf(both, replace(KEYS, 1, { element: equal("type", "car"), sub: "value" }))).toBe("TARGET_NOT_FOUND");
    expect(reasonOf(undefined, replace(KEYS, 1, { element: door, sub: "value" }))).toBe("TARGET_NOT_FOUND");
  });

  it("go by REMOVE and by an empty value, and where nothing is left of them", () => {
    expect(keysAfter(both, remove(KEYS, undefined, { element: gate }))).toEqual([both[0]]);
    expect(keysAfter(both, replace(KEYS, null, { element: gate, sub: "value" }))).toEqual([both[0]]);
    expect(keysAfter(both, remove(KEYS, undefined, { element: door }), remove(KEYS, [{ value: 2 }]))).toBeUndefined();
    expect(keysAfter(both, remove(KEYS, undefined, { element: equal("type", "car") }))).toEqual(both);
  });

  it("change all together where only a sub-attribute is named", () => {
    expect(keysAfter(both, replace(KEYS, "blue", { sub: "colour" }))).toEqual([
      { type: "door", value: 1, colour: "blue" },
      { type: "gate", value: 2, colour: "blue" },
    ]);
  });

  it("have one primary at most, the one that was made it last", () => {
    const primary = [{ value: 1, primary: true }, { value: 2 }];
    expect(keysAfter(primary, add(KEYS, { value: 3, primary: true }))).toEqual([
      { value: 1, primary: false },
      { value: 2 },
      { value: 3, primary: true },
    ]);
    expect(
      keysAfter([...primary, { type: "door", value: 4 }], add(KEYS, true, { element: door, sub: "primary" })),
    ).toEqual([{ value: 1, primary: false }, { value: 2 }, { type: "door", value: 4, primary: true }]);
  });

  it("are found by value where they are single values", () => {
    expect(keysAfter(["a", "b"], remove(KEYS, undefined, { element: equal("value", "A") }))).toEqual(["b"]);
    expect(reasonOf(["a"], replace(KEYS, "x", { element: equal("value", "a"), sub: "colour" }))).toBe("CHANGE_INVALID");
  });

  it("do not exist of what is no list", () => {
    const document = { userName: "ada", extensions: { [URN]: { keys: "a" } } };
    expect(() => applyChanges(SCIM_USER, document, [add(KEYS, 1, { element: door, sub: "value" })])).toThrow(
      expect.objectContaining({ reason: "CHANGE_INVALID" }),
    );
  });
});
