import type { Change } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { ComparisonOperator } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { describe, expect, it } from "vitest";
import { add, remove, replace } from "../../test/changes.ts";
import { and, comparison, equal, or } from "../../test/filters.ts";
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

const work = equal("type", "work");
const base = { userName: "ada" };

describe("lists", () => {
  const mailed = {
    ...base,
    emails: [
      { value: "a@x", type: "work", primary: true },
      { value: "b@x", type: "home" },
    ],
  };

  it("appends without twins", () => {
    const after = attributesAfter(mailed, add("emails", [{ value: "b@x", type: "home" }, { value: "c@x" }]));
    expect(after.emails).toEqual([...mailed.emails, { value: "c@x" }]);
    expect(apply(mailed, add("emails", { value: "a@x", type: "work" })).changed).toBe(false);
  });

  it("takes no more than 100 elements, however they come", () => {
    const emails = (count: number, from = 0) => Array.from({ length: count }, (_, n) => ({ value: `${from + n}@x` }));
    const full = { ...base, emails: emails(100) };
    expect(attributesAfter(base, add("emails", emails(100))).emails).toHaveLength(100);
    expect(reasonOf(base, add("emails", emails(101)))).toBe("FIELD_INVALID");
    expect(reasonOf(full, add("emails", emails(1, 100)))).toBe("FIELD_INVALID");
    expect(reasonOf(full, add("emails", "new", { element: equal("type", "other"), sub: "value" }))).toBe(
      "FIELD_INVALID",
    );
    expect(apply(full, add("emails", emails(1))).changed).toBe(false);
  });

  it("answers thousands of additions over the limit at once", () => {
    const changes = Array.from({ length: 1_000 }, (_, n) =>
      add(
        "emails",
        Array.from({ length: 90 }, (_, m) => `${n}-${m}@x`),
      ),
    );
    expect(reasonOf(base, ...changes)).toBe("FIELD_INVALID");
  });

  it("replaces the whole list", () => {
    expect(attributesAfter(mailed, replace("emails", [{ value: "z@x", primary: true }])).emails).toEqual([
      { value: "z@x", primary: true },
    ]);
  });

  it("takes a bare text for an element's value", () => {
    expect(attributesAfter(base, replace("roles", ["admin"])).roles).toEqual([{ value: "admin" }]);
  });

  it("removes all, those of equal value, and none", () => {
    expect(attributesAfter(mailed, remove("emails"))).toEqual(base);
    expect(attributesAfter(mailed, remove("emails", [{ value: "a@x" }])).emails).toEqual([
      { value: "b@x", type: "home" },
    ]);
    expect(apply(mailed, remove("emails", [{ value: "nobody@x" }])).changed).toBe(false);
  });

  it("moves primary to the element that is made so", () => {
    const moved = attributesAfter(mailed, replace("emails", true, { element: equal("type", "home"), sub: "primary" }));
    expect(moved.emails).toEqual([
      { value: "a@x", type: "work", primary: false },
      { value: "b@x", type: "home", primary: true },
    ]);
    expect(attributesAfter(mailed, add("emails", [{ value: "c@x", primary: true }])).emails).toEqual([
      { value: "a@x", type: "work", primary: false },
      { value: "b@x", type: "home" },
      { value: "c@x", primary: true },
    ]);
  });

  it("moves primary to an element that is added again with it", () => {
    expect(attributesAfter(mailed, add("emails", { value: "b@x", type: "home", primary: true })).emails).toEqual([
      { value: "a@x", type: "work", primary: false },
      { value: "b@x", type: "home", primary: true },
    ]);
  });

  it("sets a sub-attribute of all elements where no filter chooses", () => {
    expect(attributesAfter(mailed, replace("emails", "other", { sub: "type" })).emails).toEqual([
      { value: "a@x", type: "other", primary: true },
      { value: "b@x", type: "other" },
    ]);
  });

  it("refuses unknown sub-attributes and elements of the wrong type", () => {
    expect(reasonOf(base, add("emails", [{ mail: "x" }]))).toBe("CHANGE_INVALID");
    expect(reasonOf(base, add("addresses", ["Main Street"]))).toBe("CHANGE_INVALID");
    expect(reasonOf(base, add("emails", [{ value: "x", primary: "yes" }]))).toBe("CHANGE_INVALID");
  });
});

describe("elements that a filter chooses", () => {
  const mailed = {
    ...base,
    emails: [
      { value: "a@x", type: "work", primary: true },
      { value: "b@x", type: "home" },
    ],
  };
  const value = { element: work, sub: "value" };

  it("replaces a sub-attribute of the matching element", () => {
    expect(attributesAfter(mailed, replace("emails", "new@x", value)).emails).toEqual([
      { value: "new@x", type: "work", primary: true },
      { value: "b@x", type: "home" },
    ]);
  });

  it("matches text by the filter's case rule and booleans as booleans", () => {
    expect(
      attributesAfter(mailed, replace("emails", "new@x", { element: equal("type", "WORK"), sub: "value" })).emails,
    ).toContainEqual({
      value: "new@x",
      type: "work",
      primary: true,
    });
    expect(reasonOf(mailed, replace("emails", "new@x", { element: equal("type", "WORK", true), sub: "value" }))).toBe(
      "TARGET_NOT_FOUND",
    );
    expect(
      attributesAfter(mailed, replace("emails", "p@x", { element: equal("primary", true), sub: "value" })).emails,
    ).toContainEqual({
      value: "p@x",
      type: "work",
      primary: true,
    });
  });

  it("holds all conditions against the same element", () => {
    const homeAndPrimary = and(equal("type", "home"), equal("primary", true));
    expect(reasonOf(mailed, replace("emails", "x@x", { element: homeAndPrimary, sub: "value" }))).toBe(
      "TARGET_NOT_FOUND",
    );
  });

  it("makes exactly one element however many ADDs come, as Entra sends them", () => {
    const after = attributesAfter(
      base,
      add("addresses", "Main Street 1", { element: work, sub: "street_address" }),
      add("addresses", "Berlin", { element: work, sub: "locality" }),
      add("addresses", true, { element: work, sub: "primary" }),
      add("emails", "a@x", value),
    );
    expect(after.addresses).toEqual([
      { type: "work", streetAddress: "Main Street 1", locality: "Berlin", primary: true },
    ]);
    expect(after.emails).toEqual([{ type: "work", value: "a@x" }]);
  });

  it("makes an element out of several equalities", () => {
    const after = attributesAfter(
      base,
      add("roles", "admin", { element: and(equal("type", "app"), equal("primary", true)), sub: "value" }),
    );
    expect(after.roles).toEqual([{ type: "app", primary: true, value: "admin" }]);
  });

  it("are made where a replaced sub-attribute has no list to be in, and no filter asks for one", () => {
    expect(attributesAfter(base, replace("phone_numbers", "1", { sub: "value" })).phoneNumbers).toEqual([
      { value: "1" },
    ]);
    expect(reasonOf(base, replace("phone_numbers", "1", { element: work, sub: "value" }))).toBe("TARGET_NOT_FOUND");
  });

  it("takes primary from the others for an element that its filter makes primary", () => {
    const after = attributesAfter(
      { ...base, roles: [{ value: "user", primary: true }] },
      add("roles", "admin", { element: and(equal("type", "app"), equal("primary", true)), sub: "value" }),
    );
    expect(after.roles).toEqual([
      { value: "user", primary: false },
      { type: "app", primary: true, value: "admin" },
    ]);
  });

  it("makes none out of a filter that its equalities cannot satisfy", () => {
    const either = or(work, equal("type", "home"));
    const present = comparison("value", ComparisonOperator.COMPARISON_OPERATOR_PRESENT);
    expect(reasonOf(base, add("emails", "x", { element: either, sub: "value" }))).toBe("TARGET_NOT_FOUND");
    expect(reasonOf(base, add("emails", "x", { element: present, sub: "value" }))).toBe("TARGET_NOT_FOUND");
  });

  it("drops an element that is nothing but a label when all changes are made, as POST and PUT do", () => {
    const primary = { element: work, sub: "primary" };
    expect(apply(base, add("emails", true, primary)).changed).toBe(false);
    expect(attributesAfter(base, add("emails", true, primary), add("emails", "a@x", value)).emails).toEqual([
      { type: "work", primary: true, value: "a@x" },
    ]);
  });

  it("makes none for an empty value", () => {
    expect(apply(base, add("emails", "", value)).changed).toBe(false);
  });

  it("refuses REPLACE where nothing matches, unless it clears", () => {
    expect(reasonOf(base, replace("emails", "x@x", value))).toBe("TARGET_NOT_FOUND");
    expect(apply(base, replace("emails", "", value), replace("emails", null, value)).changed).toBe(false);
  });

  it("survives Entra's null update twice over, and the emptied element is gone after the first", () => {
    const nulls = (empty: unknown) => [
      replace("emails", empty, value),
      replace("addresses", empty, { element: work, sub: "street_address" }),
      replace("addresses", empty, { element: work, sub: "country" }),
      replace("enterprise.manager", empty, { sub: "value" }),
      replace("roles", empty, { element: equal("primary", true), sub: "display" }),
      replace("roles", empty, { element: equal("primary", true), sub: "value" }),
      replace("roles", empty, { element: equal("primary", true), sub: "type" }),
    ];
    const full = {
      ...base,
      emails: [{ value: "a@x", type: "work", primary: true, display: "a" }],
      addresses: [{ type: "work", primary: true, streetAddress: "s", country: "DE" }],
      enterprise: { manager: { value: "m" } },
      roles: [{ value: "r", display: "R", type: "app", primary: true }],
    };
    const first = apply(full, ...nulls(""));
    expect(first.attributes).toEqual(base);
    expect(apply(first.attributes, ...nulls(null)).changed).toBe(false);
  });

  it("removes elements by filter, and one sub-attribute by filter", () => {
    expect(attributesAfter(mailed, remove("emails", undefined, { element: work })).emails).toEqual([
      { value: "b@x", type: "home" },
    ]);
    expect(attributesAfter(mailed, remove("emails", undefined, { element: work, sub: "type" })).emails).toContainEqual({
      value: "a@x",
      primary: true,
    });
    expect(apply(mailed, remove("emails", undefined, { element: equal("type", "other") })).changed).toBe(false);
  });

  it("replaces a matching element as a whole", () => {
    expect(
      attributesAfter(mailed, replace("emails", { value: "n@x", type: "other" }, { element: work })).emails,
    ).toEqual([
      { value: "n@x", type: "other" },
      { value: "b@x", type: "home" },
    ]);
  });

  it("merges ADD into a matching element", () => {
    expect(attributesAfter(mailed, add("emails", { display: "Ada" }, { element: work })).emails).toContainEqual({
      value: "a@x",
      type: "work",
      primary: true,
      display: "Ada",
    });
  });

  it("refuses a filter on an unknown sub-attribute even where there are no elements", () => {
    expect(reasonOf(base, add("emails", "x", { element: equal("mail", "x"), sub: "value" }))).toBe("FILTER_INVALID");
    expect(reasonOf(base, replace("emails", "", { element: equal("__proto__", "x"), sub: "value" }))).toBe(
      "FILTER_INVALID",
    );
  });
});
