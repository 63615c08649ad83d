import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { describe, expect, it } from "vitest";
import { attribute, complex, text } from "../mapping/attribute.ts";
import { resourceSchema, type Section } from "../mapping/schema.ts";
import { userSchema } from "../mapping/user.ts";
import { patchChanges } from "./patch.ts";
import { putChanges } from "./put.ts";
import { validateResource } from "./validate.ts";

const urn = "urn:example:schemas:2.0:Badge";
const at = (name: string) => ({ path: `${urn}:${name}` });
const section: Section = {
  urn,
  aliases: [],
  name: "Badge",
  description: "",
  extension: true,
  open: false,
  attributes: [
    text("number", "", { ...at("number"), required: true }),
    text("issued", "", { ...at("issued"), mutability: "immutable" }),
    attribute("doors", "string", "", { ...at("doors"), multiValued: true }),
    complex(
      "holder",
      "",
      [text("name", "", { required: true }), text("born", "", { mutability: "immutable" })],
      at("holder"),
    ),
    complex("keys", "", [text("value", ""), text("type", "", { required: true })], {
      ...at("keys"),
      multiValued: true,
    }),
  ],
};
const schema = resourceSchema({ ...userSchema, extensions: [...userSchema.extensions, section] });

const {
  CHANGE_OPERATION_ADD: ADD,
  CHANGE_OPERATION_REPLACE: REPLACE,
  CHANGE_OPERATION_REMOVE: REMOVE,
} = ChangeOperation;

function patch(...Operations: unknown[]): Change[] {
  return patchChanges({ Operations }, schema);
}

/** "!" in front of a name says that it is immutable. */
function change(operation: ChangeOperation, name: string, value?: unknown): Change {
  const immutable = name.startsWith("!");
  const [attributeName = "", subAttribute = ""] = name.replace("!", "").split("/");
  const path = attributeName === "" ? urn : `${urn}:${attributeName}`;
  return { operation, attribute: path, subAttribute, value, element: undefined, immutable };
}

describe("PATCH of an account's extension", () => {
  it("sets each part with its own mutability", () => {
    expect(
      patch(
        { op: "add", path: `${urn}:holder`, value: { name: "A", born: "1975" } },
        { op: "replace", value: { [urn]: { issued: "2026" } } },
        { op: "add", path: `${urn}:doors`, value: ["x"] },
      ),
    ).toEqual([
      change(ADD, "holder/name", "A"),
      change(ADD, "!holder/born", "1975"),
      change(REPLACE, "!issued", "2026"),
      change(ADD, "doors", ["x"]),
    ]);
  });

  it("removes all of it but what takes a value once", () => {
    expect(patch({ op: "remove", path: urn })).toEqual([
      change(REMOVE, "!issued"),
      change(REMOVE, "!holder/born"),
      change(REMOVE, ""),
    ]);
    expect(patch({ op: "remove", path: `${urn}:holder` })).toEqual([
      change(REMOVE, "!holder/born"),
      change(REMOVE, "holder"),
    ]);
    expect(patch({ op: "replace", path: `${urn}:holder`, value: null })).toEqual([
      change(REMOVE, "!holder/born"),
      change(REPLACE, "holder", null),
    ]);
  });

  it("removes listed values", () => {
    expect(patch({ op: "remove", path: `${urn}:doors`, value: "x" })).toEqual([change(REMOVE, "doors", ["x"])]);
  });

  it.each([
    [{ op: "remove", path: `${urn}:number` }, "mutability", `${urn}:number`],
    [{ op: "replace", path: `${urn}:number`, value: "" }, "invalidValue", `${urn}:number`],
    [{ op: "remove", path: `${urn}:holder.name` }, "mutability", `${urn}:holder.name`],
    [{ op: "replace", path: `${urn}:holder.name`, value: null }, "invalidValue", `${urn}:holder.name`],
    [{ op: "add", path: `${urn}:keys`, value: [{ value: "k" }] }, "invalidValue", `${urn}:keys[0].type`],
  ])("refuses %j", (operation, scimType, name) => {
    expect(() => patch(operation)).toThrow(
      expect.objectContaining({ scimType, detail: expect.stringContaining(name) }),
    );
  });
});

describe("resources with an account's extension", () => {
  it("must have what it requires, where they have it", () => {
    const create = (extension: unknown) => () => validateResource({ userName: "a", [urn]: extension }, schema);
    expect(create({ doors: ["x"] })).toThrow(`${urn}:number is required.`);
    expect(create({ number: "1", holder: { born: "1975" } })).toThrow(`${urn}:holder.name is required.`);
    expect(create({ number: "1", holder: { name: "A" } })).not.toThrow();
    expect(create({})).not.toThrow();
    expect(create({ doors: null })).not.toThrow();
  });

  it("are replaced with the names of what takes a value once", () => {
    expect(schema.immutablePaths).toEqual([`${urn}:issued`, `${urn}:holder.born`]);
    expect(userSchema.immutablePaths).toEqual([]);
    expect(putChanges({ [urn]: { issued: "2026" } }, schema, "merge")).toEqual([change(REPLACE, "!issued", "2026")]);
  });

  it("must have what it requires where they are replaced, but may leave out what takes a value once", () => {
    const replace = (extension: object) => () => putChanges({ userName: "a", [urn]: extension }, schema, "replace");
    expect(replace({ doors: ["x"] })).toThrow(`${urn}:number is required.`);
    expect(replace({ number: "1", holder: { born: "1975" } })).toThrow(`${urn}:holder.name is required.`);
    expect(replace({ number: "1" })).not.toThrow();
    expect(() => putChanges({ [urn]: null }, schema, "replace")).toThrow("userName is required.");
    expect(() => putChanges({ userName: "a", [urn]: { doors: ["x"] } }, schema, "merge")).not.toThrow();
  });
});
