import fc from "fast-check";
import type { ResourceKind, ResourceSchema } from "../../gateway/src/mapping/schema.ts";
import { schemas } from "./schemas.ts";
import { hostileText } from "./text.ts";

/** An attribute's name, and what the published schema says of it. */
export interface Name {
  text: string;
  type: string;
  multiValued: boolean;
  readOnly: boolean;
  subs: Name[];
}

/** Every attribute of a kind as clients name it: short, and with its URN. */
export const names: Record<ResourceKind, Name[]> = { User: namesOf(schemas.User), Group: namesOf(schemas.Group) };

type Row = ResourceSchema["core"]["attributes"][number];

function namesOf({ everyResource, core, extensions }: ResourceSchema): Name[] {
  const qualified = [core, ...extensions].flatMap(({ urn, attributes }) =>
    attributes.map((row) => nameOf(row, `${urn}:`)),
  );
  const custom = extensions.find(({ open }) => open);
  const fields = ["payroll_id", "year"].map((field) => ({
    text: `${custom?.urn}:${field}`,
    type: "any",
    multiValued: false,
    readOnly: false,
    subs: [],
  }));
  return [...[...everyResource, ...core.attributes].map((row) => nameOf(row, "")), ...qualified, ...fields];
}

function nameOf(row: Row, prefix: string): Name {
  const { name, type, multiValued, mutability, subAttributes } = row;
  const subs = subAttributes.map((sub) => nameOf(sub, ""));
  return { text: `${prefix}${name}`, type, multiValued, readOnly: mutability === "readOnly", subs };
}

/** Words that no schema has. */
export const strangeWord: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "prototype", "toString", "valueOf", "$ref", "hasOwnProperty"),
  fc.constantFrom(
    "a..b",
    ".a",
    "a.",
    "a.b.c",
    "1a",
    "urn:",
    ":a",
    "urn:a:",
    "urn:example:2.0:Nothing:x",
    "a b",
    "-",
    "_",
  ),
  fc.constantFrom("usrName", "userNam", "emails.kind", "name.first", "favouriteColor", "enterprise", "User", "Users"),
  hostileText,
);

/** A text as a value of a type, right most of the time. */
export function valueFor(type: string): fc.Arbitrary<unknown> {
  const right = rightValue(type);
  return fc.oneof(
    { weight: 6, arbitrary: right },
    { weight: 1, arbitrary: hostileText },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(null, "", true, 0, -1.5, 1e300, [], {}, ["x"], { value: "x" }) },
  );
}

function rightValue(type: string): fc.Arbitrary<unknown> {
  switch (type) {
    case "boolean":
      return fc.constantFrom<unknown>(true, false, "True", "false");
    case "dateTime":
      return fc.constantFrom(
        "2026-01-31T08:00:00Z",
        "1969-12-31T23:59:60Z",
        "0001-01-01T00:00:00.000+14:00",
        "9999-12-31T23:59:59Z",
      );
    case "integer":
      return fc.oneof(fc.integer(), fc.constantFrom<unknown>(2 ** 53, 1.5, -0, "7"));
    case "decimal":
      return fc.oneof(fc.integer(), fc.double(), fc.constantFrom<unknown>(0.1, 1e308, "1.5"));
    case "binary":
      return fc.constantFrom("", "AA==", "aGVsbG8=", "a", "%%%");
    case "any":
      return fc.constantFrom<unknown>("x", 7, 1975.5, true, ["a", "b"], { plate: "B-1" });
    default:
      return fc.constantFrom("anna@example.com", "work", "a", "A", "é", "{anna}", "{sales}", "Sales & Marketing");
  }
}

/** A name in any case. */
export function spelled(name: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const how = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => text.toLowerCase(),
  );
  return fc.tuple(name, how).map(([text, change]) => change(text));
}
