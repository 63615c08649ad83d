import { SchemaAttributeType } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { expect } from "vitest";
import { sendHttp } from "../../e2e/scim-client.ts";
import { ENTERPRISE, USER } from "../../e2e/scim-messages.ts";
import { clause, type Given } from "../case.ts";
import { CUSTOM, defineExtension } from "../settings.ts";

clause("7643-2.3.1-a", "texts come back character by character", async ({ user, read }) => {
  const texts = [
    "Ōkami 大神",
    "🐺🏳️‍🌈",
    "e\u0301 \u00e9",
    "‮right to left",
    'quote " and \\ back',
    "line\nbreak\ttab",
    "  spaces  ",
    "<b>&amp;</b>",
  ];
  for (const title of texts) expect(await read(await user({ title }))).toMatchObject({ title });
});

clause("7643-2.3.2-a", "booleans are answered as such, and nothing else is one", async ({ scim, user }) => {
  for (const [sent, kept] of [
    [true, true],
    [false, false],
    ["True", true],
    ["false", false],
  ])
    expect((await user({ active: sent }))["active"]).toBe(kept);
  for (const active of ["yes", 1, 0, {}]) {
    const { status } = await scim.post("/Users", { schemas: [USER], userName: "x", active });
    expect({ active, status }).toEqual({ active, status: 400 });
  }
});

const types = SchemaAttributeType;
async function expectValues(given: Given, type: number, good: unknown[], bad: unknown[]): Promise<void> {
  await defineExtension(given.account, { attributes: [{ name: "badge", type }] });
  for (const badge of good) expect((await given.user({ [CUSTOM]: { badge } }))[CUSTOM]).toEqual({ badge });
  for (const badge of bad) {
    const sent = { schemas: [USER, CUSTOM], userName: "x", [CUSTOM]: { badge } };
    const { status, body } = await given.scim.post("/Users", sent);
    expect({ badge, status, scimType: body["scimType"] }).toEqual({ badge, status: 400, scimType: "invalidValue" });
  }
}

clause("7643-2.3.3-a", "decimals of an extension are numbers, and ordered as such", async (given) => {
  await expectValues(given, types.SCHEMA_ATTRIBUTE_TYPE_DECIMAL, [9.5, -1, 0, 10, 1e-7], ["9.5", true, "x"]);
  const { body } = await given.scim.get(`/Users?filter=${CUSTOM}:badge gt 9&sortBy=${CUSTOM}:badge`);
  expect(body.Resources.map((user) => user[CUSTOM])).toEqual([{ badge: 9.5 }, { badge: 10 }]);
});

clause("7643-2.3.4-a", "integers of an extension are whole numbers, and ordered as such", async (given) => {
  await expectValues(given, types.SCHEMA_ATTRIBUTE_TYPE_INTEGER, [9, -1, 0, 10], [9.5, "9", true]);
  const { body } = await given.scim.get(
    `/Users?filter=${CUSTOM}:badge ge 9&sortBy=${CUSTOM}:badge&sortOrder=descending`,
  );
  expect(body.Resources.map((user) => user[CUSTOM])).toEqual([{ badge: 10 }, { badge: 9 }]);
});

clause("7643-2.3.5-a", "dateTimes are date and time, and compared as instants", async (given) => {
  const { account, scim, user } = given;
  expect((await user()).meta.created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
  await defineExtension(account, { attributes: [{ name: "badge", type: types.SCHEMA_ATTRIBUTE_TYPE_DATE_TIME }] });
  const noon = await user({ [CUSTOM]: { badge: "2026-01-01T12:00:00Z" } });
  for (const same of ["2026-01-01T12:00:00.000Z", "2026-01-01T13:00:00+01:00"])
    expect(
      (await scim.get(`/Users?filter=${encodeURIComponent(`${CUSTOM}:badge eq "${same}"`)}`)).body.Resources,
    ).toMatchObject([{ id: noon.id }]);
  for (const badge of ["noon", "12:00:00Z", 5, "2026-13-01T12:00:00Z"])
    expect((await scim.post("/Users", { schemas: [USER, CUSTOM], userName: "x", [CUSTOM]: { badge } })).status).toBe(
      400,
    );
});

clause("7643-2.3.6-a", "binaries are base64", async ({ scim, user }) => {
  const { x509Certificates } = await user({ x509Certificates: [{ value: "MIIDQzCCAqygAwIBAgICEAAwDQ==" }] });
  expect(x509Certificates).toEqual([{ value: "MIIDQzCCAqygAwIBAgICEAAwDQ==" }]);
  for (const value of ["not base64!", "****", 5])
    expect((await scim.post("/Users", { schemas: [USER], userName: "x", x509Certificates: [{ value }] })).status).toBe(
      400,
    );
});

clause("7643-2.3.7-a", "references to users and groups lead to them", async ({ account, user, group, read }) => {
  const boss = await user();
  const anna = await user({ profileUrl: "https://example.com/anna", [ENTERPRISE]: { manager: { value: boss.id } } });
  const sales = await group("Sales", anna);
  expect(anna["profileUrl"]).toBe("https://example.com/anna");
  const shown = (await read(anna)) as unknown as {
    [ENTERPRISE]: { manager: { $ref: string } };
    groups: { $ref: string }[];
  };
  const [member] = sales["members"] as { $ref: string }[];
  const references = [shown[ENTERPRISE].manager.$ref, shown.groups[0]?.$ref, member?.$ref];
  for (const [index, id] of [boss.id, sales.id, anna.id].entries()) {
    const url = new URL(references[index] ?? "", `${anna.meta.location.split("/Users")[0]}/`).href;
    const found = await sendHttp("GET", url, undefined, { authorization: `Bearer ${account.tokens.scim}` });
    expect(found).toMatchObject({ status: 200, body: { id } });
  }
});

clause("7643-2.3.8-a", "a complex attribute is an object, in any order of its parts", async ({ scim, user }) => {
  const { name } = await user({ name: { familyName: "Ōkami", givenName: "Anna", honorificPrefix: "Dr." } });
  expect(name).toEqual({ givenName: "Anna", honorificPrefix: "Dr.", familyName: "Ōkami" });
  for (const wrong of ["Anna", 5, [{ givenName: "Anna" }, { givenName: "B" }], { givenName: { a: 1 } }])
    expect((await scim.post("/Users", { schemas: [USER], userName: "x", name: wrong })).status).toBe(400);
});
