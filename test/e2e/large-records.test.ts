import pg from "pg";
import { beforeAll, describe, expect, it } from "vitest";
import type { ScimBody } from "./scim-client.ts";
import { GROUP, USER } from "./scim-messages.ts";
import { startTestStack, type TestStack } from "./stack.ts";

let stack: TestStack;
let client: pg.Client;

beforeAll(async () => {
  stack = await startTestStack();
  client = new pg.Client(stack.processes.databaseUrls.directory);
  await client.connect();
  return async () => {
    await client.end();
    await stack.stop();
  };
});

/** Puts members into a group faster than requests would. They are users that nobody has heard of. */
async function fill(groupId: string, members: number): Promise<void> {
  await client.query(
    `insert into scim_group_member (account_id, group_id, member_id, member_type, create_time)
     select account_id, id, uuidv7(), 1, now() from scim_group, generate_series(1, $2::int) where id = $1`,
    [groupId, members],
  );
}

describe("groups with very many members", () => {
  it("are listed in pages that end early, none of them left out", async () => {
    const { scim } = await stack.newAccount();
    const ids: string[] = [];
    for (let n = 1; n <= 6; n++) {
      const { body } = await scim.post("/Groups", { schemas: [GROUP], displayName: `g${n}` });
      await fill(body.id, 20_000);
      ids.push(body.id);
    }
    const page = async (query: string) => {
      const { status, body } = await scim.get(`/Groups?${query}`);
      expect([status, body.totalResults]).toEqual([200, 6]);
      for (const group of body.Resources) expect(group["members"]).toHaveLength(20_000);
      return body;
    };
    const idsOf = ({ Resources }: ScimBody) => Resources.map(({ id }) => id);
    const first = await page("count=100");
    expect([first["itemsPerPage"], idsOf(first)]).toEqual([5, ids.slice(0, 5)]);
    expect(idsOf(await page("count=100&startIndex=6"))).toEqual(ids.slice(5));
    const start = await page("cursor=");
    expect(idsOf(start)).toEqual(ids.slice(0, 5));
    expect(idsOf(await page(`cursor=${start["nextCursor"]}`))).toEqual(ids.slice(5));
  });

  it("that no answer can hold are refused in words with their members, and no other request with them", async () => {
    const { scim } = await stack.newAccount();
    const create = async (displayName: string) =>
      (await scim.post("/Groups", { schemas: [GROUP], displayName })).body.id;
    const [giant, small] = [await create("giant"), await create("small")];
    await fill(giant, 250_001);
    const answers = await Promise.all(
      [giant, small, giant, small, giant, small, small].map((id) => scim.get(`/Groups/${id}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([400, 200, 400, 200, 400, 200, 200]);
    expect(answers[0]?.body).toMatchObject({
      scimType: "tooMany",
      detail: expect.stringContaining("excludedAttributes=members"),
    });
    for (const query of ["", '?filter=displayName eq "giant"', '?filter=displayName co "giant"'])
      expect((await scim.get(`/Groups${query}`)).body["scimType"]).toBe("tooMany");
    expect((await scim.get(`/Groups/${giant}?excludedAttributes=members`)).status).toBe(200);
    expect((await scim.get("/Groups?excludedAttributes=members")).body.totalResults).toBe(2);
    const put = await scim.put(`/Groups/${giant}`, { schemas: [GROUP], displayName: "Giant" });
    expect([put.status, put.body["displayName"]]).toEqual([200, "Giant"]);
  }, 60_000);
});

describe("a resource that many requests let grow", () => {
  it("has at most 1 MiB, and the change that would exceed it changes nothing", async () => {
    const { scim } = await stack.newAccount();
    const { id } = (await scim.post("/Users", { schemas: [USER], userName: "ada" })).body;
    const photo = (n: number) => ({ value: `https://x.test/${n}/`.padEnd(65_536, "x") });
    const add = (...photos: object[]) => scim.patch(`/Users/${id}`, { op: "add", path: "photos", value: photos });
    expect((await add(...Array.from({ length: 15 }, (_, n) => photo(n)))).status).toBe(200);
    const { status, body } = await add(photo(15));
    expect([status, body["scimType"], body.detail]).toEqual([
      400,
      "invalidValue",
      "All attributes of a record together must have at most 1 MiB as JSON.",
    ]);
    expect((await scim.get(`/Users/${id}`)).body["photos"]).toHaveLength(15);
  });
});
