import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toFailure } from "../../gateway/src/http/errors.ts";
import { object, partialObject } from "../arbitraries.ts";
import { created, type Json, patched } from "../engine.ts";
import {
  department,
  ENTERPRISE,
  type NaiveFilter,
  type NaiveOperation,
  type NaivePath,
  naivePatch,
  Refusal,
} from "./naive-patch.ts";

// Few values, so that they meet, in more than one case.
const text = fc.constantFrom("a", "A", "b", "ab");
const type = fc.constantFrom("work", "Work", "home");
const mail = partialObject({ value: text, type, display: text, primary: fc.boolean() }, "value");
const address = partialObject({ streetAddress: text, locality: text, type, primary: fc.boolean() }, "streetAddress");
const listOf = (element: fc.Arbitrary<Json>) =>
  fc
    .array(element, { minLength: 1, maxLength: 3 })
    .filter((all) => all.filter((each) => each["primary"] === true).length <= 1);
const name = partialObject({ familyName: text, givenName: text }).filter((each) => Object.keys(each).length > 0);

const core: Record<string, fc.Arbitrary<unknown>> = {
  userName: text,
  title: text,
  nickName: text,
  active: fc.boolean(),
  name,
  emails: listOf(mail),
  phoneNumbers: listOf(mail),
  addresses: listOf(address),
};
const values: Record<string, fc.Arbitrary<unknown>> = { ...core, [department]: text };
const user: fc.Arbitrary<Json> = partialObject({ ...core, [ENTERPRISE]: object({ department: text }) }, "userName");

const subs: Record<string, Record<string, fc.Arbitrary<unknown>>> = {
  emails: { value: text, type, display: text, primary: fc.boolean() },
  phoneNumbers: { value: text, type, primary: fc.boolean() },
  addresses: { streetAddress: text, locality: text, type, primary: fc.boolean() },
};

function filterOf(list: string): fc.Arbitrary<NaiveFilter> {
  const columns = Object.entries(subs[list] ?? {});
  const leaf = fc.constantFrom(...columns).chain(([sub, value]): fc.Arbitrary<NaiveFilter> => {
    const operators = sub === "primary" ? (["eq", "ne"] as const) : (["eq", "ne", "co", "sw"] as const);
    const compared = object({ operator: fc.constantFrom(...operators), sub: fc.constant(sub), value });
    return fc.oneof(
      { weight: 4, arbitrary: compared as fc.Arbitrary<NaiveFilter> },
      { weight: 1, arbitrary: fc.constant<NaiveFilter>({ operator: "pr", sub }) },
    );
  });
  const typed = type.map((value): NaiveFilter => ({ operator: "eq", sub: "type", value }));
  const pair = fc.array(leaf, { minLength: 2, maxLength: 2 });
  return fc.oneof(
    { weight: 3, arbitrary: typed },
    { weight: 3, arbitrary: leaf },
    { weight: 2, arbitrary: pair.map((operands): NaiveFilter => ({ operator: "and", operands })) },
    { weight: 1, arbitrary: pair.map((operands): NaiveFilter => ({ operator: "or", operands })) },
    { weight: 1, arbitrary: leaf.map((operand): NaiveFilter => ({ operator: "not", operand })) },
  );
}

const op = fc.constantFrom("add", "replace", "remove") as fc.Arbitrary<NaiveOperation["op"]>;
const set = fc.constantFrom("add", "replace") as fc.Arbitrary<NaiveOperation["op"]>;
const onPath = (attribute: string, rest: Omit<NaivePath, "attribute"> = {}): NaivePath => ({ attribute, ...rest });

const onAttribute = fc
  .constantFrom(...Object.keys(values))
  .chain((attribute) => operationOn(onPath(attribute), values[attribute] as fc.Arbitrary<unknown>));
const onName = fc.constantFrom("familyName", "givenName").chain((sub) => operationOn(onPath("name", { sub }), text));
const onElements = fc.constantFrom("emails", "phoneNumbers", "addresses").chain((list) =>
  fc.tuple(filterOf(list), fc.option(fc.constantFrom(...Object.entries(subs[list] ?? {})))).chain(([filter, sub]) => {
    if (sub !== null) return operationOn(onPath(list, { filter, sub: sub[0] }), sub[1]);
    return operationOn(onPath(list, { filter }), list === "addresses" ? address : mail);
  }),
);
const pathless = fc
  .tuple(set, partialObject({ ...values, id: text }))
  .map(([op, value]): NaiveOperation => ({ op, value }));
const refused = fc.oneof(
  fc.constantFrom("favouriteColor", "id", "groups", "meta").chain((attribute) => operationOn(onPath(attribute), text)),
  set.map((op): NaiveOperation => ({ op, path: onPath("title"), value: 5 })),
  fc.constant<NaiveOperation>({ op: "remove" }),
  set.map((op): NaiveOperation => ({ op, path: onPath("userName"), value: null })),
);
const operation = fc.oneof(
  { weight: 4, arbitrary: onAttribute },
  { weight: 2, arbitrary: onName },
  { weight: 8, arbitrary: onElements },
  { weight: 3, arbitrary: pathless },
  { weight: 1, arbitrary: refused },
);

function operationOn(path: NaivePath, value: fc.Arbitrary<unknown>): fc.Arbitrary<NaiveOperation> {
  return fc
    .tuple(op, value)
    .map(([op, value]): NaiveOperation => (op === "remove" ? { op, path } : { op, path, value }));
}

describe("PATCH", () => {
  it("makes of every user what a naive reading of RFC 7644 section 3.5.2 makes of it", () => {
    const operations = fc.array(operation, { minLength: 1, maxLength: 4 });
    const outcomes = { patched: 0, refused: 0 };
    fc.assert(
      fc.property(user, operations, fc.nat(), (given, operations, seed) => {
        const before = created(given);
        const expected = reference(before, operations);
        const word = inAnyCase(seed);
        const actual = ours(
          before,
          operations.map((operation) => spelled(operation, word)),
        );
        outcomes[typeof expected === "string" ? "refused" : "patched"] += 1;
        // With several that are at fault, either may be told of first.
        if (operations.length > 1 && typeof expected === "string") expect(actual).toBeTypeOf("string");
        else expect(actual).toEqual(expected);
      }),
      { seed: 7644, numRuns: 5_000 },
    );
    expect(outcomes.patched).toBeGreaterThan(2_000);
    expect(outcomes.refused).toBeGreaterThan(500);
  });
});

function reference(before: Json, operations: NaiveOperation[]): Json | string {
  try {
    return naivePatch(before, operations);
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
}

function ours(before: Json, operations: Json[]): Json | string {
  try {
    return patched(before, operations);
  } catch (error) {
    return toFailure(error, "").body.scimType ?? String(error);
  }
}

/** Names and operators come in any case: each bit of `seed` says how the next one does. */
function inAnyCase(seed: number): (word: string) => string {
  let bits = seed;
  return (word) => {
    bits = (bits >>> 1) | ((bits & 1) << 30);
    return bits & 1 ? word.toUpperCase() : word;
  };
}

/** An operation as a client writes it. */
function spelled({ op, path, value }: NaiveOperation, word: (text: string) => string): Json {
  const named = (given: unknown): unknown => {
    if (Array.isArray(given)) return given.map(named);
    if (typeof given !== "object" || given === null) return given;
    return Object.fromEntries(Object.entries(given).map(([key, each]) => [word(key), named(each)]));
  };
  return {
    op: word(op),
    ...(path !== undefined && { path: pathText(path, word) }),
    ...(op !== "remove" && { value: named(value) }),
  };
}

function pathText({ attribute, filter, sub }: NaivePath, word: (text: string) => string): string {
  const brackets = filter === undefined ? "" : `[${filterText(filter, word)}]`;
  return `${word(attribute)}${brackets}${sub === undefined ? "" : `.${word(sub)}`}`;
}

function filterText(filter: NaiveFilter, word: (text: string) => string): string {
  switch (filter.operator) {
    case "and":
    case "or":
      return filter.operands.map((operand) => filterText(operand, word)).join(` ${word(filter.operator)} `);
    case "not":
      return `${word("not")} (${filterText(filter.operand, word)})`;
    case "pr":
      return `${word(filter.sub)} ${word("pr")}`;
    default:
      return `${word(filter.sub)} ${word(filter.operator)} ${JSON.stringify(filter.value)}`;
  }
}
