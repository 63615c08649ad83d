import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { USER } from "./scim-messages.ts";
import { type Account, startTestStack, type TestStack } from "./stack.ts";

let stack: TestStack;
let account: Account;

beforeAll(async () => {
  stack = await startTestStack();
  account = await stack.newAccount();
});

afterAll(() => stack?.stop());

describe("while the directory's database is away", () => {
  it("reads and writes are 503 with Retry-After, and work again when it is back", async () => {
    const user = { schemas: [USER], userName: "ada@example.com", displayName: "Ada", active: true };
    const { body } = await account.scim.post("/Users", user);

    await withoutDatabase(stack.processes.databaseUrls.directory, async () => {
      const answers = await Promise.all([
        account.scim.get(`/Users/${body.id}`),
        account.scim.get('/Users?filter=userName eq "ada@example.com"'),
        account.scim.get("/Users?count=1"),
        account.scim.post("/Users", { ...user, userName: "bob@example.com" }),
        account.scim.patch(`/Users/${body.id}`, { op: "replace", value: { title: "Countess" } }),
        account.scim.get("/Groups"),
      ]);
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
      for (const { headers } of answers) expect(Number(headers["retry-after"])).toBeGreaterThan(0);
    });

    await expect.poll(async () => (await account.scim.get(`/Users/${body.id}`)).status).toBe(200);
    expect((await account.scim.get("/Users")).body.totalResults).toBe(1);
  });

  it("loses no mapping: people arrive when it is back, those of before and those of after", async () => {
    const names = Array.from({ length: 20 }, (_, n) => `outage${n}@example.com`);
    const user = (userName: string) => ({ schemas: [USER], userName, displayName: userName, active: true });
    // The cut falls into the mapping of these.
    await Promise.all(names.map((name) => account.scim.post("/Users", user(name))));
    await withoutDatabase(stack.processes.databaseUrls.directory, async () => {});
    await expect.poll(async () => (await account.scim.post("/Users", user("after@example.com"))).status).toBe(201);
    await account.settle();
    const emails = (await account.people()).map(({ primaryEmail }) => primaryEmail);
    expect(emails).toEqual(expect.arrayContaining([...names, "after@example.com"]));
    expect(new Set(emails).size).toBe(emails.length);
  });
});

/** Cuts every connection to a database and refuses new ones while `work` runs. */
async function withoutDatabase(url: string, work: () => Promise<void>): Promise<void> {
  const server = new URL(url);
  const name = server.pathname.slice(1);
  server.pathname = "/postgres";
  const admin = new pg.Client({ connectionString: server.href });
  await admin.connect();
  try {
    await admin.query(`alter database ${name} allow_connections false`);
    await admin.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
    await work();
  } finally {
    await admin.query(`alter database ${name} allow_connections true`);
    await admin.end();
  }
}
