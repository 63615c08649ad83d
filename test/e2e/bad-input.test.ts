import { setTimeout as sleep } from "node:timers/promises";
import { IssueTokenRequest, TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { generateToken } from "@rollcall/runtime/token";
import { beforeAll, describe, expect, it } from "vitest";
import { type BadRequest, badRequests } from "./bad-requests.ts";
import { type ScimClient, type SentHeaders, scimClient, sendHttp } from "./scim-client.ts";
import { ERROR, USER } from "./scim-messages.ts";
import { type Account, as, type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;
let account: Account;
let ids: Record<string, string>;
let before: unknown;

beforeAll(async () => {
  stack = await sharedTestStack();
  account = await stack.newAccount();
  ids = await populate(account.scim);
  before = await everything();
  return () => stack.stop();
});

describe("bad input", () => {
  for (const request of badRequests) it(`refuses ${request.name}`, () => expectRefusal(account.scim, request));

  it("is refused alike under the other base paths", async () => {
    const sample = badRequests.filter((_, index) => index % 9 === 0);
    for (const base of ["/scim", ""])
      for (const request of sample)
        await expectRefusal(scimClient(`${stack.processes.http}${base}`, account.tokens.scim), request);
  });

  it("leaves everything as it was, people included", async () => {
    await account.settle();
    expect(await everything()).toEqual(before);
    expect(await account.people()).toHaveLength(2);
  });
});

describe("a token", () => {
  const cases: [what: string, headers: SentHeaders, query?: () => string][] = [
    ["is missing", { authorization: undefined }],
    ["is empty", { authorization: "Bearer " }],
    ["is malformed", { authorization: "Bearer non-token" }],
    ["has a wrong checksum", { authorization: `Bearer rct_${"a".repeat(49)}` }],
    ["is unknown", { authorization: `Bearer ${generateToken()}` }],
    ["comes as Basic", { authorization: `Basic ${Buffer.from(`x:${generateToken()}`).toString("base64")}` }],
    ["comes in another header", { authorization: undefined, "x-token": generateToken() }],
    ["works but comes in the query", { authorization: undefined }, () => `?access_token=${account.tokens.scim}`],
  ];

  it.for(cases)("that %s is refused in SCIM form on every route", async ([, headers, query = () => ""]) => {
    for (const base of ["/scim/v2", "/scim", ""])
      for (const path of ["/Users", "/Users/x", "/Groups", "/Groups/x", "/Me"])
        await expectUnauthorized(`${stack.processes.http}${base}${path}${query()}`, headers);
    const body = { schemas: [USER], userName: "x@example.com" };
    const { status } = await sendHttp("POST", `${stack.processes.scim}/Users${query()}`, body, headers);
    expect(status).toBe(401);
  });

  it("that is revoked stops working within a second", async () => {
    const { secret, token } = await issue();
    const scim = scimClient(stack.processes.scim, secret);
    expect((await scim.get("/Users")).status).toBe(200);
    await stack.rpc.tokens.revokeToken({ id: token?.id ?? "" }, account.owner);
    await expect.poll(async () => (await scim.get("/Users")).status, { timeout: 1_000, interval: 20 }).toBe(401);
    expect((await scim.get("/Users")).body.detail).not.toContain(secret);
  });

  it("that has expired stops working", async () => {
    const { secret } = await issue(1);
    const scim = scimClient(stack.processes.scim, secret);
    expect((await scim.get("/Users")).status).toBe(200);
    await sleep(1_100);
    expect((await scim.get("/Users")).status).toBe(401);
  });

  it("of another scope is forbidden", async () => {
    const { status, headers } = await scimClient(stack.processes.scim, account.tokens.owner).get("/Users");
    expect(status).toBe(403);
    expect(headers["www-authenticate"]).toContain("insufficient_scope");
  });
});

async function expectRefusal(scim: ScimClient, request: BadRequest): Promise<void> {
  const [method, path, body] = request.send;
  const answer = await scim.send(method, fill(path), fillBody(body), request.headers);
  const said = `${request.name}: ${answer.text}`;
  expect({ status: answer.status, scimType: answer.body["scimType"] }, said).toEqual({
    status: request.status,
    scimType: request.scimType,
  });
  if (request.names) expect(answer.body.detail, said).toContain(request.names);
  expect(await everything(), `${request.name} left something behind`).toEqual(before);
}

async function expectUnauthorized(url: string, headers: SentHeaders): Promise<void> {
  const answer = await sendHttp("GET", url, undefined, headers);
  expect({ url, status: answer.status }).toEqual({ url, status: 401 });
  expect(answer.headers["www-authenticate"]).toMatch(/^Bearer/);
  expect(answer.headers["content-type"]).toMatch(/^application\/scim\+json/);
  expect(answer.body).toMatchObject({
    schemas: [ERROR],
    status: "401",
    detail: expect.stringMatching(/\S/),
  });
}

async function issue(ttlSeconds?: number) {
  const request = IssueTokenRequest.fromPartial({
    accountId: account.id,
    scopes: [TokenScope.TOKEN_SCOPE_SCIM],
    ...(ttlSeconds ? { ttl: { seconds: ttlSeconds, nanos: 0 } } : {}),
  });
  return stack.rpc.tokens.issueToken(request, as(stack.processes.operatorToken));
}

async function populate(scim: ScimClient): Promise<Record<string, string>> {
  const user = (userName: string) => ({ schemas: [USER], userName });
  const [anna, ben] = [
    await scim.post("/Users", { ...user("anna@example.com"), displayName: "Anna", active: true }),
    await scim.post("/Users", { ...user("ben@example.com"), displayName: "Ben" }),
  ];
  const [sales, other] = [
    await scim.post("/Groups", { displayName: "Sales", members: [{ value: anna.body.id }] }),
    await scim.post("/Groups", { displayName: "Other" }),
  ];
  return { anna: anna.body.id, ben: ben.body.id, sales: sales.body.id, other: other.body.id };
}

async function everything(): Promise<unknown> {
  const [users, groups] = await Promise.all([account.scim.get("/Users"), account.scim.get("/Groups")]);
  return { users: users.body, groups: groups.body };
}

function fill(text: string): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => ids[name] ?? whole);
}

/** A body with the ids in place. Text and bytes stay as they are. */
function fillBody(body: unknown): unknown {
  return typeof body === "object" && !Buffer.isBuffer(body) ? fill(JSON.stringify(body)) : body;
}
