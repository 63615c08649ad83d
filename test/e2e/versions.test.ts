import { beforeAll, describe, expect, it } from "vitest";
import type { Method, ScimBody, ScimClient } from "./scim-client.ts";
import { GROUP, patchOp, USER } from "./scim-messages.ts";
import { type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;
let scim: ScimClient;

beforeAll(async () => {
  stack = await sharedTestStack();
  ({ scim } = await stack.newAccount());
  return () => stack.stop();
});

const kinds = {
  Users: { schemas: [USER], name: "userName" },
  Groups: { schemas: [GROUP], name: "displayName" },
} as const;

let made = 0;

async function create(kind: keyof typeof kinds): Promise<ScimBody> {
  made += 1;
  const { schemas, name } = kinds[kind];
  return (await scim.post(`/${kind}`, { schemas, [name]: `n${made}` })).body;
}

const bodies = {
  PUT: (resource: ScimBody) => ({ ...resource, externalId: `x${made++}` }),
  PATCH: () => patchOp({ op: "replace", value: { externalId: `x${made++}` } }),
  DELETE: () => undefined,
};
const verbs = ["PUT", "PATCH", "DELETE"] as const;

describe.each(["Users", "Groups"] as const)("versions of %s", (kind) => {
  const write = (method: Method, resource: ScimBody, headers: Record<string, string>) =>
    scim.send(method, `/${kind}/${resource.id}`, bodies[method as "PUT"](resource), headers);

  it("are in the ETag of every answer that shows or changes one", async () => {
    const { schemas, name } = kinds[kind];
    const created = await scim.post(`/${kind}`, { schemas, [name]: `tagged ${kind}` });
    const path = `/${kind}/${created.body.id}`;
    const tags = [
      created,
      await scim.get(path),
      await scim.send("PUT", path, { ...created.body, externalId: "x" }),
      await scim.patch(path, { op: "replace", path: "externalId", value: "y" }),
      await scim.patch(`${path}?attributes=externalId`, { op: "replace", path: "externalId", value: "z" }),
    ].map(({ headers }) => headers["etag"]);
    expect(tags).toEqual(['W/"1"', 'W/"1"', 'W/"2"', 'W/"3"', 'W/"4"']);
    expect((await scim.get(path)).body.meta.version).toBe('W/"4"');
  });

  it.each(verbs)("let %s through by If-Match where one of them is meant", async (method) => {
    for (const tag of ['W/"1"', '"1"', 'W/"7", W/"1"', 'W/"1-abcdef"', "*"]) {
      const resource = await create(kind);
      const { status } = await write(method, resource, { "if-match": tag });
      expect([tag, status]).toEqual([
        tag,
        method === "DELETE" || (method === "PATCH" && kind === "Groups") ? 204 : 200,
      ]);
    }
  });

  it.each(verbs)("stop %s by If-Match with 412 where another one is meant", async (method) => {
    const resource = await create(kind);
    for (const tag of ['W/"2"', '"0"', 'W/"7", W/"8"', 'W/"some-other-server"']) {
      expect((await write(method, resource, { "if-match": tag })).status).toBe(412);
    }
    const odd = await write(method, resource, { "if-match": "1" });
    expect([odd.status, odd.body.detail]).toEqual([400, expect.stringContaining("If-Match")]);
    expect((await scim.get(`/${kind}/${resource.id}`)).body).toEqual(resource);
  });

  it.each(verbs)("stop %s by If-None-Match with 412 where one of them is meant", async (method) => {
    const resource = await create(kind);
    for (const tag of ["*", 'W/"1"', '"9", "1"']) {
      expect((await write(method, resource, { "if-none-match": tag })).status).toBe(412);
    }
    const odd = await write(method, resource, { "if-none-match": "1" });
    expect([odd.status, odd.body.detail]).toEqual([400, expect.stringContaining("If-None-Match")]);
    expect((await scim.get(`/${kind}/${resource.id}`)).body).toEqual(resource);
    expect((await write(method, resource, { "if-none-match": 'W/"2"' })).status).toBeLessThan(300);
  });

  it.each(verbs)("leave it 404 to %s what is not there, whatever the condition", async (method) => {
    const gone = { ...(await create(kind)), id: "0191f0a5-0000-7000-8000-000000000000" };
    const conditions: Record<string, string>[] = [
      { "if-match": "*" },
      { "if-match": 'W/"1"' },
      { "if-none-match": "*" },
    ];
    for (const headers of conditions) {
      expect((await write(method, gone, headers)).status).toBe(404);
    }
  });
});

it("the tag of a user covers its groups, to which If-None-Match holds and If-Match does not", async () => {
  const user = await create("Users");
  await scim.post("/Groups", { schemas: [GROUP], displayName: "Around", members: [{ value: user.id }] });
  const path = `/Users/${user.id}`;
  const tag = (await scim.get(path)).headers["etag"] ?? "";
  expect(tag).toMatch(/^W\/"1-[0-9a-f]+"$/);
  const patch = (headers: Record<string, string>) =>
    scim.send("PATCH", path, patchOp({ op: "replace", value: { title: `t${made++}` } }), headers);
  expect((await patch({ "if-none-match": tag })).status).toBe(412);
  expect((await patch({ "if-none-match": 'W/"1-0123456789ab"' })).status).toBe(200);
  expect((await patch({ "if-match": 'W/"2-0123456789ab"' })).status).toBe(200);
});

it("a write that changes nothing changes no version and no lastModified", async () => {
  const { body: user } = await scim.post("/Users", {
    schemas: [USER],
    userName: "still@example.com",
    emails: [{ value: "a@x", primary: true }, { value: "b@x" }],
  });
  const { id, meta: _, ...rest } = user;
  expect((await scim.put(`/Users/${id}`, rest)).body).toEqual(user);
  expect((await scim.put(`/Users/${id}`, user)).body).toEqual(user);
  // Values are kept as they were sent, and so is their order: another one is a change.
  const turned = { ...rest, emails: (rest["emails"] as unknown[]).toReversed() };
  expect((await scim.put(`/Users/${id}`, turned)).body.meta.version).toBe('W/"2"');
});
