import { UpdateConnectionRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { BULK_REQUEST, USER } from "./scim-messages.ts";
import { type Account, type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

const post = (userName: string) => ({
  method: "POST",
  path: "/Users",
  bulkId: userName,
  data: { schemas: [USER], userName },
});
const none = { method: "DELETE", path: "/Users/none" };
const bulk = ({ scim }: Account, ...operations: object[]) =>
  scim.post("/Bulk", { schemas: [BULK_REQUEST], Operations: operations });

/** An account with limits of its own, once the gateway holds it to them. */
async function limited(limits: object, shows: (config: Record<string, unknown>) => unknown, value: unknown) {
  const account = await stack.newAccount();
  const request = UpdateConnectionRequest.fromPartial({ connection: { limits }, updateMask: ["limits"] });
  await account.rpc.connections.updateConnection(request, account.owner);
  await vi.waitFor(async () => expect(shows((await account.scim.get("/ServiceProviderConfig")).body)).toEqual(value), {
    timeout: 5_000,
    interval: 200,
  });
  return account;
}

describe("a page", () => {
  it("has 500 resources at most", async () => {
    const account = await stack.newAccount();
    const users = Array.from({ length: 501 }, (_, at) => post(`user${at}`));
    expect((await bulk(account, ...users)).status).toBe(200);
    const { body } = await account.scim.get("/Users?count=501&attributes=id");
    expect([body.totalResults, body["itemsPerPage"], body.Resources.length]).toEqual([501, 500, 500]);
  });

  it("is as small as the account says", async () => {
    const shown = (config: Record<string, unknown>) => (config["filter"] as { maxResults: number }).maxResults;
    const account = await limited({ maxPageSize: 2 }, shown, 2);
    await bulk(account, post("a"), post("b"), post("c"));
    expect((await account.scim.get("/Users?count=3")).body).toMatchObject({ totalResults: 3, itemsPerPage: 2 });
  });
});

describe("a Bulk request", () => {
  it("has as many operations as the account says", async () => {
    const shown = (config: Record<string, unknown>) => (config["bulk"] as { maxOperations: number }).maxOperations;
    const account = await limited({ maxBulkOperations: 2 }, shown, 2);
    expect((await bulk(account, none, none)).status).toBe(200);
    const { status, body } = await bulk(account, none, none, none);
    expect([status, body.detail]).toEqual([413, expect.stringContaining("at most 2")]);
  });
});

describe("a token", () => {
  const rate = { requestsPerSecond: 1, requestBurst: 5, maxPageSize: 7 };
  const shown = (config: Record<string, unknown>) => (config["filter"] as { maxResults: number }).maxResults;

  it("has as many requests as the account says, and the next ones are 429 with Retry-After", async () => {
    const account = await limited(rate, shown, 7);
    const answers = await Promise.all(Array.from({ length: 8 }, () => account.scim.get("/Users")));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { headers, body } of refused) {
      expect(Number(headers["retry-after"])).toBeGreaterThan(0);
      expect(body.detail).toContain("1 a second");
    }
  });

  it("pays for each operation of a Bulk request, which is not cut short", async () => {
    const account = await limited(rate, shown, 7);
    const done = await vi.waitFor(
      async () => {
        const answer = await bulk(account, ...Array(30).fill(none));
        expect(answer.status).toBe(200);
        return answer;
      },
      { timeout: 10_000, interval: 500 },
    );
    expect(done.body["Operations"]).toHaveLength(30);
    const next = await account.scim.get("/Users");
    expect([next.status, Number(next.headers["retry-after"]) > 10]).toEqual([429, true]);
  });
});
