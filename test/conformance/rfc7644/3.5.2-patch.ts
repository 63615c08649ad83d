import {
  SchemaAttributeMutability,
  SchemaAttributeType,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { expect } from "vitest";
import { ENTERPRISE, GROUP, PATCH_OP, patchOp, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";
import { CUSTOM, defineExtension } from "../settings.ts";

clause("7644-3.5.2-a", "PATCH is offered", async ({ scim, user }) => {
  expect((await scim.get("/ServiceProviderConfig")).body["patch"]).toEqual({ supported: true });
  const { id } = await user();
  expect((await scim.patch(`/Users/${id}`, { op: "add", path: "title", value: "X" })).status).toBe(200);
});

clause(
  "7644-3.5.2-b",
  "a body without operations, or with unknown ones, is 400 invalidSyntax",
  async ({ scim, user, read }) => {
    const anna = await user();
    const bodies = [
      { schemas: [PATCH_OP] },
      { schemas: [PATCH_OP], Operations: {} },
      patchOp({ op: "increase", path: "title", value: "X" }),
      patchOp({ path: "title", value: "X" }),
      patchOp("add"),
      patchOp({ op: 1, path: "title", value: "X" }),
    ];
    for (const body of bodies) {
      const answer = await scim.send("PATCH", `/Users/${anna.id}`, body);
      expect(answer, JSON.stringify(body)).toMatchObject({ status: 400, body: { scimType: "invalidSyntax" } });
    }
    expect(await read(anna)).toEqual(anna);
  },
);

clause("7644-3.5.2-m", "an empty list of operations changes nothing", async ({ scim, user, read }) => {
  const anna = await user();
  expect((await scim.patch(`/Users/${anna.id}`)).status).toBe(200);
  expect(await read(anna)).toEqual(anna);
});

clause("7644-3.5.2-c", "each operation works on what the one before has left", async ({ scim, user, group, read }) => {
  const anna = await user({ title: "one" });
  await scim.patch(
    `/Users/${anna.id}`,
    { op: "remove", path: "title" },
    { op: "add", path: "title", value: "two" },
    { op: "replace", path: "title", value: "three" },
    { op: "add", path: "emails", value: [{ value: "a@x", type: "work" }] },
    { op: "replace", path: 'emails[type eq "work"].value', value: "b@x" },
    { op: "add", path: "emails", value: [{ value: "c@x", type: "home" }] },
    { op: "remove", path: 'emails[value eq "b@x"]' },
  );
  expect(await read(anna)).toMatchObject({ title: "three", emails: [{ value: "c@x", type: "home" }] });

  const sales = await group("Sales");
  const members = [{ value: anna.id }];
  await scim.patch(
    `/Groups/${sales.id}`,
    { op: "add", path: "members", value: members },
    { op: "remove", path: "members" },
    { op: "add", path: "members", value: members },
    { op: "replace", path: "displayName", value: "R&D" },
  );
  expect(await read(sales)).toMatchObject({ displayName: "R&D", members: [{ value: anna.id }] });
});

clause("7644-3.5.2-d", "an operation that fails undoes those before it", async ({ scim, user, group, read }) => {
  const anna = await user({ title: "Engineer", emails: [{ value: "a@x", type: "work" }] });
  const sales = await group("Sales", anna);
  const failing = [
    [anna, { op: "replace", path: "favourite", value: 1 }],
    [anna, { op: "replace", path: 'emails[type eq "fax"].value', value: "b@x" }],
    [anna, { op: "replace", path: "id", value: "x" }],
    [anna, { op: "replace", path: "active", value: "perhaps" }],
    [sales, { op: "add", path: "members", value: [{ value: "0191f0a5-0000-7000-8000-000000000000" }] }],
  ] as const;
  for (const [resource, operation] of failing) {
    const change =
      resource === anna
        ? [
            { op: "replace", path: "title", value: "Director" },
            { op: "remove", path: 'emails[type eq "work"]' },
          ]
        : [
            { op: "replace", path: "displayName", value: "X" },
            { op: "remove", path: "members" },
          ];
    const path = `/${resource.meta.resourceType}s/${resource.id}`;
    const operations = operation.path.startsWith("emails") ? [change[0], operation] : [...change, operation];
    expect((await scim.patch(path, ...operations)).status, JSON.stringify(operation)).toBe(400);
    expect(await read(resource)).toMatchObject({ meta: { lastModified: resource.meta.lastModified } });
  }
  expect(await read(anna)).toMatchObject({ title: "Engineer", emails: [{ value: "a@x", type: "work" }] });
  expect(await read(sales)).toEqual(sales);
});

clause("7644-3.5.2-e", "whatever sets primary, one value has it", async ({ scim, user }) => {
  const emails = [
    { value: "a@x", type: "work", primary: true },
    { value: "b@x", type: "home" },
  ];
  const primaries = async (operation: object) => {
    const { id } = await user({ emails });
    const { body } = await scim.patch(`/Users/${id}`, operation);
    return (body["emails"] as { value: string; primary?: boolean }[])
      .filter(({ primary }) => primary)
      .map(({ value }) => value);
  };
  const added = { value: "c@x", primary: true };
  expect(await primaries({ op: "add", path: "emails", value: [added] })).toEqual(["c@x"]);
  expect(await primaries({ op: "add", value: { emails: [added] } })).toEqual(["c@x"]);
  expect(await primaries({ op: "add", path: 'emails[type eq "home"].primary', value: true })).toEqual(["b@x"]);
  expect(await primaries({ op: "replace", path: 'emails[type eq "home"].primary', value: true })).toEqual(["b@x"]);
  expect(await primaries({ op: "replace", path: 'emails[type eq "home"]', value: added })).toEqual(["c@x"]);
  expect(await primaries({ op: "replace", path: 'emails[type eq "work"].primary', value: true })).toEqual(["a@x"]);
});

clause("7644-3.5.2-f", "a readOnly attribute is not changed", async ({ scim, user, group, read }) => {
  const anna = await user();
  const sales = await group("Sales", anna);
  const changed = await read(anna);
  for (const operation of [
    { op: "replace", path: "id", value: "x" },
    { op: "add", path: "meta.created", value: "2001-01-01T00:00:00Z" },
    { op: "replace", path: "meta", value: { version: "1" } },
    { op: "remove", path: "groups" },
    { op: "add", path: "groups", value: [{ value: sales.id }] },
    { op: "remove", path: `groups[value eq "${sales.id}"]` },
    { op: "replace", path: `${ENTERPRISE}:manager.displayName`, value: "Boss" },
  ]) {
    const { status, body } = await scim.patch(`/Users/${anna.id}`, operation);
    expect({ operation, status, scimType: body["scimType"] }).toEqual({
      operation,
      status: 400,
      scimType: "mutability",
    });
  }
  expect(await read(anna)).toEqual(changed);
});

clause("7644-3.5.2-g", "an immutable attribute is given a value once", async ({ account, scim, user, group, read }) => {
  await defineExtension(account, {
    attributes: [
      {
        name: "badge",
        type: SchemaAttributeType.SCHEMA_ATTRIBUTE_TYPE_STRING,
        mutability: SchemaAttributeMutability.SCHEMA_ATTRIBUTE_MUTABILITY_IMMUTABLE,
      },
    ],
  });
  const anna = await user();
  const set = (op: string, value?: string) => scim.patch(`/Users/${anna.id}`, { op, path: `${CUSTOM}:badge`, value });
  expect((await set("add", "1")).status).toBe(200);
  for (const answer of [await set("add", "2"), await set("replace", "2"), await set("remove")])
    expect(answer).toMatchObject({ status: 400, body: { scimType: "mutability" } });
  expect((await read(anna))[CUSTOM]).toEqual({ badge: "1" });

  const sales = await group("Sales", anna);
  const member = { op: "replace", path: `members[value eq "${anna.id}"].value`, value: "x" };
  expect(await scim.patch(`/Groups/${sales.id}`, member)).toMatchObject({
    status: 400,
    body: { scimType: "mutability" },
  });
});

clause("7644-3.5.2-h", "a user is answered with 200, a group with 204", async ({ scim, user, group, read }) => {
  const anna = await user();
  const { status, body } = await scim.patch(`/Users/${anna.id}`, { op: "add", path: "title", value: "X" });
  expect(status).toBe(200);
  expect(body).toEqual(await read(anna));
  const sales = await group("Sales");
  const answer = await scim.patch(`/Groups/${sales.id}`, { op: "add", path: "members", value: [{ value: anna.id }] });
  expect(answer.status).toBe(204);
  expect(answer.headers["etag"]).toBe((await read(sales)).meta.version);
});

clause("7644-3.5.2-i", "attributes asks for a body", async ({ scim, user, group }) => {
  for (const resource of [await user(), await group("Sales")]) {
    const path = `/${resource.meta.resourceType}s/${resource.id}?attributes=externalId`;
    const { status, body } = await scim.patch(path, { op: "add", path: "externalId", value: "1" });
    expect(status).toBe(200);
    expect(body).toEqual({ schemas: resource.schemas, id: resource.id, externalId: "1" });
  }
});

clause("7644-3.5.2-j", "a path that leads nowhere is 400 invalidPath", async ({ scim, user, group }) => {
  const [anna, sales] = [await user(), await group("Sales")];
  const paths = [
    "favourite",
    "name.maiden",
    "emails[type eq",
    "emails[].value",
    "title.x",
    "a b",
    "..",
    "name.",
    ".name",
    "urn:example:x:y",
    'title[value eq "x"]',
    "emails[colour eq 1].value",
  ];
  for (const path of paths)
    for (const op of ["add", "replace", "remove"]) {
      const { status, body } = await scim.patch(`/Users/${anna.id}`, { op, path, value: "x" });
      expect({ op, path, status }).toEqual({ op, path, status: 400 });
      expect(["invalidPath", "invalidFilter"], `${path} ${body.detail}`).toContain(body["scimType"]);
    }
  const answer = await scim.patch(`/Groups/${sales.id}`, { op: "replace", path: "userName", value: "x" });
  expect(answer).toMatchObject({ status: 400, body: { scimType: "invalidPath" } });
});

clause("7644-3.5.2-k", "a value of another type is 400 invalidValue", async ({ scim, user }) => {
  const { id } = await user();
  for (const [path, value] of [
    ["active", "perhaps"],
    ["active", 1],
    ["title", { a: 1 }],
    ["title", 5],
    ["name", "Anna"],
    ["emails", [5]],
    ["userName", null],
    ["userName", ""],
  ]) {
    const { status, body } = await scim.patch(`/Users/${id}`, { op: "replace", path, value });
    expect({ path, value, status, scimType: body["scimType"] }).toEqual({
      path,
      value,
      status: 400,
      scimType: "invalidValue",
    });
  }
});

clause(
  "7644-3.5.2-l",
  "every form of path, with and without a URN, in any letter case",
  async ({ scim, user, read }) => {
    const anna = await user({ emails: [{ value: "a@x", type: "work" }] });
    const { status } = await scim.patch(
      `/Users/${anna.id}`,
      { op: "add", path: "TITLE", value: "1" },
      { op: "Add", path: "name.familyName", value: "2" },
      { op: "REPLACE", path: 'emails[type eq "work"]', value: { value: "3", type: "work" } },
      { op: "add", path: 'emails[type eq "work" and value eq "3"].display', value: "4" },
      { op: "add", path: `${USER}:nickName`, value: "5" },
      { op: "add", path: `${USER}:name.givenName`, value: "6" },
      { op: "add", path: `${ENTERPRISE}:department`, value: "7" },
      { op: "add", path: `${ENTERPRISE}:manager.value`, value: anna.id },
      { op: "add", path: ENTERPRISE, value: { costCenter: "8" } },
    );
    expect(status).toBe(200);
    expect(await read(anna)).toMatchObject({
      schemas: [USER, ENTERPRISE],
      title: "1",
      name: { familyName: "2", givenName: "6" },
      emails: [{ value: "3", type: "work", display: "4" }],
      nickName: "5",
      [ENTERPRISE]: { department: "7", manager: { value: anna.id }, costCenter: "8" },
    });
    expect((await scim.send("PATCH", `/Users/${anna.id}`, patchOp({ op: "add", path: GROUP, value: {} }))).status).toBe(
      400,
    );
  },
);
