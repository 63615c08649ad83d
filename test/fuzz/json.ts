import fc from "fast-check";
import { hostileText } from "./text.ts";

/** Keys that reach an object's prototype where objects are handled carelessly. */
const poisonousKeys = ["__proto__", "constructor", "prototype"];

/** JSON text, and the key that must be named where it is refused. */
export interface JsonText {
  text: string;
  names?: string;
}

/** Any JSON value. Numbers include those that JSON.stringify never writes. */
export const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, false, 0, -0, 1.5, -1, 2 ** 53 + 1, 1e308, 5e-324, [], {}, [[]], [null], [{}]),
  fc.constantFrom("True", "False", "TRUE", "yes", "0"),
  fc.constant({ value: { value: { value: "x" } } }),
  fc.constantFrom(8, 30, 31, 33, 200).map(nested),
  fc.constantFrom(101, 1_001).map((length) => Array.from({ length }, (_, n) => ({ value: `v${n}` }))),
  fc.json({ maxDepth: 2 }).map((text) => JSON.parse(text) as unknown),
);

function nested(depth: number): unknown {
  let value: unknown = "deep";
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { value };
  return value;
}

/** One change of a value somewhere in a tree: `at` picks where. */
export function mutatedJson(value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    kind: fc.constantFrom("value", "value", "drop", "rename", "capitals", "wrap", "double"),
    replacement: anyJson,
    key: fc.oneof(hostileText, fc.constantFrom("value", "type", "primary", "op", "path", "schemas", "id", "members")),
  });
  return fc.tuple(value, fc.array(change, { minLength: 1, maxLength: 2 })).map(([given, changes]) => {
    const root = { root: structuredClone(given) };
    for (const each of changes) mutate(root, each);
    return root.root;
  });
}

interface Change {
  at: number;
  kind: string;
  replacement: unknown;
  key: string;
}

type Holder = Record<string, unknown>;

function mutate(root: { root: unknown }, { at, kind, replacement, key }: Change): void {
  const places = placesIn(root as Holder);
  const [holder, name] = places[Math.floor(at * places.length)] as [Holder, string];
  const current = holder[name];
  switch (kind) {
    case "value":
      holder[name] = replacement;
      return;
    case "wrap":
      holder[name] = [current];
      return;
    case "double":
      if (Array.isArray(current)) current.push(...structuredClone(current));
      return;
    case "drop":
      if (holder !== (root as Holder)) delete holder[name];
      return;
    default:
      if (holder === (root as Holder) || Array.isArray(holder)) return;
      delete holder[name];
      // Defined, as an assignment to __proto__ would set nothing.
      Object.defineProperty(holder, kind === "rename" ? key : name.toUpperCase(), {
        value: current,
        enumerable: true,
        configurable: true,
        writable: true,
      });
  }
}

function placesIn(holder: Holder): [Holder, string][] {
  return Object.keys(holder).flatMap((name) => {
    const value = holder[name];
    const below = typeof value === "object" && value !== null ? placesIn(value as Holder) : [];
    return [[holder, name] as [Holder, string], ...below];
  });
}

/** JSON text of a value, now and then with a key in it that must be refused by name. */
export function jsonText(value: fc.Arbitrary<unknown>): fc.Arbitrary<JsonText> {
  const clean = value.map((given): JsonText => ({ text: JSON.stringify(given) }));
  return fc.oneof({ weight: 9, arbitrary: clean }, { weight: 1, arbitrary: poisoned(value) });
}

/** With a poisonous key, or one of its own twice, in one of its objects; plain or escaped. */
function poisoned(value: fc.Arbitrary<unknown>): fc.Arbitrary<JsonText> {
  const at = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
  return fc
    .tuple(value, at, fc.option(fc.constantFrom(...poisonousKeys)), fc.boolean())
    .map(([given, at, poison, escaped]) => {
      const text = JSON.stringify(given);
      const root = { root: JSON.parse(text) };
      const objects = placesIn(root).filter(([holder, name]) => isObject(holder[name]));
      const place = objects[Math.floor(at * objects.length)];
      // What has too many keys, is nested too deep or is poisoned already is refused for that.
      if (text.length > LARGE || depthOf(given) > DEEPEST || isPoisoned(text) || place === undefined) return { text };
      const [holder, name] = place;
      const object = holder[name] as Holder;
      const key = poison ?? Object.keys(object)[0] ?? "constructor";
      holder[name] = { [MARK]: { a: 1 }, ...object };
      const written = escaped && key !== "" ? escapedKey(key) : JSON.stringify(key);
      return { text: JSON.stringify(root.root).replace(JSON.stringify(MARK), () => written), names: key.slice(0, 64) };
    });
}

function isPoisoned(text: string): boolean {
  return poisonousKeys.some((key) => text.includes(`"${key}":`));
}

/** Where a key goes that no object of JavaScript can have twice. */
const MARK = "⟦poison⟧";

function isObject(value: unknown): value is Holder {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text that is no longer has fewer keys than there may be. */
const LARGE = 50_000;
/** One less than the limit, as the poisonous key gets an object. */
const DEEPEST = 31;

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function escapedKey(key: string): string {
  return `"\\u${key.charCodeAt(0).toString(16).padStart(4, "0")}${JSON.stringify(key.slice(1)).slice(1)}`;
}

/** What is hardly JSON at all. */
export const brokenJson: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "{",
    "}",
    "[",
    '"',
    "null",
    "true",
    "0",
    "[]",
    "{}",
    "{}{}",
    '{"a":1,}',
    "{'a':1}",
    "\u0000",
  ),
  fc.constantFrom('{"a":01}', '{"a":1e}', '{"a":NaN}', '{"a":"\n"}', '{"a":"\\x"}', '{"a":"\\ud800"}', '{"a":/**/1}'),
  fc.constantFrom(20, 33, 5_000, 100_000).map((depth) => "[".repeat(depth)),
  fc.constantFrom(33, 1_000).map((depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
  fc.constantFrom(10_001, 60_000).map((keys) => `{${Array.from({ length: keys }, (_, n) => `"k${n}":${n}`).join()}}`),
  fc.constant(`{"userName":${"9".repeat(10_000)}}`),
  fc.constant(`{"userName":1${"0".repeat(400)}}`),
);
