import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ServiceDefinition, status } from "@grpc/grpc-js";
import { ListMembersRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import {
  GetHoldRequest,
  ListExecutionsRequest,
  ListRevisionsRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { IssueTokenRequest, TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import type { RpcOptions } from "@rollcall/runtime/client";
import { StatusError } from "@rollcall/runtime/status";
import { beforeAll, describe, expect, it } from "vitest";
import { scimRoutes } from "../../gateway/src/http/routes.ts";
import { populate } from "./populate.ts";
import type { Scope } from "./rpc-access.ts";
import { definitions, type Ids, type RpcRow, rpcTable } from "./rpc-table.ts";
import type { Method, ScimAnswer } from "./scim-client.ts";
import { BULK_REQUEST, ENTERPRISE, GROUP, patchOp, USER } from "./scim-messages.ts";
import { type Account, as, type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;
/** Whose ids are tried. */
let alpha: Account;
/** Who tries. */
let beta: Account;
let alphaIds: Ids;
let betaTokens: Record<Scope, RpcOptions>;
let before: unknown;

beforeAll(async () => {
  stack = await sharedTestStack();
  [alpha, beta] = await Promise.all([stack.newAccount(), stack.newAccount()]);
  alphaIds = await populate(alpha, await serviceToken());
  betaTokens = await tokensOf(beta);
  before = await everythingOf(alpha);
  return () => stack.stop();
});

/** Ids of nothing, in the form of those above. */
const madeUp: Ids = {
  account: "acme-none",
  user: "0191f0a5-0000-7000-8000-000000000001",
  group: "0191f0a5-0000-7000-8000-000000000002",
  person: "0191f0a5-0000-7000-8000-000000000003",
  organization: "0191f0a5-0000-7000-8000-000000000004",
  execution: "0191f0a5-0000-7000-8000-000000000005",
  hold: "0191f0a5-0000-7000-8000-000000000007",
  token: "0191f0a5-0000-7000-8000-000000000006",
  schema: "urn:example:scim:Nobodys",
  peoplePage: "bm90aGluZw",
  organizationsPage: "bm90aGluZw",
  executionsPage: "bm90aGluZw",
  usersPage: "bm90aGluZw",
  groupsPage: "bm90aGluZw",
  recordsPage: "bm90aGluZw",
  requestsPage: "bm90aGluZw",
  revisionsPage: "bm90aGluZw",
  membersPage: "bm90aGluZw",
  holdPage: "bm90aGluZw",
};

const methods = Object.entries(definitions).flatMap(([service, definition]) =>
  Object.entries(definition as ServiceDefinition).map(([method, { path }]) => ({ service, method, path })),
);

for (const { service, method, path } of methods)
  describe(path, () => {
    const row = rowOf(service, method);

    it("has a row in the table", () => {
      expect(row, `${service}.${method} in rpc-table.ts`).toBeDefined();
    });

    it("takes another account's ids for unknown ones", async () => {
      const scope = row.may.find((candidate) => candidate !== "operator" && candidate !== "service");
      if (scope === undefined) return;
      for (const request of row.requests) {
        const [theirs, nobodys] = [
          await call({ service, method }, request(alphaIds), betaTokens[scope]),
          await call({ service, method }, request(madeUp), betaTokens[scope]),
        ];
        expect(anonymous(theirs)).toEqual(anonymous(nobodys));
      }
      expect(await everythingOf(alpha)).toEqual(before);
    });

    it("lets only the scopes of the contract in", async () => {
      const [request = () => ({})] = row.requests;
      for (const scope of [...row.may, ...row.mayNot]) {
        const { code, reason } = await call({ service, method }, request(madeUp), betaTokens[scope]);
        const refused = code === status.PERMISSION_DENIED && reason === "SCOPE_MISSING";
        expect({ scope, refused }).toEqual({ scope, refused: row.mayNot.includes(scope) });
      }
    });
  });

it("another account's ids are good ones: its own tokens find each of them", async () => {
  const own = { scim: as(alpha.tokens.scim), owner: as(alpha.tokens.owner) };
  for (const { service, method } of methods.filter((candidate) => /^(get|list|batchGet)/.test(candidate.method))) {
    const { may, requests } = rowOf(service, method);
    const options = may.includes("scim") ? own.scim : own.owner;
    const takesIds = (of: (ids: Ids) => unknown) => JSON.stringify(of(alphaIds)) !== JSON.stringify(of(madeUp));
    for (const request of may.includes("operator") ? [] : requests.filter(takesIds)) {
      const [theirs, nobodys] = [
        await call({ service, method }, request(alphaIds), options),
        await call({ service, method }, request(madeUp), options),
      ];
      expect(theirs.response, `${service}.${method}`).toBeDefined();
      expect(anonymous(theirs)).not.toEqual(anonymous(nobodys));
    }
  }
});

describe("SCIM routes", () => {
  it("are all in the table", () => {
    const { scimUsers: users, scimGroups: groups, scimRecords: records } = stack.rpc;
    const served = scimRoutes({ users, groups, records }).filter(
      ({ access, path }) => access === "scim" && path !== "/Me",
    );
    const tried = scimTable.map(([method, path]) => `${method} ${path.replace(/\{\w+\}/, ":id").replace(/\?.*/, "")}`);
    const untried = served.map(({ method, path }) => `${method} ${path}`).filter((route) => !tried.includes(route));
    expect(untried).toEqual([]);
  });

  it("take another account's ids for unknown ones", async () => {
    for (const [method, path, body] of scimTable) {
      const [theirs, nobodys] = [
        await tryScim(method, path, body, alphaIds),
        await tryScim(method, path, body, madeUp),
      ];
      expect({ method, path, ...theirs }).toEqual({ method, path, ...nobodys });
    }
    expect(await everythingOf(alpha)).toEqual(before);
  });
});

const members = [{ value: "{user}" }];

/** Every SCIM route, with ids in every place that takes one. `{mine}` is a group of the caller's. */
const scimTable: [Method, string, object?][] = [
  ["GET", "/Users/{user}"],
  ["PUT", "/Users/{user}", { schemas: [USER], title: "Taken over" }],
  ["PATCH", "/Users/{user}", patchOp({ op: "replace", value: { title: "Taken over" } })],
  ["DELETE", "/Users/{user}"],
  ["GET", "/Users"],
  ["GET", `/Users?filter=id eq "{user}"`],
  ["GET", `/Users?filter=userName eq "anna@example.com"`],
  ["GET", `/Users?filter=groups.value eq "{group}"`],
  ["GET", "/Users?cursor={usersPage}"],
  ["POST", "/Users/.search", { filter: 'id eq "{user}"' }],
  ["POST", "/Users/.search", { filter: 'groups.value eq "{group}"', sortBy: "userName" }],
  ["POST", "/Users/.search", { cursor: "{usersPage}" }],
  ["GET", "/Groups/{group}"],
  ["PUT", "/Groups/{group}", { schemas: [GROUP], displayName: "Taken over" }],
  ["PATCH", "/Groups/{group}", patchOp({ op: "replace", value: { displayName: "Taken over" } })],
  ["DELETE", "/Groups/{group}"],
  ["GET", "/Groups"],
  ["GET", `/Groups?filter=members.value eq "{user}"`],
  ["GET", "/Groups?cursor={groupsPage}"],
  ["POST", "/Groups/.search", { filter: 'members.value eq "{user}" or id eq "{group}"' }],
  ["POST", "/Groups/.search", { cursor: "{groupsPage}" }],
  ["GET", "/"],
  ["GET", `/?filter=id eq "{user}" or id eq "{group}"`],
  ["GET", "/?cursor={recordsPage}"],
  ["POST", "/.search", { filter: 'members.value eq "{user}" or groups.value eq "{group}"' }],
  ["POST", "/.search", { cursor: "{recordsPage}" }],
  ["POST", "/Groups", { schemas: [GROUP], displayName: "Trial", members }],
  ["PATCH", "/Groups/{mine}", patchOp({ op: "add", path: "members", value: members })],
  ["PATCH", "/Groups/{mine}", patchOp({ op: "replace", path: "members", value: members })],
  ["PATCH", "/Groups/{mine}", patchOp({ op: "remove", path: `members[value eq "{user}"]` })],
  ["PUT", "/Groups/{mine}", { schemas: [GROUP], displayName: "Mine", members }],
  [
    "POST",
    "/Users",
    { schemas: [USER, ENTERPRISE], userName: "anna@example.com", [ENTERPRISE]: { manager: "{user}" } },
  ],
  [
    "POST",
    "/Bulk",
    {
      schemas: [BULK_REQUEST],
      Operations: [
        { method: "PUT", path: "/Users/{user}", data: { schemas: [USER], title: "Taken over" } },
        { method: "PATCH", path: "/Users/{user}", data: patchOp({ op: "replace", value: { title: "Taken over" } }) },
        { method: "PUT", path: "/Groups/{group}", data: { schemas: [GROUP], displayName: "Taken over" } },
        { method: "PATCH", path: "/Groups/{group}", data: patchOp({ op: "remove", path: "members" }) },
        { method: "PATCH", path: "/Groups/{mine}", data: patchOp({ op: "add", path: "members", value: members }) },
        { method: "POST", path: "/Groups", bulkId: "g", data: { schemas: [GROUP], displayName: "Trial", members } },
        { method: "DELETE", path: "/Users/{user}" },
        { method: "DELETE", path: "/Groups/{group}" },
      ],
    },
  ],
];

let mine: string;

async function tryScim(method: Method, path: string, body: object | undefined, ids: Ids): Promise<object> {
  mine ??= (await beta.scim.post("/Groups", { schemas: [GROUP], displayName: "Mine" })).body.id;
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (whole, name) => (name === "mine" ? mine : (ids[name as keyof Ids] ?? whole)));
  const answer = await beta.scim.send(method, fill(path), body && fill(JSON.stringify(body)));
  if (method === "POST" && answer.status === 201) await beta.scim.delete(`${path}/${answer.body.id}`);
  return anonymous({ status: answer.status, body: withoutChance(answer) }) as object;
}

/** An answer's body without what differs between any two records. */
function withoutChance({ body }: ScimAnswer): unknown {
  const { id: _id, meta: _meta, ...rest } = body;
  return rest;
}

/** A value with every id of `alphaIds` and `madeUp` made the same. */
function anonymous(value: unknown): unknown {
  const pairs = Object.keys(madeUp) as (keyof Ids)[];
  const text = pairs.reduce(
    (known, name) => known.replaceAll(alphaIds[name], `{${name}}`).replaceAll(madeUp[name], `{${name}}`),
    JSON.stringify(value),
  );
  return JSON.parse(text);
}

interface Named {
  service: string;
  method: string;
}

/** A method's row; undefined, whatever the type says, where the table lacks it. */
function rowOf(service: string, method: string): RpcRow<unknown> {
  return (rpcTable as unknown as Record<string, Record<string, RpcRow<unknown>>>)[service]?.[method] as RpcRow<unknown>;
}

interface Outcome {
  code?: status;
  reason?: string;
  message?: string;
  violations?: unknown;
  response?: unknown;
}

/** Calls a method by name. A stream is read up to its first message; the plan that is left ends a moment later. */
async function call({ service, method }: Named, request: unknown, options: RpcOptions): Promise<Outcome> {
  const clients = stack.rpc as unknown as Record<string, Record<string, Call>>;
  try {
    const answer = clients[service]?.[method]?.(request, options);
    if (answer instanceof Promise) return { response: await answer };
    for await (const message of answer ?? []) return { response: message };
    return {};
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const { code, reason, message, violations } = error;
    if (reason === "PLAN_LIMIT_REACHED") return sleep(20).then(() => call({ service, method }, request, options));
    expect(reason, `${service}.${method}: ${message}`).not.toBe("INTERNAL");
    return { code, reason, message, violations };
  }
}

type Call = (request: unknown, options: RpcOptions) => Promise<unknown> | AsyncIterable<unknown>;

async function tokensOf({ id, tokens }: Account): Promise<Record<Scope, RpcOptions>> {
  const { operatorToken } = stack.processes;
  const issue = async (scope: TokenScope) => {
    const request = IssueTokenRequest.fromPartial({ accountId: id, scopes: [scope] });
    return as((await stack.rpc.tokens.issueToken(request, as(operatorToken))).secret);
  };
  const [read, write, administrator] = await Promise.all([
    issue(TokenScope.TOKEN_SCOPE_DIRECTORY_READ),
    issue(TokenScope.TOKEN_SCOPE_DIRECTORY_WRITE),
    issue(TokenScope.TOKEN_SCOPE_ADMINISTRATOR),
  ]);
  const [scim, owner, operator, service] = [tokens.scim, tokens.owner, operatorToken, await serviceToken()].map(as);
  return { scim, read, write, administrator, owner, operator, service } as Record<Scope, RpcOptions>;
}

async function serviceToken(): Promise<string> {
  const secrets = await readFile(join(dirname(stack.processes.logs), "secrets.json"), "utf8");
  return JSON.parse(secrets).serviceToken;
}

/** All that an account has, executions by number. */
async function everythingOf({ rpc, owner, scim, ...account }: Account): Promise<unknown> {
  await account.settle();
  return {
    account: await rpc.accounts.getAccount({ id: "" }, owner),
    connection: await rpc.connections.getConnection({}, owner),
    extensionSchemas: await rpc.extensionSchemas.listExtensionSchemas({}, owner),
    people: await account.people(),
    organizations: await account.organizations(),
    revisions: await rpc.mapping.listRevisions(ListRevisionsRequest.fromPartial({ kind: 1 }), owner),
    executions: (await rpc.mapping.listExecutions(ListExecutionsRequest.fromPartial({}), owner)).executions.length,
    users: (await scim.get("/Users")).body,
    groups: (await scim.get("/Groups")).body,
    members: await rpc.accounts.listMembers(ListMembersRequest.fromPartial({}), owner),
    hold: await rpc.mapping.getHold(GetHoldRequest.fromPartial({}), owner),
    tokens: await rpc.tokens.listTokens({ accountId: "" }, owner),
  };
}
