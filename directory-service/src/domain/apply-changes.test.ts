import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { describe, expect, it } from "vitest";
import { add, change, remove, replace } from "../../test/changes.ts";
import { equal } from "../../test/filters.ts";
import { applyChanges } from "./apply-changes.ts";
import { type Attributes, SCIM_GROUP, SCIM_USER } from "./attributes.ts";

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
const URN = "urn:example:2.0:User";

describe("single values", () => {
  it("sets them with ADD and REPLACE alike", () => {
    expect(attributesAfter(base, add("title", "Engineer"), replace("display_name", "Ada"))).toEqual({
      userName: "ada",
      title: "Engineer",
      displayName: "Ada",
    });
  });

  it.each([[null], [""], [[]], [{}], [undefined]])("clears one with %j", (empty) => {
    expect(attributesAfter({ ...base, title: "x" }, replace("title", empty))).toEqual(base);
  });

  it("deactivates as Okta does and says that the record differs", () => {
    expect(apply({ ...base, active: true }, replace("active", false))).toEqual({
      attributes: { userName: "ada", active: false },
      changed: true,
    });
  });

  it("keeps values exactly as sent", () => {
    expect(attributesAfter(base, replace("title", "  Dr. ÄÖ ")).title).toBe("  Dr. ÄÖ ");
  });

  it("says that nothing differs where nothing does", () => {
    expect(
      apply({ ...base, title: "x" }, replace("title", "x"), remove("nick_name"), add("user_name", "ada")).changed,
    ).toBe(false);
  });

  it.each([
    ["text for a boolean", replace("active", "true")],
    ["a number for text", replace("title", 1)],
    ["an unknown attribute", replace("password", "x")],
    ["a prototype's key", replace("__proto__", "x")],
    ["a read-only attribute", replace("groups", [])],
    ["a sub-attribute of a single value", replace("title", "x", { sub: "value" })],
    ["an element filter on a single value", replace("title", "x", { element: work })],
    ["an unknown operation", change(ChangeOperation.CHANGE_OPERATION_UNSPECIFIED, "title", "x")],
  ])("refuses %s", (_, refused) => {
    expect(reasonOf(base, refused)).toBe("CHANGE_INVALID");
  });

  it("refuses U+0000 anywhere, and tells it from its escape", () => {
    expect(() => apply(base, add("emails", { value: "a\u0000b" }))).toThrow(
      "emails[0].value: must not contain U+0000.",
    );
    expect(reasonOf(base, replace("urn:example:2.0:User:a", ["\u0000"]))).toBe("FIELD_INVALID");
    expect(attributesAfter(base, replace("title", "\\u0000"))).toEqual({ ...base, title: "\\u0000" });
  });

  it("refuses to clear what is required", () => {
    expect(reasonOf(base, remove("user_name"))).toBe("REQUIRED_ATTRIBUTE_MISSING");
    expect(() => applyChanges(SCIM_GROUP, { displayName: "A" }, [replace("display_name", "")])).toThrow(
      "display_name must have a value",
    );
  });

  it.each([
    ["user_name", 255, (text: string) => replace("user_name", text)],
    ["external_id", 255, (text: string) => replace("external_id", text)],
    ["display_name", 255, (text: string) => replace("display_name", text)],
    ["enterprise.organization", 255, (text: string) => replace("enterprise.organization", text)],
    ["enterprise.manager.value", 255, (text: string) => replace("enterprise.manager", { value: text })],
    ["title", 1_024, (text: string) => replace("title", text)],
    ["name.family_name", 1_024, (text: string) => replace("name", { familyName: text })],
    ["emails[0].value", 1_024, (text: string) => add("emails", { value: text })],
    ["addresses[0].street_address", 1_024, (text: string) => add("addresses", { streetAddress: text })],
    ["photos[0].value", 65_536, (text: string) => add("photos", { value: text })],
    ["profile_url", 65_536, (text: string) => replace("profile_url", text)],
    ["x509_certificates[0].value", 16_384, (text: string) => add("x509_certificates", { value: text })],
    [`${URN}:note`, 1_024, (text: string) => replace(`${URN}:note`, text)],
    [`${URN}:notes[0].text`, 1_024, (text: string) => replace(`${URN}:notes`, [{ text }])],
  ])("takes a %s of %d characters, however many code units they have, and no longer one", (field, limit, setTo) => {
    expect(reasonOf(base, setTo("😀".repeat(limit)))).toBeUndefined();
    expect(() => apply(base, setTo("x".repeat(limit + 1)))).toThrow(`${field}: must have at most ${limit} characters.`);
  });

  it("keeps the same limits on groups", () => {
    const group = (key: string, length: number) => () =>
      applyChanges(SCIM_GROUP, { displayName: "A" }, [replace(key, "x".repeat(length))]);
    expect(group("external_id", 255)).not.toThrow();
    expect(group("external_id", 256)).toThrow("external_id: must have at most 255 characters.");
    expect(group("display_name", 256)).toThrow("display_name: must have at most 255 characters.");
    expect(group("group_type", 1_025)).toThrow("group_type: must have at most 1024 characters.");
  });

  it("bounds the lists and the names of extensions", () => {
    const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n);
    const path = `${URN}:numbers`;
    expect(reasonOf(base, replace(path, numbers(100)))).toBeUndefined();
    expect(() => apply(base, replace(path, numbers(101)))).toThrow(`${path}: must have at most 100 elements.`);
    expect(reasonOf(base, replace(path, numbers(100)), add(path, [100]))).toBe("FIELD_INVALID");
    expect(reasonOf(base, replace(`${URN}:${"n".repeat(129)}`, 1))).toBe("FIELD_INVALID");
  });

  it("answers thousands of additions to an extension's list at once", () => {
    const changes = Array.from({ length: 1_000 }, (_, n) =>
      add(
        `${URN}:numbers`,
        Array.from({ length: 90 }, (_, m) => n * 90 + m),
      ),
    );
    expect(reasonOf(base, ...changes)).toBe("FIELD_INVALID");
  });
});

describe("all or nothing", () => {
  it("leaves the document alone where a later change is refused", () => {
    const document = { ...base, emails: [{ value: "a@x", type: "work" }] };
    const before = structuredClone(document);
    expect(reasonOf(document, replace("emails", "b@x", { element: work, sub: "value" }), replace("nonsense", 1))).toBe(
      "CHANGE_INVALID",
    );
    expect(document).toEqual(before);
  });
});

describe("complex values", () => {
  const named = { ...base, name: { familyName: "Lovelace", givenName: "Ada" } };

  it("merges with ADD and with REPLACE", () => {
    expect(
      attributesAfter(named, add("name", { middleName: "K" }), replace("name", { givenName: "Augusta" })).name,
    ).toEqual({
      familyName: "Lovelace",
      givenName: "Augusta",
      middleName: "K",
    });
  });

  it("sets and removes one sub-attribute", () => {
    expect(
      attributesAfter(
        named,
        replace("name", "King", { sub: "family_name" }),
        remove("name", undefined, { sub: "given_name" }),
      ).name,
    ).toEqual({
      familyName: "King",
    });
  });

  it("disappears when its last sub-attribute is cleared", () => {
    expect(attributesAfter(named, replace("name", { familyName: "", givenName: null }))).toEqual(base);
  });

  it("sets the manager by object and by sub-attribute", () => {
    expect(attributesAfter(base, replace("enterprise.manager", { value: "m1" })).enterprise).toEqual({
      manager: { value: "m1" },
    });
    expect(attributesAfter(base, add("enterprise.manager", "m2", { sub: "value" })).enterprise).toEqual({
      manager: { value: "m2" },
    });
  });

  it.each([
    ["an empty value", replace("enterprise.manager", { value: "" })],
    ["an empty text", replace("enterprise.manager", "")],
    ["an empty sub-attribute", replace("enterprise.manager", "", { sub: "value" })],
    ["REMOVE", remove("enterprise.manager")],
  ])("clears the manager with %s and leaves no empty object", (_, cleared) => {
    expect(attributesAfter({ ...base, enterprise: { manager: { value: "m1" } } }, cleared)).toEqual(base);
  });

  it("ignores the manager's display name, which is read-only", () => {
    expect(attributesAfter(base, replace("enterprise.manager", { value: "m", displayName: "M" })).enterprise).toEqual({
      manager: { value: "m" },
    });
  });

  it("refuses an unknown sub-attribute and a bare value", () => {
    expect(reasonOf(base, replace("name", { nick: "x" }))).toBe("CHANGE_INVALID");
    expect(reasonOf(base, replace("name", "Ada Lovelace"))).toBe("CHANGE_INVALID");
    expect(reasonOf(base, replace("name", "x", { sub: "constructor" }))).toBe("CHANGE_INVALID");
  });
});

describe("extension attributes", () => {
  const urn = "urn:example:2.0:User";

  it("sets, merges, appends and clears by URN and name", () => {
    expect(attributesAfter(base, replace(`${urn}:badge`, 7)).extensions).toEqual({ [urn]: { badge: 7 } });
    const car = { ...base, extensions: { [urn]: { car: { plate: "B-1" }, tags: ["a"] } } };
    expect(
      attributesAfter(car, add(`${urn}:car`, { colour: "red" }), add(`${urn}:tags`, ["a", "b"])).extensions,
    ).toEqual({
      [urn]: { car: { plate: "B-1", colour: "red" }, tags: ["a", "b"] },
    });
    expect(
      attributesAfter(car, replace(`${urn}:car`, "B-2", { sub: "plate" }), remove(`${urn}:tags`, ["a"])).extensions,
    ).toEqual({
      [urn]: { car: { plate: "B-2" } },
    });
    expect(attributesAfter(car, remove(`${urn}:car`), replace(`${urn}:tags`, null))).toEqual(base);
  });

  it("refuses keys that reach an object's prototype", () => {
    expect(reasonOf(base, replace(`${urn}:__proto__`, { polluted: true }))).toBe("CHANGE_INVALID");
    expect(reasonOf(base, replace(`${urn}:car`, true, { sub: "__proto__.polluted" }))).toBe("CHANGE_INVALID");
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe("a whole extension", () => {
  const other = "urn:example:2.0:Other";
  const both = { ...base, extensions: { [URN]: { badge: 7, car: { plate: "B-1" } }, [other]: { site: "x" } } };

  it("goes with REMOVE of its URN, and leaves the others", () => {
    expect(attributesAfter(both, remove(URN)).extensions).toEqual({ [other]: { site: "x" } });
    expect(attributesAfter(both, remove(URN), remove(other))).toEqual(base);
  });

  it("may be gone already", () => {
    expect(apply(base, remove(URN))).toEqual({ attributes: base, changed: false });
  });

  it("is not set by its URN alone: that names an attribute of the URN before it", () => {
    expect(attributesAfter(base, replace("urn:example:2.0:User", { badge: 1 })).extensions).toEqual({
      "urn:example:2.0": { User: { badge: 1 } },
    });
  });
});

describe("PUT under the REPLACE policy", () => {
  it("keeps only what the changes name", () => {
    const document = { ...base, title: "x", name: { familyName: "L", givenName: "A" }, emails: [{ value: "a@x" }] };
    const { attributes, changed } = applyChanges(
      SCIM_USER,
      document,
      [replace("user_name", "ada"), replace("name", { givenName: "A" })],
      {
        clearFirst: true,
      },
    );
    expect(attributes).toEqual({ userName: "ada", name: { givenName: "A" } });
    expect(changed).toBe(true);
  });
});
