import { describe, expect, it } from "vitest";
import type { Json } from "../rules/variables.ts";
import { countryCode } from "./country.ts";
import type { FieldContext } from "./field-value.ts";
import { personFields } from "./fields.ts";
import { languageTag } from "./locale.ts";
import { makesCycle } from "./managers.ts";
import { newPerson } from "./person.ts";

function coerce(field: string, value: Json): { value: Json | undefined; warnings: string[] } {
  const account = { id: "a", organizationId: "o", locale: "en-US", timeZone: "Etc/UTC", secrets: [] };
  const context: FieldContext = { account, person: newPerson("p", "o"), warnings: [] };
  return { value: personFields[field]?.coerce(field, value, context), warnings: context.warnings };
}

describe("a field of a person", () => {
  it.each(["name", "job_title", "vip", "disabled", "locale", "time_zone"])(
    "%s keeps what it has for null and blank",
    (field) => {
      expect(coerce(field, null)).toEqual({ value: undefined, warnings: [] });
      expect(coerce(field, "")).toEqual({ value: undefined, warnings: [] });
    },
  );

  it.each([
    ["name", 128],
    ["primary_email", 128],
    ["job_title", 80],
    ["location", 80],
    ["employee_id", 128],
    ["support_id", 50],
    ["cost_center", 128],
    ["preferred_language", 128],
  ])("%s takes %i characters and names that limit for more", (field, limit) => {
    expect(coerce(field, "𝄞".repeat(limit)).value).toBe("𝄞".repeat(limit));
    const message = `${field} has ${limit + 1} characters; the limit is ${limit}.`;
    expect(() => coerce(field, "x".repeat(limit + 1))).toThrow(message);
  });

  it("refuses a value of the wrong type", () => {
    expect(() => coerce("vip", "yes")).toThrow("vip needs true or false.");
    expect(() => coerce("name", ["x"])).toThrow("name needs a text.");
    expect(() => coerce("contacts", "x")).toThrow("contacts needs a list.");
    expect(() => coerce("contacts", [{ protocol: "pigeon", uri: "x" }])).toThrow(
      'needs the protocol "telephone" or "email"',
    );
    expect(() => coerce("addresses", [{ label: "work" }])).toThrow('needs the label "home" or "mailing"');
  });

  it("refuses parts of contacts and addresses that are too long", () => {
    const contact = { protocol: "email", label: "work", uri: "x".repeat(256) };
    expect(() => coerce("contacts", [contact])).toThrow("uri in contacts has 256 characters; the limit is 255.");
    const address = { label: "home", zip: "x".repeat(21) };
    expect(() => coerce("addresses", [address])).toThrow("zip in addresses has 21 characters; the limit is 20.");
  });

  it("leaves out what is empty, doubled or unknown", () => {
    const contact = { protocol: "email", label: "work", uri: "a@b.example" };
    expect(coerce("contacts", [contact, contact, { ...contact, uri: "" }]).value).toHaveLength(1);
    const { value, warnings } = coerce("addresses", [
      { label: "home" },
      { label: "home", city: "X", country: "Narnia" },
    ]);
    expect(value).toMatchObject([{ city: "X", country: "" }]);
    expect(warnings).toEqual(['The country "Narnia" is not known and is left out of the address.']);
  });
});

describe("countries", () => {
  it.each([
    ["DE", "DE"],
    ["nl", "NL"],
    ["UK", "GB"],
    ["Germany", "DE"],
    ["the Netherlands", "NL"],
    ["United States of America", "US"],
    ["USA", "US"],
    ["Cote d'Ivoire", "CI"],
    ["Bosnia and Herzegovina", "BA"],
    ["Turkey", "TR"],
    ["Türkiye", "TR"],
    ["ZZ", undefined],
    ["XX", undefined],
    ["EU", undefined],
    ["Atlantis", undefined],
  ])("%s is %s", (name, code) => {
    expect(countryCode(name)).toBe(code);
  });
});

describe("locales", () => {
  it.each([
    ["de_de", "de-DE"],
    ["zh-hant-tw", "zh-Hant-TW"],
    ["english please", undefined],
  ])("the language tag of %s is %s", (value, tag) => {
    expect(languageTag(value)).toBe(tag);
  });
});

describe("makesCycle", () => {
  it("finds the person among the manager's managers and survives a circle that is there", () => {
    const managers = new Map([
      ["b", "c"],
      ["c", "a"],
      ["x", "y"],
      ["y", "x"],
    ]);
    expect(makesCycle(managers, "a", "b")).toBe(true);
    expect(makesCycle(managers, "d", "b")).toBe(false);
    expect(makesCycle(managers, "a", "x")).toBe(false);
  });
});
