import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupSchema } from "../mapping/group.ts";
import type { ResourceSchema } from "../mapping/schema.ts";
import { userSchema } from "../mapping/user.ts";
import { ScimError } from "./error.ts";
import { patchChanges } from "./patch.ts";
import { putChanges } from "./put.ts";
import { validateResource } from "./validate.ts";

/** Values that are nearly right: known names, paths and shapes put together at random. */
const names = [...userSchema.byName.values(), ...groupSchema.byName.values()].flatMap((row) => [
  row.name,
  ...row.subAttributes.map((sub) => sub.name),
  ...row.subAttributes.map((sub) => `${row.name}.${sub.name}`),
]);
const key = fc.oneof(
  fc.constantFrom(
    ...names,
    ...userSchema.byUrn.keys(),
    "__proto__",
    "constructor",
    "op",
    "path",
    "value",
    "Operations",
    "operation",
  ),
  fc.constantFrom('emails[type eq "work"].value', 'members[value eq "a"]', "custom_fields", "schemas", "$ref"),
  fc.string({ maxLength: 8 }),
);
const { json } = fc.letrec((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(
      null,
      "",
      [],
      {},
      "add",
      "Remove",
      "replace",
      "True",
      true,
      false,
      0,
      -1.5,
      "\0",
      "\ud800",
      ...names,
    ),
    fc.array(tie("json"), { maxLength: 3 }),
    // Object.fromEntries makes __proto__ an own property, as JSON.parse does.
    fc.array(fc.tuple(key, tie("json")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
}));
const operation = fc.record({
  op: fc.constantFrom("add", "Replace", "remove"),
  path: fc.option(key, { nil: undefined }),
  value: json,
});

describe("whatever comes in", () => {
  const functions: [string, (body: unknown, schema: ResourceSchema) => unknown][] = [
    ["validateResource", validateResource],
    ["putChanges", (body, schema) => putChanges(body, schema, "merge")],
    ["patchChanges", patchChanges],
    ["patchChanges of an operation", (body, schema) => patchChanges({ Operations: [body] }, schema)],
  ];

  it.each(functions)("%s throws nothing but ScimError, with a sentence", (_, run) => {
    fc.assert(
      fc.property(fc.oneof(json, operation), fc.constantFrom(userSchema, groupSchema), (body, schema) => {
        try {
          run(body, schema);
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError);
          expect((error as ScimError).detail).toMatch(/\.$|\?$/);
          expect([400, 413]).toContain((error as ScimError).status);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>).value).toBeUndefined();
  });
});
