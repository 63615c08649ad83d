import {
  type DeepPartial,
  ExtensionSchema,
  type SchemaAttribute,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { as, type Directory, reasonOf, startDirectory } from "../../test/directory-service.ts";

let directory: Directory;

beforeAll(async () => {
  directory = await startDirectory("acme", "other", "full");
});
afterAll(() => directory?.stop());

const scim = as("acme", "scim");
const administrator = as("acme", "administrator");
const STRING = 1;
const BOOLEAN = 2;
const REFERENCE = 6;
const COMPLEX = 8;
const WRITE_ONLY = 3;
const NEVER = 4;

let schemas = 0;
const aUrn = () => `urn:example:scim:Test:${++schemas}`;
const schemaOf = (schema: DeepPartial<ExtensionSchema>) =>
  ExtensionSchema.fromPartial({
    urn: aUrn(),
    name: "Test",
    recordKinds: [1],
    attributes: [{ name: "badge", type: STRING }],
    ...schema,
  });
const create = (schema: DeepPartial<ExtensionSchema> = {}, options = administrator) =>
  directory.extensionSchemas.createExtensionSchema({ extensionSchema: schemaOf(schema) }, options);
const update = (schema: DeepPartial<ExtensionSchema>) =>
  directory.extensionSchemas.updateExtensionSchema({ extensionSchema: schemaOf(schema) }, administrator);
const get = (urn: string, options = administrator) => directory.extensionSchemas.getExtensionSchema({ urn }, options);
const list = async (options = administrator) =>
  (await directory.extensionSchemas.listExtensionSchemas({}, options)).extensionSchemas;

describe("CreateExtensionSchema", () => {
  it("keeps what was given, with the defaults filled in, and gives it back by URN in any letter case", async () => {
    const urn = "urn:Example:scim:2.0:User";
    const created = await create({
      urn,
      version: 9,
      description: "What we add",
      recordKinds: [2, 1],
      attributes: [
        { name: "badge", type: STRING, caseExact: true, canonicalValues: ["red", "blue"], returned: 2 },
        { name: "site", type: REFERENCE, referenceTypes: ["uri"], mutability: 2 },
        {
          name: "cars",
          type: COMPLEX,
          multiValued: true,
          subAttributes: [{ name: "plate", type: STRING, required: true }],
        },
      ],
    });
    expect(created).toMatchObject({
      urn,
      version: 1,
      name: "Test",
      description: "What we add",
      recordKinds: [1, 2],
      attributes: [
        {
          name: "badge",
          caseExact: true,
          canonicalValues: ["red", "blue"],
          returned: 2,
          mutability: 1,
          required: false,
        },
        { name: "site", caseExact: true, referenceTypes: ["uri"], mutability: 2, returned: 1 },
        {
          name: "cars",
          multiValued: true,
          subAttributes: [{ name: "plate", required: true, mutability: 1, returned: 1 }],
        },
      ],
    });
    expect(created.createTime).toEqual(created.updateTime);
    expect(await get("URN:EXAMPLE:SCIM:2.0:USER", scim)).toEqual(created);
    expect(await list(scim)).toContainEqual(created);
  });

  it("refuses a URN that the account has, in any letter case, and leaves it to other accounts", async () => {
    const { urn } = await create();
    expect(await reasonOf(create({ urn: urn.toUpperCase() }))).toBe("SCHEMA_URN_TAKEN");
    expect(await create({ urn }, as("other", "owner"))).toMatchObject({ urn, version: 1 });
    expect(await list(as("other", "scim"))).toHaveLength(1);
  });

  it.each([
    "",
    "urn:example",
    "example:scim:User",
    "http://example.com/User",
    "urn:x:User",
    "urn:example:a b",
    "urn:example:(a)",
    "urn:example:a,b",
    "urn:example::a",
    "urn:example:a:",
    "urn:example:a..b",
    "urn:example:__proto__",
    "urn:example:a#b",
    "urn:example:\u0000",
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "URN:IETF:params:scim:schemas:extension:4me:1.0:custom_fields",
    "urn:ietf:params:scim:mine",
    "urn:scim:schemas:extension:mine:1.0",
    `urn:example:${"x".repeat(244)}`,
  ])("refuses %j as a URN", async (urn) => {
    await expect(create({ urn })).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      violations: [{ field: "extension_schema.urn" }],
    });
    expect(await reasonOf(get(urn))).toBe("EXTENSION_SCHEMA_NOT_FOUND");
  });

  it("takes a URN of 255 characters, 100 attributes and 50 sub-attributes, and no more", async () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `n${n}`, type: STRING }) as const);
    const urn = `urn:example:${"x".repeat(243)}`;
    await create({ urn, attributes: many(100) });
    await create({ attributes: [{ name: "c", type: COMPLEX, subAttributes: many(50) }] });
    await expectViolations({ attributes: many(101) }, "attributes");
    await expectViolations({ attributes: [] }, "attributes");
    const subAttributes = "attributes[0].sub_attributes";
    await expectViolations({ attributes: [{ name: "c", type: COMPLEX, subAttributes: many(51) }] }, subAttributes);
    await expectViolations({ attributes: [{ name: "c", type: COMPLEX }] }, subAttributes);
  });

  it("bounds a schema as a whole, so that all of them fit into one answer", async () => {
    const canonicalValues = Array.from({ length: 100 }, (_, n) => `${n}`.padStart(200, "x"));
    const attributes = Array.from({ length: 7 }, (_, n) => ({ name: `n${n}`, type: STRING, canonicalValues }) as const);
    await expectViolations({ attributes }, "attributes");
    await create({ attributes: attributes.slice(0, 6) });
  });

  it("names everything that is wrong at once", async () => {
    await expectViolations(
      {
        name: " ",
        description: "x".repeat(1_025),
        recordKinds: [],
        attributes: [
          { name: "1st", type: 0 },
          { name: "META", type: STRING, returned: 9 as 1, mutability: 9 as 1 },
          {
            name: "cars",
            type: COMPLEX,
            caseExact: true,
            multiValued: true,
            subAttributes: [
              { name: "pl.ate", type: COMPLEX },
              { name: "colour", type: STRING, mutability: 2, subAttributes: [{ name: "x", type: STRING }] },
              { name: "Colour", type: STRING },
            ],
          },
          { name: "CARS", type: BOOLEAN, referenceTypes: ["uri"], subAttributes: [{ name: "x", type: STRING }] },
          { name: "ref", type: REFERENCE, referenceTypes: ["Robot"], description: "\u0000" },
          { name: "colours", type: STRING, canonicalValues: ["red", ""] },
          { name: "x".repeat(65), type: 9 as 1 },
        ],
      },
      "name",
      "description",
      "record_kinds",
      "attributes[0].name",
      "attributes[0].type",
      "attributes[1].name",
      "attributes[1].mutability",
      "attributes[1].returned",
      "attributes[2].case_exact",
      "attributes[2].sub_attributes[0].name",
      "attributes[2].sub_attributes[0].type",
      "attributes[2].sub_attributes[1].sub_attributes",
      "attributes[2].sub_attributes[1].mutability",
      "attributes[2].sub_attributes[2].name",
      "attributes[3].reference_types",
      "attributes[3].name",
      "attributes[3].sub_attributes",
      "attributes[4].description",
      "attributes[4].reference_types",
      "attributes[5].canonical_values",
      "attributes[6].name",
      "attributes[6].type",
    );
  });

  it("takes secrets, which are written and never returned, whichever of the two is said", async () => {
    const { attributes } = await create({
      attributes: [
        { name: "pin", type: STRING, mutability: WRITE_ONLY },
        { name: "code", type: STRING, returned: NEVER },
        { name: "both", type: STRING, mutability: WRITE_ONLY, returned: NEVER },
      ],
    });
    for (const attribute of attributes) expect(attribute).toMatchObject({ mutability: WRITE_ONLY, returned: NEVER });
  });

  it.each([
    { mutability: WRITE_ONLY, returned: 1 },
    { mutability: WRITE_ONLY, returned: 3 },
    { mutability: 1, returned: NEVER },
    { mutability: 2, returned: NEVER },
  ] as const)("refuses %j, which is half a secret", async (half) => {
    await expectViolations({ attributes: [{ name: "pin", type: STRING, ...half }] }, "attributes[0].returned");
  });

  it.each(["schemas", "id", "Meta", "constructor", "prototype", "__proto__", "$ref", ""])(
    "refuses %j as an attribute's name",
    (name) => expectViolations({ attributes: [{ name, type: STRING }] }, "attributes[0].name"),
  );

  it("refuses a URN that is the path of another schema's attribute, and an attribute whose path is a URN", async () => {
    const { urn } = await create({ attributes: [{ name: "badge", type: STRING }] });
    await expectViolations({ urn: `${urn}:BADGE` }, "urn");
    await expectViolations({ urn: `${urn}:badge.x` }, "urn");
    await create({ urn: `${urn}:other` });
    const attributes = ["badge", "other"].map((name) => ({ name, type: STRING }) as const);
    await expect(update({ urn, attributes })).rejects.toMatchObject({
      violations: [{ field: "extension_schema.attributes[1].name" }],
    });
  });

  it("refuses the twenty-first, also of several at once", async () => {
    const owner = as("full", "owner");
    const attempts = await Promise.allSettled(Array.from({ length: 22 }, () => create({}, owner)));
    const refused = attempts.filter((attempt) => attempt.status === "rejected");
    expect(refused.map(({ reason }) => reason.reason)).toEqual(["FIELD_INVALID", "FIELD_INVALID"]);
    expect(await list(owner)).toHaveLength(20);
  });

  async function expectViolations(schema: DeepPartial<ExtensionSchema>, ...fields: string[]) {
    const error = await create(schema).catch((thrown) => thrown);
    expect(error).toMatchObject({ reason: "FIELD_INVALID" });
    const found = (error.violations as { field: string }[]).map(({ field }) => field.replace("extension_schema.", ""));
    expect(found.toSorted()).toEqual(fields.toSorted());
  }
});

describe("UpdateExtensionSchema", () => {
  const car: DeepPartial<SchemaAttribute> = {
    name: "car",
    type: COMPLEX,
    subAttributes: [{ name: "plate", type: STRING }],
  };

  it("adds attributes, sub-attributes and kinds, and changes what leaves values true", async () => {
    const { urn } = await create({ attributes: [{ name: "badge", type: STRING }, car] });
    const attributes: DeepPartial<SchemaAttribute>[] = [
      {
        ...car,
        subAttributes: [
          { name: "colour", type: STRING },
          { name: "plate", type: STRING, required: true },
        ],
      },
      {
        name: "badge",
        type: STRING,
        required: true,
        mutability: 2,
        returned: 3,
        canonicalValues: ["a"],
        description: "x",
      },
      { name: "more", type: BOOLEAN },
    ];
    const updated = await update({ urn: urn.toUpperCase(), name: "New", recordKinds: [1, 2], attributes });
    expect(updated).toMatchObject({ urn, version: 2, name: "New", recordKinds: [1, 2] });
    expect(updated.attributes.map(({ name }) => name)).toEqual(["car", "badge", "more"]);
    expect(updated.attributes[1]).toMatchObject({ required: true, mutability: 2, returned: 3, canonicalValues: ["a"] });
    expect(await get(urn)).toEqual(updated);
  });

  it("counts nothing where nothing differs, and refuses an old version", async () => {
    const { urn } = await create();
    expect(await update({ urn, version: 1 })).toMatchObject({ version: 1 });
    expect(await update({ urn, version: 1, name: "Other" })).toMatchObject({ version: 2 });
    expect(await reasonOf(update({ urn, version: 1, name: "Third" }))).toBe("VERSION_MISMATCH");
    expect(await get(urn)).toMatchObject({ version: 2, name: "Other" });
  });

  it("keeps a secret secret, and may make one of what was none", async () => {
    const badge = (more: DeepPartial<SchemaAttribute>): DeepPartial<ExtensionSchema> => ({
      attributes: [{ name: "badge", type: STRING, ...more }],
    });
    const { urn } = await create();
    await update({ urn, ...badge({ returned: NEVER }) });
    const error = await update({ urn, ...badge({}) }).catch((thrown) => thrown);
    expect(error).toMatchObject({ reason: "EXTENSION_SCHEMA_IN_USE", metadata: { urn, attribute: "badge" } });
    expect((await get(urn)).attributes[0]).toMatchObject({ mutability: WRITE_ONLY, returned: NEVER });
  });

  it.each<[string, string | undefined, DeepPartial<ExtensionSchema>]>([
    ["takes an attribute away", "badge", { attributes: [car] }],
    ["renames one", "badge", { attributes: [{ name: "Badge", type: STRING }, car] }],
    ["changes a type", "badge", { attributes: [{ name: "badge", type: BOOLEAN }, car] }],
    ["makes one multi-valued", "badge", { attributes: [{ name: "badge", type: STRING, multiValued: true }, car] }],
    ["changes a case rule", "badge", { attributes: [{ name: "badge", type: STRING, caseExact: true }, car] }],
    [
      "takes a sub-attribute away",
      "car.plate",
      {
        attributes: [
          { name: "badge", type: STRING },
          { ...car, subAttributes: [{ name: "colour", type: STRING }] },
        ],
      },
    ],
    ["takes a kind away", undefined, { recordKinds: [2], attributes: [{ name: "badge", type: STRING }, car] }],
  ])("refuses what %s and names it", async (_, attribute, change) => {
    const { urn } = await create({ attributes: [{ name: "badge", type: STRING }, car] });
    const before = await get(urn);
    const error = await update({ urn, ...change }).catch((thrown) => thrown);
    expect(error).toMatchObject({ reason: "EXTENSION_SCHEMA_IN_USE", metadata: { urn } });
    expect(error.metadata.attribute).toBe(attribute);
    expect(error.message).toContain(attribute ?? "record_kinds");
    expect(await get(urn)).toEqual(before);
  });

  it("checks the form as creation does, and finds nothing of others", async () => {
    const { urn } = await create({}, as("other", "owner"));
    expect(await reasonOf(update({ urn }))).toBe("EXTENSION_SCHEMA_NOT_FOUND");
    expect(await reasonOf(update({ urn, name: "" }))).toBe("FIELD_INVALID");
  });
});
