import { ListTokensRequest, RotateTokenRequest } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { beforeAll, describe, expect, it } from "vitest";
import { scimClient } from "./scim-client.ts";
import { GROUP, patchOp, USER } from "./scim-messages.ts";
import { type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

describe("requests at the same time", () => {
  it("create a user once, in whatever case its name is written", async () => {
    const { scim, people, settle } = await stack.newAccount();
    const names = ["anna@example.com", "Anna@example.com", "ANNA@EXAMPLE.COM", "anna@Example.com"];
    const users = [...names, ...names, ...names].map((userName) => ({
      schemas: [USER],
      userName,
      displayName: "Anna",
    }));
    const answers = await Promise.all(users.map((user) => scim.post("/Users", user)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(users.length - 1).fill(409)]);
    await settle();
    expect(await people()).toHaveLength(1);
  });

  it("create users with one e-mail, one of whom becomes the person", async () => {
    const { scim, people, settle, mapping } = await stack.newAccount();
    const emails = [{ value: "anna@example.com", primary: true }];
    const users = [1, 2, 3, 4].map((number) => ({
      schemas: [USER],
      userName: `anna${number}`,
      displayName: "Anna",
      emails,
    }));
    const answers = await Promise.all(users.map((user) => scim.post("/Users", user)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    await settle();
    expect(await people()).toHaveLength(1);
    const mappings = await Promise.all(answers.map(({ body }) => mapping("Users", body.id)));
    expect(mappings.filter(({ personId }) => personId !== "")).toHaveLength(1);
    expect(mappings.filter(({ error }) => error !== "")).toHaveLength(3);
  });

  it("add members to one group, none of whom is lost", async () => {
    const { scim } = await stack.newAccount();
    const users = await Promise.all(
      Array.from({ length: 20 }, (_, index) => scim.post("/Users", { schemas: [USER], userName: `user${index}` })),
    );
    const { body: group } = await scim.post("/Groups", { schemas: [GROUP], displayName: "Everyone" });
    const patches = users.map(({ body }) =>
      scim.patch(`/Groups/${group.id}`, { op: "add", path: "members", value: [{ value: body.id }] }),
    );
    expect((await Promise.all(patches)).every(({ status }) => status < 300)).toBe(true);
    const { body } = await scim.get(`/Groups/${group.id}`);
    expect(valuesOf(body["members"])).toEqual(users.map((user) => user.body.id).sort());
  });

  it("change attributes of one user, all of which arrive", async () => {
    const { scim, people, settle } = await stack.newAccount();
    const { body: user } = await scim.post("/Users", {
      schemas: [USER],
      userName: "anna@example.com",
      displayName: "A",
    });
    const changes = {
      displayName: "Anna Ōkami",
      title: "Engineer",
      nickName: "Änni",
      userType: "VIP",
      externalId: "a1",
    };
    await Promise.all(
      Object.entries(changes).map(([path, value]) => scim.patch(`/Users/${user.id}`, { op: "replace", path, value })),
    );
    expect((await scim.get(`/Users/${user.id}`)).body).toMatchObject({ ...changes, meta: { version: 'W/"6"' } });
    await settle();
    expect(await people()).toMatchObject([{ name: "Anna Ōkami", jobTitle: "Engineer", vip: true }]);
  });

  it("with one If-Match change a user once", async () => {
    const { scim } = await stack.newAccount();
    const { body: user, headers } = await scim.post("/Users", { schemas: [USER], userName: "anna@example.com" });
    expect(headers.etag).toBe(user.meta.version);
    const path = `/Users/${user.id}`;
    expect((await scim.send("GET", path, undefined, { "if-none-match": user.meta.version })).status).toBe(304);
    const answers = await Promise.all(
      ["A", "B", "C", "D"].map((value) =>
        scim.send("PATCH", path, patchOp({ op: "replace", path: "title", value }), { "if-match": user.meta.version }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412]);
    const { body: changed } = await scim.get(path);
    expect(changed["title"]).toBe(answers.find(({ status }) => status === 200)?.body["title"]);
    expect(changed.meta.version).not.toBe(user.meta.version);
  });
});

describe("a read with If-None-Match", () => {
  it("shows a user anew when only its groups have changed, and the tag still serves as If-Match", async () => {
    const { scim } = await stack.newAccount();
    const { body: user } = await scim.post("/Users", { schemas: [USER], userName: "anna@example.com" });
    const path = `/Users/${user.id}`;
    const readUnless = (tag = "") => scim.send("GET", path, undefined, { "if-none-match": tag });
    const group = { schemas: [GROUP], displayName: "Sales", members: [{ value: user.id }] };
    const { body: sales } = await scim.post("/Groups", group);

    const joined = await readUnless(user.meta.version);
    expect(joined.body).toMatchObject({ groups: [{ value: sales.id }], meta: { version: joined.headers.etag } });
    const tag = joined.headers.etag ?? "";
    expect((await readUnless(tag)).status).toBe(304);
    await scim.patch(`/Groups/${sales.id}`, { op: "replace", path: "displayName", value: "Sales & Marketing" });
    const renamed = await readUnless(tag);
    expect(renamed.body["groups"]).toMatchObject([{ display: "Sales & Marketing" }]);
    await scim.delete(`/Groups/${sales.id}`);
    const left = await readUnless(renamed.headers.etag);
    expect([left.status, left.body["groups"], left.headers.etag]).toEqual([200, undefined, user.meta.version]);

    const change = patchOp({ op: "replace", path: "title", value: "Engineer" });
    expect((await scim.send("PATCH", path, change, { "if-match": tag })).status).toBe(200);
    expect((await scim.send("PATCH", path, change, { "if-match": tag })).status).toBe(412);
  });
});

describe("pages", () => {
  it("by cursor and by index skip nobody while users are deleted behind the walk", async () => {
    const { scim } = await stack.newAccount();
    const created: string[] = [];
    for (let index = 0; index < 9; index++)
      created.push((await scim.post("/Users", { schemas: [USER], userName: `user${index}` })).body.id);

    const byIndex: string[] = [];
    for (let startIndex = 1; startIndex <= 9; startIndex += 3) {
      const { body } = await scim.get(`/Users?startIndex=${startIndex}&count=3`);
      byIndex.push(...(body.Resources ?? []).map(({ id }) => id));
      if (startIndex === 1) await scim.delete(`/Users/${created[0]}`);
    }
    expect(byIndex).toEqual(created);

    const left = created.slice(1);
    const byCursor: string[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const { body } = await scim.get(`/Users?cursor=${cursor}&count=3`);
      byCursor.push(...(body.Resources ?? []).map(({ id }) => id));
      if (cursor === "") await scim.delete(`/Users/${left[0]}`);
      cursor = body["nextCursor"] as string | undefined;
    }
    expect(byCursor).toEqual(left);
  });
});

describe("a rotated token", () => {
  it("works beside its successor, and neither after both are revoked", async () => {
    const { owner, rpc, tokens } = await stack.newAccount();
    const { tokens: all } = await rpc.tokens.listTokens(ListTokensRequest.fromPartial({}), owner);
    const old = all.find(({ lastFour }) => tokens.scim.endsWith(lastFour));
    const { secret, token, predecessor } = await rpc.tokens.rotateToken(
      RotateTokenRequest.fromPartial({ id: old?.id }),
      owner,
    );
    expect(predecessor?.endTime?.getTime()).toBeGreaterThan(Date.now() + 29 * 24 * 3_600_000);
    const statuses = () =>
      Promise.all(
        [tokens.scim, secret].map(async (each) => (await scimClient(stack.processes.scim, each).get("/Users")).status),
      );
    expect(await statuses()).toEqual([200, 200]);
    await rpc.tokens.revokeToken({ id: old?.id ?? "" }, owner);
    await expect.poll(statuses, { timeout: 1_000, interval: 20 }).toEqual([401, 200]);
    await rpc.tokens.revokeToken({ id: token?.id ?? "" }, owner);
    await expect.poll(statuses, { timeout: 1_000, interval: 20 }).toEqual([401, 401]);
  });
});

function valuesOf(members: unknown): string[] {
  return (members as { value: string }[]).map(({ value }) => value).sort();
}
