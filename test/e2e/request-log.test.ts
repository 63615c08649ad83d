import { setTimeout as sleep } from "node:timers/promises";
import {
  ListRequestsRequest,
  type ScimRequest,
  UpdateConnectionRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { beforeAll, describe, expect, it } from "vitest";
import { GROUP, USER } from "./scim-messages.ts";
import { type Account, type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const anna = { schemas: [USER], userName: "anna@example.com", emails: [{ value: "anna@example.com", primary: true }] };

/** The account's requests, newest first, once there are so many: they are written after the answers. */
async function requests(account: Account, count: number, question: object = {}): Promise<ScimRequest[]> {
  for (const deadline = Date.now() + 15_000; ; await sleep(50)) {
    const request = ListRequestsRequest.fromPartial(question);
    const { requests } = await account.rpc.connections.listRequests(request, account.owner);
    if (requests.length >= count) return requests;
    if (Date.now() > deadline) throw new Error(`Only ${requests.length} of ${count} requests are in the log.`);
  }
}

describe("the request log", () => {
  it("tells an account each of its requests, what came of it and which record it concerned", async () => {
    const account = await stack.newAccount();
    const { scim } = account;
    const headers = { traceparent: `00-${TRACE}-b7ad6b7169203331-01`, "user-agent": "Okta SCIM Client 1.0.0" };
    const { body } = await scim.send("POST", "/Users", anna, headers);
    await scim.post("/Users", anna);
    await scim.get('/Users?filter=userName eq "anna@example.com"&count=2');
    await scim.patch(`/Users/${body.id}`, { op: "replace", path: "nickNam", value: "Anna" });
    await scim.delete(`/Users/${body.id}`);

    const log = (await requests(account, 5)).reverse();
    expect(log.map(({ method, path, status, scimType }) => [method, path, status, scimType])).toEqual([
      ["POST", "/scim/v2/Users", 201, ""],
      ["POST", "/scim/v2/Users", 409, "uniqueness"],
      ["GET", '/scim/v2/Users?filter=userName eq "***"&count=2', 200, ""],
      ["PATCH", `/scim/v2/Users/${body.id}`, 400, "invalidPath"],
      ["DELETE", `/scim/v2/Users/${body.id}`, 204, ""],
    ]);
    const [created, , , patched] = log as [ScimRequest, ScimRequest, ScimRequest, ScimRequest];
    expect(created).toMatchObject({
      recordKind: ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER,
      recordId: body.id,
      traceId: TRACE,
      userAgent: "Okta SCIM Client 1.0.0",
      detail: "",
    });
    expect(created.tokenId).not.toBe("");
    expect(Math.abs(Date.now() - (created.requestTime?.getTime() ?? 0))).toBeLessThan(60_000);
    expect(created.duration?.nanos).toBeGreaterThan(0);
    expect(patched.detail).toContain("nickName");
    expect(JSON.stringify(log)).not.toContain("anna@example.com");
    // The same trace leads on to what the rules made of it.
    await account.settle();
    expect((await account.executions(body.id)).map(({ traceId }) => traceId)).toContain(TRACE);
  });

  it("tells no value that a client sent, in whatever place", async () => {
    const account = await stack.newAccount();
    const { scim } = account;
    const { body: user } = await scim.post("/Users", anna);
    await scim.get("/Users?filter=userName eq secret1 Secret2name");
    await scim.get("/Users?filter=userName eq 'O'Secret3'&count=1");
    await scim.get("/Users?filter=userName Secret4@x.com");
    await scim.get("/Users/Secret5@x.com");
    await scim.get("/Users/secret6.name?rct_secret7=secret8&count=secret9");
    await scim.get(`/Users/rct_${"secret".repeat(8)}`);
    await scim.post("/Users/.search", { filter: "userName eq a Secret10" });
    await scim.patch(`/Users/${user.id}`, { op: "add", path: "emails[value eq secret11 Secret12].type", value: "x" });
    await scim.patch(`/Users/${user.id}`, { op: "add", path: "emails[value eq secret13].nope", value: "x" });
    const operation = { method: "DELETE", path: "/Users/secret14" };
    await scim.post("/Bulk", { Operations: [operation, { ...operation, path: "/secret15/secret16" }] });

    const log = await requests(account, 13);
    expect(JSON.stringify(log)).not.toMatch(/secret|rct_/i);
    const [tried] = log.filter(({ path }) => path.includes("filter=")).toReversed();
    expect(tried).toMatchObject({ path: "/scim/v2/Users?filter=***", detail: expect.stringContaining("found ***.") });
  });

  it("finds the requests of a record, those that failed, and those of a time", async () => {
    const account = await stack.newAccount();
    const { body: group } = await account.scim.post("/Groups", { schemas: [GROUP], displayName: "Sales" });
    await account.scim.post("/Groups", { schemas: [GROUP], displayName: "Sales" });
    await account.scim.get(`/Groups/${group.id}`);
    await requests(account, 3);

    const ofGroup = await requests(account, 2, { recordId: group.id });
    expect(ofGroup.map(({ method }) => method)).toEqual(["GET", "POST"]);
    const failed = await requests(account, 1, { failed: true });
    expect(failed.map(({ status }) => status)).toEqual([409]);
    expect(await requests(account, 0, { startTime: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await requests(account, 0, { endTime: new Date(Date.now() - 60_000) })).toEqual([]);
  });

  it("has a row for each operation of a Bulk request, under the trace of the request", async () => {
    const account = await stack.newAccount();
    const bulk = {
      schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
      Operations: [
        { method: "POST", path: "/Users", bulkId: "a", data: anna },
        { method: "DELETE", path: "/Users/0191f0a5-0000-7000-8000-000000000001" },
      ],
    };
    await account.scim.send("POST", "/Bulk", bulk, { traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
    const log = (await requests(account, 3)).sort((a, b) => a.path.localeCompare(b.path) || a.status - b.status);
    expect(log.map(({ method, path, status }) => [method, path, status])).toEqual([
      ["POST", "/scim/v2/Bulk", 200],
      ["POST", "/scim/v2/Users", 201],
      ["DELETE", "/scim/v2/Users/0191f0a5-0000-7000-8000-000000000001", 404],
    ]);
    expect(new Set(log.map(({ traceId }) => traceId))).toEqual(new Set([TRACE]));
    expect(log[1]?.recordId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("has one of many requests that exceed the rate", async () => {
    const account = await stack.newAccount();
    const limits = { requestsPerSecond: 1, requestBurst: 2 };
    const request = UpdateConnectionRequest.fromPartial({ connection: { limits }, updateMask: ["limits"] });
    await account.rpc.connections.updateConnection(request, account.owner);
    const answers = [];
    for (let round = 0; round < 8; round++) answers.push((await account.scim.get("/Users?count=0")).status);
    expect(answers.filter((status) => status === 429).length).toBeGreaterThan(2);
    const log = await requests(account, answers.filter((status) => status === 200).length + 1);
    const refused = log.filter(({ status }) => status === 429);
    expect(refused.length).toBeLessThan(answers.filter((status) => status === 429).length);
    expect(refused[0]?.detail).toContain("rate");
  });

  it("shows no account the requests of another", async () => {
    const [account, other] = await Promise.all([stack.newAccount(), stack.newAccount()]);
    await account.scim.get("/Users");
    await requests(account, 1);
    expect(await requests(other, 0)).toEqual([]);
  });
});
