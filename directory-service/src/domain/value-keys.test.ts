import { describe, expect, it } from "vitest";
import { type Attributes, SCIM_GROUP, SCIM_USER } from "./attributes.ts";
import { valueKey, valueKeys } from "./value-keys.ts";

const urn = "urn:example:2.0:User";
const keysOf = (attributes: Attributes, account = "acme") => valueKeys(SCIM_USER, account, attributes);
const key = (path: string, value: string | number | boolean | Date, account = "acme") =>
  valueKey("scim_user", account, path, value);
const schema = key("schemas", SCIM_USER.urn);

describe("valueKeys", () => {
  it("has a key for each scalar, wherever it is in the document, and for each schema", () => {
    const keys = keysOf({
      userName: "ada",
      active: false,
      name: { familyName: "Lovelace" },
      emails: [{ value: "a@x.test", primary: true }, { value: "b@x.test" }],
      enterprise: { department: "R&D", manager: { value: "m" } },
      extensions: { [urn]: { badge: 7, tags: ["red"], cars: [{ plate: "B-1", owner: { name: "Bob" } }] } },
    });
    const expected = [
      schema,
      key("schemas", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"),
      key("schemas", urn),
      key("user_name", "ada"),
      key("active", false),
      key("name.family_name", "Lovelace"),
      key("emails.value", "a@x.test"),
      key("emails.primary", true),
      key("emails.value", "b@x.test"),
      key("enterprise.department", "R&D"),
      key("enterprise.manager.value", "m"),
      key(`${urn}:badge`, 7),
      key(`${urn}:tags`, "red"),
      key(`${urn}:cars.plate`, "B-1"),
      key(`${urn}:cars.owner.name`, "Bob"),
    ];
    expect(new Set(keys)).toEqual(new Set(expected));
    expect(keys).toHaveLength(expected.length);
  });

  it("is sorted as PostgreSQL's bigint is, and says each value once", () => {
    const keys = keysOf({ emails: Array.from({ length: 20 }, (_, n) => ({ value: `${n}`, type: "work" })) });
    expect(keys).toHaveLength(22);
    expect(keys.map(BigInt)).toEqual(keys.map(BigInt).sort((a, b) => (a < b ? -1 : 1)));
    for (const key of keys) expect(BigInt.asIntN(64, BigInt(key))).toBe(BigInt(key));
  });

  it("folds texts and tells accounts, kinds, paths and types apart", () => {
    expect(keysOf({ title: "\u00c9" })).toEqual(keysOf({ title: "e\u0301" }));
    expect(keysOf({ title: "a" })).not.toEqual(keysOf({ title: "a" }, "other"));
    expect(keysOf({ title: "a" })).not.toEqual(keysOf({ nickName: "a" }));
    expect(key("display_name", "a")).not.toBe(valueKey("scim_group", "acme", "display_name", "a"));
    expect(new Set([key("x", "1"), key("x", 1), key("x", true), key("x", "true"), key("x", new Date(1))]).size).toBe(5);
    expect(key("x", -0)).toBe(key("x", 0));
  });

  it("knows a text of an extension that is a date by the time that it says as well", () => {
    const keys = keysOf({ extensions: { [urn]: { since: "2024-05-01T10:00:00+02:00", note: "2024" } } });
    expect(keys).toContain(key(`${urn}:since`, new Date("2024-05-01T08:00:00Z")));
    expect(keys).toContain(key(`${urn}:since`, "2024-05-01t10:00:00+02:00"));
    // Two schemas, the date twice, the note.
    expect(keys).toHaveLength(5);
  });

  it("gives a record without attributes its schema", () => {
    expect(keysOf({})).toEqual([schema]);
    expect(valueKeys(SCIM_GROUP, "acme", {})).toEqual([valueKey("scim_group", "acme", "schemas", SCIM_GROUP.urn)]);
  });
});
