import {
  CreateExtensionSchemaRequest,
  SchemaAttributeMutability,
  SchemaAttributeReturned,
  SchemaAttributeType,
  UpdateExtensionSchemaRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ScimRecordKind, ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { beforeAll, describe, expect, it } from "vitest";
import type { ScimAnswer } from "./scim-client.ts";
import { patchOp, USER } from "./scim-messages.ts";
import { type Account, as, type SharedTestStack, sharedTestStack } from "./stack.ts";

const BADGE = "urn:acme:scim:2.0:Badge";

const {
  SCHEMA_ATTRIBUTE_TYPE_STRING: STRING,
  SCHEMA_ATTRIBUTE_TYPE_BOOLEAN: BOOLEAN,
  SCHEMA_ATTRIBUTE_TYPE_DECIMAL: DECIMAL,
  SCHEMA_ATTRIBUTE_TYPE_INTEGER: INTEGER,
  SCHEMA_ATTRIBUTE_TYPE_DATE_TIME: DATE_TIME,
  SCHEMA_ATTRIBUTE_TYPE_REFERENCE: REFERENCE,
  SCHEMA_ATTRIBUTE_TYPE_BINARY: BINARY,
  SCHEMA_ATTRIBUTE_TYPE_COMPLEX: COMPLEX,
} = SchemaAttributeType;

const definition = {
  urn: BADGE,
  name: "Badge",
  description: "What the door knows of a person.",
  recordKinds: [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER],
  attributes: [
    {
      name: "number",
      type: INTEGER,
      required: true,
      mutability: SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_IMMUTABLE,
      returned: SchemaAttributeReturned.SCHEMA_ATTRIBUTE_RETURNED_ALWAYS,
    },
    { name: "colour", type: STRING, caseExact: true, canonicalValues: ["red", "blue"] },
    { name: "weight", type: DECIMAL },
    { name: "lost", type: BOOLEAN },
    { name: "since", type: DATE_TIME },
    { name: "home", type: REFERENCE, referenceTypes: ["external"] },
    { name: "chip", type: BINARY, returned: SchemaAttributeReturned.SCHEMA_ATTRIBUTE_RETURNED_REQUEST },
    { name: "floors", type: INTEGER, multiValued: true },
    {
      name: "keys",
      type: COMPLEX,
      multiValued: true,
      subAttributes: [
        { name: "type", type: STRING },
        { name: "value", type: STRING },
        { name: "uses", type: INTEGER },
      ],
    },
    {
      name: "car",
      type: COMPLEX,
      subAttributes: [
        { name: "plate", type: STRING, required: true },
        { name: "colour", type: STRING },
      ],
    },
  ],
};

let stack: SharedTestStack;
let account: Account;
let users = 0;

beforeAll(async () => {
  stack = await sharedTestStack();
  account = await stack.newAccount();
  await account.rpc.extensionSchemas.createExtensionSchema(
    CreateExtensionSchemaRequest.fromPartial({ extensionSchema: definition }),
    account.owner,
  );
  return () => stack.stop();
});

/** The extension of a new user's answer. */
async function created(badge: object): Promise<{ id: string; badge: unknown }> {
  const { status, body } = await post(badge);
  expect({ status, detail: body.detail }).toEqual({ status: 201, detail: undefined });
  return { id: body.id, badge: body[BADGE] };
}

function post(badge: unknown, more: object = {}): Promise<ScimAnswer> {
  users += 1;
  return account.scim.post("/Users", {
    schemas: [USER, BADGE],
    userName: `user${users}@example.com`,
    ...more,
    [BADGE]: badge,
  });
}

describe("an account's schema", () => {
  it("is shown by discovery with every characteristic", async () => {
    const { body } = await account.scim.get(`/Schemas/${BADGE.toUpperCase()}`);
    expect(body).toMatchObject({ id: BADGE, name: "Badge", description: "What the door knows of a person." });
    const attributes = body["attributes"] as { name: string }[];
    expect(attributes.map(({ name }) => name)).toEqual(definition.attributes.map(({ name }) => name));
    expect(attributes[0]).toEqual({
      name: "number",
      type: "integer",
      multiValued: false,
      description: "",
      required: true,
      caseExact: false,
      mutability: "immutable",
      returned: "always",
      uniqueness: "none",
    });
    expect((await account.scim.get("/Schemas")).body.Resources.map(({ id }) => id)).toContain(BADGE);
    const types = (await account.scim.get("/ResourceTypes")).body.Resources as unknown as {
      schemaExtensions: object[];
    }[];
    expect(types[0]?.schemaExtensions).toContainEqual({ schema: BADGE, required: false });
    expect(types[1]?.schemaExtensions).not.toContainEqual({ schema: BADGE, required: false });
  });

  it("is nothing to another account", async () => {
    const other = await stack.newAccount();
    expect((await other.scim.get(`/Schemas/${BADGE}`)).status).toBe(404);
    const body = { userName: "anna@example.com", [BADGE]: { number: 1 } };
    expect((await other.scim.post("/Users", body)).body).toMatchObject({ status: "400", scimType: "invalidSyntax" });
    const named = await other.scim.post("/Users", { schemas: [USER, BADGE], userName: "anna@example.com" });
    expect(named.body).toMatchObject({
      status: "400",
      scimType: "invalidValue",
      detail: expect.stringContaining(BADGE),
    });
    const found = await other.scim.get(`/Users?filter=${BADGE}:number eq 1`);
    expect(found.body).toMatchObject({ status: "400", scimType: "invalidFilter" });
  });

  it("takes values of its types by POST and gives them back", async () => {
    const { id, badge } = await created({
      NUMBER: 7,
      colour: "Red",
      weight: 1.25,
      lost: "False",
      since: "2026-01-31T10:00:00+02:00",
      home: "https://example.com/door",
      chip: "TWFu",
      floors: [1, 2, 2],
      keys: [{ type: "door", value: "a", uses: 3 }],
      car: { plate: "B-1" },
    });
    const expected = {
      number: 7,
      colour: "Red",
      weight: 1.25,
      lost: false,
      since: "2026-01-31T08:00:00.000Z",
      home: "https://example.com/door",
      floors: [1, 2],
      keys: [{ type: "door", value: "a", uses: 3 }],
      car: { plate: "B-1" },
    };
    expect(badge).toEqual(expected);
    const { body } = await account.scim.get(`/Users/${id}`);
    expect(body[BADGE]).toEqual(expected);
    expect(body.schemas).toEqual([USER, BADGE]);
  });

  it.each([
    [{ colour: "red" }, `${BADGE}:number is required.`],
    [{ number: "7" }, `${BADGE}:number must be an integer.`],
    [{ number: 7.5 }, `${BADGE}:number must be an integer`],
    [{ number: 1, colour: 7 }, `${BADGE}:colour must be a string.`],
    [{ number: 1, weight: "1" }, `${BADGE}:weight must be a number.`],
    [{ number: 1, lost: 1 }, `${BADGE}:lost must be a boolean.`],
    [{ number: 1, since: "yesterday" }, `${BADGE}:since must be a date and time`],
    [{ number: 1, chip: "not base64!" }, `${BADGE}:chip must be base64.`],
    [{ number: 1, home: {} }, `${BADGE}:home must be a string.`],
    [{ number: 1, floors: [1, "2"] }, `${BADGE}:floors[1] must be an integer.`],
    [{ number: 1, keys: ["a", 1] }, `${BADGE}:keys[1] must be an object.`],
    [{ number: 1, keys: [{ uses: "x" }] }, `${BADGE}:keys[0].uses must be an integer.`],
    [{ number: 1, car: { colour: "red" } }, `${BADGE}:car.plate is required.`],
    [{ number: 1, car: "B-1" }, `${BADGE}:car must be an object.`],
    ["x", `${BADGE} must be an object.`],
  ])("refuses %j with 400 and the attribute's name", async (badge, detail) => {
    const { status, body } = await post(badge);
    expect({ status, scimType: body["scimType"] }).toEqual({ status: 400, scimType: "invalidValue" });
    expect(body.detail).toContain(detail);
  });

  it("refuses an attribute that it does not have", async () => {
    const { body } = await post({ number: 1, colur: "red" });
    expect(body).toMatchObject({ status: "400", scimType: "invalidSyntax" });
    expect(body.detail).toMatch(/colur .*colour/);
  });

  it("is not given to a resource without what it requires, by PATCH and PUT either", async () => {
    const { body: user } = await account.scim.post("/Users", { schemas: [USER], userName: "required@example.com" });
    const answers = [
      await account.scim.patch(`/Users/${user.id}`, { op: "add", path: `${BADGE}:colour`, value: "red" }),
      await account.scim.patch(`/Users/${user.id}`, { op: "add", value: { [BADGE]: { colour: "red" } } }),
      await account.scim.put(`/Users/${user.id}`, { userName: "required@example.com", [BADGE]: { colour: "red" } }),
    ];
    for (const { status, body } of answers) {
      expect([status, body["scimType"]]).toEqual([400, "invalidValue"]);
      expect(body.detail).toContain(`${BADGE}:number`);
    }
    const part = { op: "add", path: `${BADGE}:car.colour`, value: "red" };
    const number = { op: "add", path: `${BADGE}:number`, value: 1 };
    const { status, body } = await account.scim.patch(`/Users/${user.id}`, number, part);
    expect([status, body.detail]).toEqual([400, expect.stringContaining(`${BADGE}:car.plate`)]);
    expect((await account.scim.get(`/Users/${user.id}`)).body.meta.version).toBe(user.meta.version);
  });

  it("is optional, and requires nothing where a resource does not have it", async () => {
    expect((await account.scim.post("/Users", { userName: "plain@example.com" })).status).toBe(201);
  });

  it("is changed by PATCH: values, sub-attributes, elements by a filter, and the whole", async () => {
    const { id } = await created({
      number: 1,
      colour: "red",
      keys: [{ type: "door", value: "a" }],
      car: { plate: "B-1" },
    });
    const { status, body } = await account.scim.patch(
      `/Users/${id}`,
      { op: "replace", path: `${BADGE}:colour`, value: "blue" },
      { op: "add", path: `${BADGE}:floors`, value: [3] },
      { op: "add", path: `${BADGE}:floors`, value: [3, 4] },
      { op: "replace", path: `${BADGE}:keys[type eq "door"].value`, value: "b" },
      { op: "add", path: `${BADGE}:keys[type eq "gate"].uses`, value: 2 },
      { op: "add", path: `${BADGE}:keys[type eq "gate"].value`, value: "c" },
      { op: "replace", path: `${BADGE}:car`, value: { colour: "red" } },
      { op: "add", value: { [`${BADGE}:weight`]: 2 } },
    );
    expect({ status, badge: body[BADGE] }).toEqual({
      status: 200,
      badge: {
        number: 1,
        colour: "blue",
        weight: 2,
        floors: [3, 4],
        keys: [
          { type: "door", value: "b" },
          { type: "gate", uses: 2, value: "c" },
        ],
        car: { plate: "B-1", colour: "red" },
      },
    });
    const less = await account.scim.patch(
      `/Users/${id}`,
      { op: "remove", path: `${BADGE}:keys[uses ge 2]` },
      { op: "remove", path: `${BADGE}:car.colour` },
      { op: "remove", path: `${BADGE}:floors`, value: [3] },
      { op: "remove", path: `${BADGE}:colour` },
    );
    expect(less.body[BADGE]).toEqual({
      number: 1,
      weight: 2,
      floors: [4],
      keys: [{ type: "door", value: "b" }],
      car: { plate: "B-1" },
    });
  });

  it.each([
    [{ op: "replace", path: `${BADGE}:weight`, value: "heavy" }, "invalidValue", `${BADGE}:weight`],
    [{ op: "replace", path: `${BADGE}:keys[type eq "car"].value`, value: "x" }, "noTarget", `${BADGE}:keys`],
    [{ op: "add", path: `${BADGE}:keys.value`, value: "x" }, "noTarget", `${BADGE}:keys`],
    [{ op: "replace", path: `${BADGE}:wheels`, value: 4 }, "invalidPath", "wheels"],
    [{ op: "remove", path: `${BADGE}:number` }, "mutability", `${BADGE}:number`],
    [{ op: "replace", path: `${BADGE}:number`, value: 2 }, "mutability", `${BADGE}:number`],
    [{ op: "replace", path: `${BADGE}:number`, value: null }, "invalidValue", `${BADGE}:number`],
    [{ op: "remove", path: `${BADGE}:car.plate` }, "mutability", `${BADGE}:car.plate`],
  ])("refuses the operation %j and changes nothing", async (operation, scimType, name) => {
    const { id } = await created({ number: 1, car: { plate: "B-1" } });
    const { status, body } = await account.scim.patch(
      `/Users/${id}`,
      { op: "replace", path: `${BADGE}:colour`, value: "blue" },
      operation,
    );
    expect({ status, scimType: body["scimType"] }).toEqual({ status: 400, scimType });
    expect(body.detail).toContain(name);
    expect((await account.scim.get(`/Users/${id}`)).body[BADGE]).toEqual({ number: 1, car: { plate: "B-1" } });
  });

  it("merges by PUT and keeps what takes a value once", async () => {
    const { id } = await created({ number: 1, colour: "red" });
    const put = (badge: unknown) =>
      account.scim.put(`/Users/${id}`, { schemas: [USER, BADGE], userName: `put${users}@example.com`, [BADGE]: badge });
    expect((await put({ number: 1, weight: 3 })).body[BADGE]).toEqual({ number: 1, colour: "red", weight: 3 });
    expect((await put({ number: 2 })).body).toMatchObject({ status: "400", scimType: "mutability" });
    expect((await put({ colour: null })).body[BADGE]).toEqual({ number: 1, weight: 3 });
  });

  it("is filtered by in its types", async () => {
    const { id } = await created({
      number: 4711,
      colour: "Olive",
      weight: 0.5,
      lost: true,
      since: "2020-05-05T05:05:05Z",
      floors: [98, 99],
      keys: [
        { type: "safe", value: "x", uses: 1 },
        { type: "roof", value: "y", uses: 9 },
      ],
    });
    const matches = [
      "number eq 4711",
      "number gt 4710 and number lt 4712",
      'colour eq "Olive"',
      'colour sw "Oli"',
      "weight le 0.5",
      "lost eq true",
      'since eq "2020-05-05T03:05:05-02:00"',
      'since lt "2020-05-06"',
      "floors eq 99",
      'keys[type eq "safe" and uses eq 1]',
      'keys.value eq "y"',
      "chip pr eq false".slice(0, 0) || "home pr eq".slice(0, 0) || "number pr and colour pr",
    ];
    const misses = ["number eq 47", 'colour eq "olive"', 'keys[type eq "safe" and uses eq 9]', 'since gt "2020-05-06"'];
    for (const [filters, expected] of [
      [matches, [id]],
      [misses, []],
    ] as const) {
      for (const filter of filters) {
        const qualified = filter.replace(
          /\b(number|colour|weight|lost|since|floors|keys|home|chip)\b(?!")/g,
          `${BADGE}:$1`,
        );
        const query = `/Users?filter=id eq "${id}" and ${qualified}`;
        const { status, body } = await account.scim.get(query);
        expect({ query, status, ids: body.Resources?.map((user) => user.id), detail: body.detail }).toEqual({
          query,
          status: 200,
          ids: expected,
          detail: undefined,
        });
      }
    }
    const alone = await account.scim.get(`/Users?filter=${BADGE}:number eq 4711`);
    expect(alone.body.Resources.map((user) => user.id)).toEqual([id]);
    for (const filter of [
      `${BADGE}:number co 4`,
      `${BADGE}:since eq "soon"`,
      `${BADGE}:wheels eq 4`,
      `${BADGE}:lost gt true`,
    ]) {
      const { body } = await account.scim.get(`/Users?filter=${filter}`);
      expect(body).toMatchObject({ status: "400", scimType: "invalidFilter", detail: expect.stringContaining(BADGE) });
    }
  });

  it("is sorted by in its types", async () => {
    const ids = [];
    for (const weight of [100, 20.5, 3]) ids.push((await created({ number: 1, colour: "sorted", weight })).id);
    const sorted = async (order: string) =>
      (
        await account.scim.get(`/Users?filter=${BADGE}:colour eq "sorted"&sortBy=${BADGE}:weight&sortOrder=${order}`)
      ).body.Resources.map((user) => user.id);
    expect(await sorted("ascending")).toEqual(ids.toReversed());
    expect(await sorted("descending")).toEqual(ids);
  });

  it("is shown as `returned` says", async () => {
    const { id } = await created({ number: 5, colour: "red", chip: "TWFu" });
    const badge = async (query: string) => (await account.scim.get(`/Users/${id}?${query}`)).body[BADGE];
    expect(await badge("attributes=userName")).toEqual({ number: 5 });
    expect(await badge(`attributes=${BADGE}:chip`)).toEqual({ number: 5, chip: "TWFu" });
    expect(await badge(`attributes=${BADGE}`)).toEqual({ number: 5, colour: "red" });
    expect(await badge(`excludedAttributes=${BADGE}`)).toEqual({ number: 5 });
    expect(await badge(`excludedAttributes=${BADGE}:colour`)).toEqual({ number: 5 });
  });

  it("keeps secrets, and gives them to nobody who asks by SCIM", async () => {
    const urn = "urn:acme:scim:2.0:Lock";
    const secret = { mutability: SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_WRITE_ONLY };
    const lock = {
      urn,
      name: "Lock",
      recordKinds: definition.recordKinds,
      attributes: [
        { name: "door", type: STRING },
        { name: "pin", type: STRING, ...secret },
        {
          name: "card",
          type: COMPLEX,
          multiValued: true,
          ...secret,
          subAttributes: [{ name: "value", type: STRING }],
        },
        {
          name: "safes",
          type: COMPLEX,
          multiValued: true,
          subAttributes: [
            { name: "value", type: STRING },
            { name: "code", type: STRING, ...secret },
          ],
        },
      ],
    };
    const owner = await stack.newAccount();
    await owner.rpc.extensionSchemas.createExtensionSchema(
      CreateExtensionSchemaRequest.fromPartial({ extensionSchema: lock }),
      owner.owner,
    );
    const { scim } = owner;
    await expect.poll(async () => (await scim.get(`/Schemas/${urn}`)).status, { timeout: 10_000 }).toBe(200);
    const shown = (await scim.get(`/Schemas/${urn}`)).body["attributes"] as object[];
    expect(shown[1]).toMatchObject({ name: "pin", mutability: "writeOnly", returned: "never" });

    const given = { door: "a", pin: "S1", card: [{ value: "S2" }], safes: [{ value: "b", code: "S3" }] };
    const posted = await scim.post("/Users", { userName: "lock@example.com", [urn]: given });
    const { id } = posted.body;
    const patch = (...operations: object[]) => scim.send("PATCH", `/Users/${id}`, patchOp(...operations));
    const answers = [
      posted,
      await scim.get(`/Users/${id}`),
      await scim.get(`/Users?filter=userName eq "lock@example.com"`),
      await scim.put(`/Users/${id}`, { userName: "lock@example.com", [urn]: { door: "c" } }),
      await patch({ op: "replace", path: `${urn}:pin`, value: "S4" }),
    ];
    for (const names of [urn, `${urn}:pin`, `${urn}:card`, `${urn}:card.value`, `${urn}:safes.code`, `${urn}:safes`])
      answers.push(await scim.get(`/Users/${id}?attributes=${names}`));
    for (const { status, body } of answers) {
      expect(status).toBeLessThan(300);
      expect(JSON.stringify(body)).not.toMatch(/S[1-4]|"(?:pin|card|code)"/);
    }
    expect(answers[3]?.body[urn]).toEqual({ door: "c", safes: [{ value: "b" }] });

    const { scimUsers } = await owner.rpc.scimUsers.batchGetScimUsers(
      { ids: [id], view: ScimRecordView.SCIM_RECORD_VIEW_FULL },
      as(owner.tokens.scim),
    );
    const kept = { pin: "S4", card: [{ value: "S2" }], safes: [{ value: "b", code: "S3" }] };
    expect(scimUsers[0]?.extensions?.[urn]).toMatchObject(kept);

    for (const filter of [`${urn}:pin sw "S"`, `${urn}:pin pr`, `${urn}:card.value eq "S2"`, `${urn}:safes[code pr]`]) {
      const { body } = await scim.get(`/Users?filter=${filter}`);
      expect(body).toMatchObject({
        status: "400",
        scimType: "invalidFilter",
        detail: expect.stringContaining("never"),
      });
    }
    for (const name of ["pin", "card", "card.value", "safes.code"]) {
      const { body } = await scim.get(`/Users?sortBy=${urn}:${name}`);
      expect(body).toMatchObject({ status: "400", scimType: "invalidValue" });
    }
    const guessed = await patch({ op: "replace", path: `${urn}:safes[code sw "S"].value`, value: "x" });
    expect(guessed.body).toMatchObject({ status: "400", scimType: "invalidFilter" });
  });

  it("goes as a whole where nothing in it takes a value once", async () => {
    const urn = "urn:acme:scim:2.0:Desk";
    const desk = {
      urn,
      name: "Desk",
      recordKinds: definition.recordKinds,
      attributes: [{ name: "row", type: INTEGER, required: true }],
    };
    const { extensionSchemas } = account.rpc;
    const request = CreateExtensionSchemaRequest.fromPartial({ extensionSchema: desk });
    const { version } = await extensionSchemas.createExtensionSchema(request, account.owner);
    await expect.poll(async () => (await account.scim.get(`/Schemas/${urn}`)).status, { timeout: 10_000 }).toBe(200);

    const { body } = await account.scim.post("/Users", { userName: "desk@example.com", [urn]: { row: 1 } });
    expect(body[urn]).toEqual({ row: 1 });
    const removed = await account.scim.send("PATCH", `/Users/${body.id}`, patchOp({ op: "remove", path: urn }));
    expect(removed.body.schemas).toEqual([USER]);
    await account.scim.put(`/Users/${body.id}`, { userName: "desk@example.com", [urn]: { row: 2 } });
    const cleared = await account.scim.put(`/Users/${body.id}`, { userName: "desk@example.com", [urn]: null });
    expect([cleared.status, cleared.body[urn]]).toEqual([200, undefined]);

    const more = { ...desk, version, attributes: [...desk.attributes, { name: "seat", type: STRING }] };
    await extensionSchemas.updateExtensionSchema(
      UpdateExtensionSchemaRequest.fromPartial({ extensionSchema: more }),
      account.owner,
    );
    const seat = { op: "add", value: { [urn]: { row: 3, seat: "a" } } };
    await expect
      .poll(async () => (await account.scim.patch(`/Users/${body.id}`, seat)).body[urn], { timeout: 10_000 })
      .toEqual({ row: 3, seat: "a" });
  });
});
