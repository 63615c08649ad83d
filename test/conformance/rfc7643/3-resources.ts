import { expect } from "vitest";
import { sendHttp } from "../../e2e/scim-client.ts";
import { ENTERPRISE, GROUP, USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

clause(
  ["7643-3-a", "7643-3-b"],
  "schemas names what the resource has, whatever the client said",
  async ({ scim, user, group }) => {
    expect((await user({ schemas: [USER, ENTERPRISE] })).schemas).toEqual([USER]);
    const anna = await user({ schemas: [USER], [ENTERPRISE]: { department: "R&D" } });
    expect(anna.schemas).toEqual([USER, ENTERPRISE]);
    expect(anna[ENTERPRISE]).toEqual({ department: "R&D" });
    expect((await group("Sales")).schemas).toEqual([GROUP]);
    const { body } = await scim.patch(`/Users/${anna.id}`, { op: "remove", path: `${ENTERPRISE}:department` });
    expect(body.schemas).toEqual([USER]);
    expect((await scim.get("/Users")).body.Resources.every(({ schemas }) => schemas.length > 0)).toBe(true);
  },
);

clause("7643-3-e", "URNs given twice or the other way round come back once", async ({ user }) => {
  const extension = { [ENTERPRISE]: { department: "R&D" } };
  const twice = await user({ schemas: [ENTERPRISE, USER, ENTERPRISE, USER], ...extension });
  const once = await user({ schemas: [USER, ENTERPRISE], ...extension });
  expect(twice.schemas).toEqual(once.schemas);
  expect(new Set(twice.schemas).size).toBe(2);
});

clause("7643-3-c", "an attribute given twice is refused by its name", async ({ scim }) => {
  const schemas = `"schemas": ["${USER}"]`;
  for (const [body, named] of [
    [`{${schemas}, "userName": "a", "userName": "b"}`, "userName"],
    [`{${schemas}, "userName": "a", "USERNAME": "b"}`, "userName"],
    [`{${schemas}, "userName": "a", "name": {"givenName": "x", "givenName": "y"}}`, "givenName"],
  ]) {
    const answer = await scim.send("POST", "/Users", body);
    expect(answer, body).toMatchObject({ status: 400, body: { scimType: "invalidSyntax" } });
    expect(answer.body.detail).toContain(named);
  }
});

clause("7643-3-d", "the order of a body's attributes means nothing", async ({ scim }) => {
  const parts = {
    schemas: [USER, ENTERPRISE],
    [ENTERPRISE]: { department: "R&D" },
    emails: [{ value: "a@x" }],
    title: "X",
  };
  const one = await scim.post("/Users", { ...parts, userName: "one" });
  const reversed = Object.fromEntries(Object.entries(parts).reverse());
  const other = await scim.post("/Users", { userName: "other", ...reversed });
  const { id: _, meta: __, userName: ___, ...kept } = one.body;
  expect(other.body).toMatchObject(kept);
});

clause(
  ["7643-3.1-a", "7643-3.1-b", "7643-3.1-c"],
  "id is the server's, never another's, and in every answer",
  async ({ scim, user, group }) => {
    const created = [await user({ id: "mine" }), await user(), await group("Sales")];
    const ids = created.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    for (const resource of created) {
      expect(resource.id).not.toMatch(/^(mine|bulkId)$/);
      const path = `/${resource.meta.resourceType}s/${resource.id}`;
      expect((await scim.put(path, { ...resource, id: "mine" })).body.id).toBe(resource.id);
      expect((await scim.get(`${path}?attributes=meta`)).body.id).toBe(resource.id);
      await scim.delete(path);
    }
    expect(ids).not.toContain((await user()).id);
  },
);

clause(
  "7643-3.1-d",
  "externalId is kept as sent, compared exactly and shared by whom the client likes",
  async ({ scim, user }) => {
    const [anna, ben] = [await user({ externalId: "aB c" }), await user({ externalId: "ab c" })];
    expect((await scim.get('/Users?filter=externalId eq "aB c"')).body.Resources).toMatchObject([
      { id: anna.id, externalId: "aB c" },
    ]);
    expect((await scim.get('/Users?filter=externalId eq "ab c"')).body.Resources).toMatchObject([{ id: ben.id }]);
    const { body } = await scim.patch(`/Users/${ben.id}`, { op: "remove", path: "externalId" });
    expect(body).not.toHaveProperty("externalId");
  },
);

clause(
  ["7643-3.1-e", "7643-3.1-f", "7643-3.1-g", "7643-3.1-h", "7643-3.1-j"],
  "meta is the server's and tells what happened",
  async ({ scim, user, group }) => {
    for (const made of [await user({ meta: { created: "2001-01-01T00:00:00Z" } }), await group("Sales")]) {
      const path = `/${made.meta.resourceType}s/${made.id}`;
      const { meta } = (await scim.get(path)).body;
      expect(Date.now() - Date.parse(meta.created)).toBeLessThan(60_000);
      expect(meta.lastModified).toBe(meta.created);
      expect(["User", "Group"]).toContain(meta.resourceType);
      await new Promise((resolve) => setTimeout(resolve, 2));
      await scim.patch(path, { op: "add", path: "externalId", value: "1" });
      const { body: changed, headers } = await scim.get(path);
      expect(changed.meta.created).toBe(meta.created);
      expect(Date.parse(changed.meta.lastModified)).toBeGreaterThan(Date.parse(meta.lastModified));
      expect(changed.meta.version).toBe(headers["etag"]);
      await scim.put(path, { ...changed, meta: { lastModified: "2001-01-01T00:00:00Z", resourceType: "X" } });
      expect((await scim.get(path)).body.meta).toEqual(changed.meta);
    }
  },
);

clause(
  "7643-3.1-i",
  "meta.location leads to the resource and is Content-Location",
  async ({ account, scim, user, group }) => {
    for (const { id, meta } of [await user(), await group("Sales")]) {
      const { headers } = await scim.get(`/${meta.resourceType}s/${id}`);
      expect(headers["content-location"]).toBe(meta.location);
      const found = await sendHttp("GET", meta.location, undefined, { authorization: `Bearer ${account.tokens.scim}` });
      expect(found).toMatchObject({ status: 200, body: { id } });
    }
  },
);
