import { ComparisonOperator as Op } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { describe, expect, it } from "vitest";
import { SCIM_USER } from "../src/domain/attributes.ts";
import { and, comparison, element, equal, not } from "./filters.ts";
import { matchesRecord } from "./matches-record.ts";

const urn = "urn:example:2.0:User";
const ada = {
  userName: "Ada@Example.com",
  name: { familyName: "Lovelace" },
  active: true,
  emails: [
    { value: "ada@work.com", type: "work", primary: true },
    { value: "ada@home.com", type: "home" },
  ],
  extensions: { [urn]: { badge: 7, tags: ["red", "blue"], cars: [{ plate: "B-1" }] } },
};
const matches = (filter: Parameters<typeof matchesRecord>[0]) => matchesRecord(filter, ada, SCIM_USER);

describe("matchesRecord", () => {
  it("compares by the filter's case rule", () => {
    expect(matches(equal("user_name", "ADA@example.com"))).toBe(true);
    expect(matches(equal("user_name", "ADA@example.com", true))).toBe(false);
  });

  it("holds a value path's conditions against one element, and a plain path's against any", () => {
    const homeAndPrimary = [equal("emails.type", "home"), equal("emails.primary", true)];
    expect(matches(and(...homeAndPrimary))).toBe(true);
    expect(matches(element("emails", and(equal("type", "home"), equal("primary", true))))).toBe(false);
  });

  it("takes ne for true where there is no value, no element or another one, but in a value path only of an element", () => {
    const unequal = (path: string, value: string) => comparison(path, Op.COMPARISON_OPERATOR_NOT_EQUAL, value);
    expect(matches(unequal("title", "x"))).toBe(true);
    expect(matches(unequal("phone_numbers.value", "x"))).toBe(true);
    expect(matches(unequal("emails.type", "work"))).toBe(true);
    expect(matches(unequal("emails.display", "x"))).toBe(true);
    expect(matches(comparison("phone_numbers.primary", Op.COMPARISON_OPERATOR_NOT_EQUAL, true))).toBe(true);
    const alone = (filter: Parameters<typeof matchesRecord>[0]) =>
      matchesRecord(filter, { emails: [{ type: "work" }] }, SCIM_USER);
    expect(alone(unequal("emails.type", "work"))).toBe(false);
    expect(matches(element("phone_numbers", unequal("value", "x")))).toBe(false);
    expect(matches(not(equal("phone_numbers.value", "x")))).toBe(true);
  });

  it("finds presence of single, complex and multi-valued attributes", () => {
    const present = (path: string) => matches(comparison(path, Op.COMPARISON_OPERATOR_PRESENT));
    expect([present("active"), present("name"), present("emails"), present("name.family_name")]).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect([present("title"), present("phone_numbers"), present("enterprise.manager")]).toEqual([false, false, false]);
  });

  it("orders text by code point", () => {
    const greater = comparison("name.family_name", Op.COMPARISON_OPERATOR_GREATER_THAN, "Lovelac", true);
    expect(matches(greater)).toBe(true);
    expect(
      matchesRecord(
        comparison("title", Op.COMPARISON_OPERATOR_GREATER_THAN, "\uffff", true),
        { title: "😀" },
        SCIM_USER,
      ),
    ).toBe(true);
  });

  it("looks through lists in extension attributes and compares only like with like", () => {
    expect(matches(equal(`${urn}:badge`, 7))).toBe(true);
    expect(matches(equal(`${urn}:badge`, "7"))).toBe(false);
    expect(matches(equal(`${urn}:tags`, "BLUE"))).toBe(true);
    expect(matches(equal(`${urn}:cars.plate`, "b-1"))).toBe(true);
    expect(matches(element(`${urn}:cars`, equal("plate", "b-1")))).toBe(true);
    expect(matches(element(`${urn}:tags`, equal("value", "red")))).toBe(true);
  });

  it("knows the schemas that a record has attributes of", () => {
    expect(matches(equal("schemas", urn.toUpperCase()))).toBe(true);
    expect(matches(equal("schemas", SCIM_USER.urn))).toBe(true);
    expect(matches(equal("schemas", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"))).toBe(false);
  });

  it("takes what is not in the document from the facts beside it", () => {
    const facts = { version: 3, groups: [{ value: "g", display: "Staff", type: "direct" }] };
    const matches = (filter: Parameters<typeof matchesRecord>[0]) => matchesRecord(filter, ada, SCIM_USER, facts);
    expect([matches(equal("version", 3)), matches(equal("version", 4))]).toEqual([true, false]);
    expect(matches(equal("groups.display", "STAFF"))).toBe(true);
    expect(matches(element("groups", and(equal("display", "staff"), equal("type", "indirect"))))).toBe(false);
  });
});
