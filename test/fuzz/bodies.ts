import fc from "fast-check";
import type { ResourceKind } from "../../gateway/src/mapping/schema.ts";
import { object, partialObject } from "../arbitraries.ts";
import { conversationFiles } from "../conformance/idp/conversations.ts";
import { GROUP, LIST_RESPONSE, PATCH_OP, USER } from "../e2e/scim-messages.ts";
import type { Json } from "../engine.ts";
import { elementFilter, filterText } from "./filters.ts";
import { anyJson, mutatedJson } from "./json.ts";
import { type Name, names, spelled, strangeWord, valueFor } from "./names.ts";
import { extension } from "./schemas.ts";
import { hostileText, mutated } from "./text.ts";

/** A resource for POST and PUT. "{fresh}" becomes a name that nothing has. */
export function resource(kind: ResourceKind): fc.Arbitrary<unknown> {
  const attributes = names[kind].filter(({ text }) => !text.includes(":"));
  const optional = object({
    ...Object.fromEntries(attributes.map((name) => [name.text, attributeValue(name)])),
    [CUSTOM]: customFields,
    [extension.urn]: thing(kind),
    ...(kind === "User" && { [ENTERPRISE]: enterprise }),
  });
  const schemas = fc.constantFrom<unknown>([kind === "User" ? USER : GROUP], undefined);
  const fresh = fc.constant("{fresh}");
  const required = kind === "User" ? object({ schemas, userName: fresh }) : object({ schemas, displayName: fresh });
  return fc
    .tuple(required, optional, fc.array(fc.nat(attributes.length), { maxLength: 5 }))
    .map(([needed, given, chosen]) => ({ ...some(given, chosen), ...needed }));
}

/** A few attributes: with all of them at once, each of which may be bad, hardly any would be accepted. */
function some(given: Json, chosen: number[]): Json {
  const keys = Object.keys(given);
  return Object.fromEntries(chosen.map((index) => [keys[index] as string, given[keys[index] as string]]));
}

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const CUSTOM = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";
const enterprise = partialObject({
  department: valueFor("string"),
  manager: fc.constantFrom<unknown>("{ben}", { value: "{ben}" }, [{ value: "{ben}" }], null),
});
/** The accounts' own extension, with a few of its attributes. */
function thing(kind: ResourceKind): fc.Arbitrary<unknown> {
  const prefix = `${extension.urn}:`;
  const own = names[kind].filter(({ text }) => text.startsWith(prefix));
  return partialObject(Object.fromEntries(own.map((name) => [name.text.slice(prefix.length), attributeValue(name)])));
}

const customFields = fc.oneof(
  partialObject({ payroll_id: valueFor("any"), year: valueFor("any") }),
  object({ custom_fields: fc.array(partialObject({ id: strangeWord, value: anyJson }), { maxLength: 3 }) }),
);
const members: fc.Arbitrary<unknown> = fc.oneof(
  fc.array(
    fc.constantFrom("anna", "ben", "cem", "sales", "other").map((name) => ({ value: `{${name}}` })),
    { maxLength: 4 },
  ),
  fc.constantFrom<unknown>(
    "{anna}",
    [{ value: "nobody" }],
    [{ $ref: "/Users/{anna}" }],
    [{ value: "{anna}", operation: "delete" }],
  ),
);

function attributeValue(name: Name): fc.Arbitrary<unknown> {
  if (name.text === "members") return members;
  if (name.subs.length === 0) return valueFor(name.type);
  const element = partialObject(Object.fromEntries(name.subs.map((sub) => [sub.text, valueFor(sub.type)])));
  const right = name.multiValued ? fc.array(element, { maxLength: 3 }) : element;
  return fc.oneof({ weight: 6, arbitrary: right as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: anyJson });
}

/** A PATCH body: operations of all forms, or, now and then, a partial resource. */
export function patch(kind: ResourceKind): fc.Arbitrary<unknown> {
  const operations = fc.oneof(
    { weight: 20, arbitrary: fc.array(operation(kind), { minLength: 1, maxLength: 4 }) },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(0, 200, 1_000, 1_001), operation(kind)).map(repeated) },
    { weight: 1, arbitrary: heavy },
  );
  const message = object({ schemas: fc.constantFrom<unknown>([PATCH_OP], undefined), Operations: operations });
  return fc.oneof({ weight: 8, arbitrary: message as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: resource(kind) });
}

/** A list as long as lists get, and filters that are held against each of its elements, many times. */
const heavy: fc.Arbitrary<unknown> = fc
  .tuple(
    fc.constantFrom("emails", "phoneNumbers", "addresses", `${extension.urn}:parts`),
    fc.constantFrom('type eq "x"', 'type co "éx"', "not (type pr)", "primary pr"),
    fc.constantFrom(1, 10, 48),
    fc.constantFrom(100, 500, 999),
  )
  .map(([path, condition, conditions, count]) => [
    {
      op: "replace",
      path,
      value: Array.from({ length: 100 }, (_, n) => ({
        type: `${"é".repeat(20)}${n}`,
        primary: false,
        ...content(path, n),
      })),
    },
    ...repeated([
      count,
      { op: "add", path: `${path}[${Array(conditions).fill(condition).join(" or ")}].type`, value: "y" },
    ]),
  ]);

function content(path: string, n: number): Json {
  return path === "addresses" ? { locality: `${n}` } : { value: `${n}` };
}

/** The same again and again; but no body of hundreds of megabytes, which says more about the fuzzer. */
function repeated([count, operation]: [number, unknown]): unknown[] {
  const most = Math.ceil(MOST_BYTES / JSON.stringify(operation).length);
  return Array(Math.min(count, most)).fill(operation);
}

const MOST_BYTES = 2 << 20;

function operation(kind: ResourceKind): fc.Arbitrary<unknown> {
  const op = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom("add", "replace", "remove", "Add", "REPLACE") },
    { weight: 1, arbitrary: fc.constantFrom<unknown>("move", "", null, 1, "__proto__") },
  );
  const targeted = fc.constantFrom(...names[kind]).chain((name) => {
    const value = attributeValue(name);
    const path = spelled(fc.constant(name.text));
    if (name.subs.length === 0) return object({ op, path, value });
    const sub = fc.constantFrom(...name.subs);
    const selected = elementFilter(name).map((filter) => `${name.text}[${filter}]`);
    return fc.oneof(
      object({ op, path, value }),
      object({ op, path: selected, value: fc.oneof(value, anyJson) }),
      sub.chain(({ text, type }) =>
        object({ op, path: fc.oneof(selected, path).map((each) => `${each}.${text}`), value: valueFor(type) }),
      ),
    );
  });
  const path = fc.constantFrom(...names[kind]).map(({ text }) => text);
  const damaged = object({ op, path: mutated(path, ["[", "]", '"', ".", ":", " ", "("]), value: anyJson });
  const strange = object({ op, path: fc.oneof(strangeWord, filterText(kind)), value: anyJson });
  const keyed = fc.dictionary(fc.oneof(path, strangeWord), anyJson, { minKeys: 1, maxKeys: 3, noNullPrototype: true });
  const pathless = object({ op, value: fc.oneof(resource(kind), keyed, anyJson) });
  const membership = fc.oneof(
    object({ op, path: fc.constant("members"), value: members }),
    fc.constantFrom("anna", "ben", "sales").map((name) => ({ op: "remove", path: `members[value eq "{${name}}"]` })),
  );
  return fc.oneof(
    { weight: 8, arbitrary: targeted as fc.Arbitrary<unknown> },
    { weight: 2, arbitrary: damaged },
    { weight: 2, arbitrary: strange },
    { weight: 3, arbitrary: pathless },
    { weight: kind === "Group" ? 6 : 0, arbitrary: membership },
  );
}

/** A SearchRequest (RFC 7644 section 3.4.3). */
export function searchRequest(kind: ResourceKind): fc.Arbitrary<unknown> {
  const list = fc.array(
    fc.oneof(
      fc.constantFrom(...names[kind]).map(({ text }) => text),
      strangeWord,
    ),
    { maxLength: 3 },
  );
  const number = fc.oneof(fc.integer({ min: -2, max: 600 }), anyJson);
  return partialObject({
    schemas: fc.constantFrom<unknown>(["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], [LIST_RESPONSE], "x"),
    filter: fc.oneof(filterText(kind), anyJson),
    attributes: fc.oneof(list, anyJson),
    excludedAttributes: list,
    sortBy: fc.oneof(
      fc.constantFrom(...names[kind]).map(({ text }) => text),
      strangeWord,
      anyJson,
    ),
    sortOrder: fc.constantFrom<unknown>("ascending", "DESCENDING", "up", 1),
    startIndex: number,
    count: number,
    cursor: fc.constantFrom<unknown>("", "{cursor}", "{cursor}x", "junk", 1, null),
  });
}

/** A bulk request (RFC 7644 section 3.7), whose operations refer to each other. */
export const bulk: fc.Arbitrary<unknown> = fc
  .array(
    fc.constantFrom<ResourceKind>("User", "Group").chain((kind) =>
      partialObject(
        {
          method: fc.constantFrom<unknown>("POST", "PUT", "PATCH", "DELETE", "post", "GET", 1),
          path: fc.oneof(
            fc.constantFrom(
              "/Users",
              "/Groups",
              "/Users/{anna}",
              "/Groups/{sales}",
              "/Users/bulkId:a",
              "/Groups/bulkId:b",
            ),
            fc.constantFrom("/Bulk", "/Me", "/Schemas", "https://elsewhere.example/Users", "/Users/../Groups"),
            hostileText,
          ),
          bulkId: fc.oneof(fc.constantFrom("a", "b", "c"), hostileText),
          version: fc.constantFrom<unknown>('W/"1"', "banana", 1),
          data: fc.oneof(resource(kind), patch(kind), bulkReferences, anyJson),
        },
        "method",
        "path",
      ),
    ),
    { maxLength: 5 },
  )
  .chain((Operations) =>
    partialObject(
      {
        schemas: fc.constant(["urn:ietf:params:scim:api:messages:2.0:BulkRequest"]),
        failOnErrors: fc.constantFrom<unknown>(1, 0, -1, "1", null),
        Operations: fc.oneof(
          { weight: 12, arbitrary: fc.constant<unknown>(Operations) },
          { weight: 1, arbitrary: anyJson },
        ),
      },
      "schemas",
      "Operations",
    ),
  );
const bulkReferences = fc.constantFrom<unknown>(
  { displayName: "{fresh}", members: [{ value: "bulkId:a" }] },
  { displayName: "{fresh}", members: [{ value: "bulkId:b" }, { value: "bulkId:nobody" }] },
  { userName: "{fresh}", [ENTERPRISE]: { manager: { value: "bulkId:a" } } },
);

/** A request that a client is known to send. */
export interface KnownRequest {
  method: string;
  path: string;
  body?: unknown;
}

/** Those of all recorded conversations. */
export const knownRequests: KnownRequest[] = conversationFiles().flatMap(({ conversations }) =>
  conversations.flatMap(({ steps }) => steps.flatMap(({ request }) => (request === undefined ? [] : [request]))),
);

/** The body of one, as it is or damaged. */
export function damaged(body: unknown): fc.Arbitrary<unknown> {
  return mutatedJson(fc.constant(body));
}
