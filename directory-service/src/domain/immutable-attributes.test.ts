import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { describe, expect, it } from "vitest";
import { add, remove, replace } from "../../test/changes.ts";
import { applyChanges } from "./apply-changes.ts";
import { type Attributes, SCIM_USER } from "./attributes.ts";

const apply = (document: Attributes, ...changes: Change[]) => applyChanges(SCIM_USER, document, changes);
const attributesAfter = (document: Attributes, ...changes: Change[]) => apply(document, ...changes).attributes;
const reasonOf = (document: Attributes, ...changes: Change[]) => {
  try {
    apply(document, ...changes);
  } catch (error) {
    return (error as { reason?: string }).reason;
  }
  return undefined;
};

const base = { userName: "ada" };
const URN = "urn:example:2.0:User";

describe("immutable attributes", () => {
  const fixed = { immutable: true };
  const document = {
    ...base,
    title: "x",
    extensions: { [URN]: { badge: 7, tags: ["a"], car: { plate: "B-1", colour: "red" } } },
  };
  const badge = `${URN}:badge`;
  const car = `${URN}:car`;

  it("take a first value, and the same one again", () => {
    expect(attributesAfter(base, replace(badge, 7, fixed), add(badge, 7, fixed)).extensions).toEqual({
      [URN]: { badge: 7 },
    });
    expect(apply(document, add(badge, 7, fixed), replace(car, { colour: "red", plate: "B-1" }, fixed)).changed).toBe(
      false,
    );
    expect(apply(document, add(`${URN}:tags`, ["a"], fixed)).changed).toBe(false);
    expect(reasonOf(document, add(car, "big", { ...fixed, sub: "size" }))).toBeUndefined();
  });

  it.each<[string, string, Change]>([
    ["another value", badge, replace(badge, 8, fixed)],
    ["another type", badge, add(badge, "7", fixed)],
    ["an empty value", badge, replace(badge, null, fixed)],
    ["REMOVE", badge, remove(badge, undefined, fixed)],
    ["one more element", `${URN}:tags`, add(`${URN}:tags`, ["b"], fixed)],
    ["one element less", `${URN}:tags`, remove(`${URN}:tags`, ["a"], fixed)],
    ["another sub-attribute's value", `${car}.plate`, replace(car, "B-2", { ...fixed, sub: "plate" })],
    ["one more sub-attribute", car, add(car, { size: "big" }, fixed)],
    ["removal of the extension", URN, remove(URN, undefined, fixed)],
    ["another value of the core schema's", "title", replace("title", "y", fixed)],
  ])("refuse %s", (_, attribute, refused) => {
    expect(() => apply(document, refused)).toThrow(
      expect.objectContaining({ reason: "ATTRIBUTE_IMMUTABLE", metadata: { attribute } }),
    );
  });

  it("hold still a complex attribute's parts of the core schema, too", () => {
    const named = { ...base, name: { familyName: "L" } };
    const part = { ...fixed, sub: "family_name" };
    expect(reasonOf(named, replace("name", "M", part))).toBe("ATTRIBUTE_IMMUTABLE");
    expect(reasonOf(named, replace("name", "A", { ...fixed, sub: "given_name" }), replace("name", "L", part))).toBe(
      undefined,
    );
  });

  it("compare each step with the one before it", () => {
    expect(reasonOf(base, replace(badge, 7, fixed), replace(badge, 8, fixed))).toBe("ATTRIBUTE_IMMUTABLE");
    expect(reasonOf(document, remove(badge, undefined, fixed), replace(badge, 7, fixed))).toBe("ATTRIBUTE_IMMUTABLE");
  });

  describe("in PUT", () => {
    const immutable = [badge, `${car}.plate`, `${URN}:unknown`, "name.family_name", "members.value"];
    const put = (clearFirst: boolean, ...changes: Change[]) =>
      applyChanges(SCIM_USER, document, [replace("user_name", "ada"), ...changes], { clearFirst, immutable });

    it("stay where the body leaves them out, under REPLACE too", () => {
      expect(put(true).attributes).toEqual({ ...base, extensions: { [URN]: { badge: 7, car: { plate: "B-1" } } } });
      expect(put(false).attributes).toEqual(document);
    });

    it.each([true, false])(
      "stay where the whole that they are part of is replaced (from nothing: %j)",
      (clearFirst) => {
        const { attributes } = put(clearFirst, replace(car, { colour: "blue" }));
        expect(attributes.extensions).toMatchObject({ [URN]: { badge: 7, car: { plate: "B-1", colour: "blue" } } });
        expect(put(clearFirst, replace(car, { plate: "B-1" })).attributes.extensions).toMatchObject({
          [URN]: { car: { plate: "B-1" } },
        });
      },
    );

    it.each([true, false])(
      "refuse other values, with or without a mark at the change (from nothing: %j)",
      (clearFirst) => {
        for (const change of [replace(badge, 8, fixed), replace(badge, 8), replace(car, { plate: "B-2" })])
          expect(() => put(clearFirst, change)).toThrow(expect.objectContaining({ reason: "ATTRIBUTE_IMMUTABLE" }));
      },
    );
  });
});
