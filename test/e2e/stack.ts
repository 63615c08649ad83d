import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  AccountEnvironment,
  AccountServiceService,
  CreateAccountRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { ConnectionServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { ExtensionSchemaServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import {
  type Execution,
  ListExecutionsRequest,
  MappingServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import {
  CreateOrganizationRequest,
  ListOrganizationsRequest,
  type Organization,
  OrganizationServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import {
  ListPeopleRequest,
  PeopleServiceService,
  type Person,
} from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ScimGroupServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { type MappingState, ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { ScimRecordServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import { ScimUserServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import {
  IssueTokenRequest,
  TokenScope,
  TokenServiceService,
} from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { bearerMetadata, createClient, type RpcOptions } from "@rollcall/runtime/client";
import { StatusError } from "@rollcall/runtime/status";
import { expect } from "vitest";
import { type Stack, type StackOptions, startStack } from "../../deploy/local/stack.ts";
import { askRun } from "../ask-run.ts";
import { createTestDatabase } from "../database.ts";
import { type ScimClient, scimClient } from "./scim-client.ts";
import type { SharedStack } from "./shared-stack.ts";

/** The three processes on databases of their own. */
export interface TestStack extends SharedTestStack {
  /** The processes, with their ids, logs, kill and restart. */
  processes: Stack;
}

/** The three processes that all test files of the run share. */
export interface SharedTestStack {
  /** Where the processes are. */
  processes: SharedStack;
  rpc: Rpc;
  /** A fresh account with its tokens, so that tests do not see each other. */
  newAccount(): Promise<Account>;
  /** Closes what this file has opened. A shared stack goes on. */
  stop(): Promise<void>;
}

/** gRPC clients of every service. A call's token is in its options: see `as`. */
export type Rpc = ReturnType<typeof connect>;

/** An account, seen from its identity provider and from an internal system. */
export interface Account {
  id: string;
  tokens: { scim: string; owner: string };
  scim: ScimClient;
  rpc: Rpc;
  /** Call options with the owner's token. */
  owner: RpcOptions;
  /** Waits until reconcile has nothing left to do. */
  settle(): Promise<void>;
  /** All people in the order of their creation. */
  people(): Promise<Person[]>;
  person(id: string): Promise<Person>;
  /** All organizations in the order of their creation; the first is the account's own. */
  organizations(): Promise<Organization[]>;
  createOrganization(name: string): Promise<Organization>;
  /** How the mapping of a live SCIM record stands. */
  mapping(kind: "Users" | "Groups", scimId: string): Promise<MappingState>;
  /** A SCIM record's executions, newest first. */
  executions(scimId: string): Promise<Execution[]>;
}

/**
 * The run's one stack, started where this is the first to ask: for every file
 * whose tests look at accounts of their own only. Other files use it at the same
 * time, so what looks at all accounts, at logs or at the processes, needs
 * settings of theirs, ends them or keeps them busy takes `startTestStack`.
 */
export async function sharedTestStack(): Promise<SharedTestStack> {
  const processes = await askRun("stack");
  const rpc = connect(processes.grpc);
  return {
    processes,
    rpc,
    newAccount: () => newAccount(processes, rpc),
    async stop() {
      for (const client of Object.values(rpc)) client.close();
    },
  };
}

/** Starts gateway, directory-service and token-service on fresh databases, for this file alone. */
export async function startTestStack(options: Pick<StackOptions, "env" | "serviceEnv"> = {}): Promise<TestStack> {
  const dataDir = await mkdtemp(join(tmpdir(), "rollcall-e2e-"));
  const [directory, token] = await Promise.all([createTestDatabase("directory"), createTestDatabase("token")]);
  const databaseUrls = { directory: directory.url, token: token.url };
  const remove = () =>
    Promise.all([directory.drop(), token.drop(), rm(dataDir, { recursive: true, force: true })]).then(() => {});
  const processes = await startStack({ ...options, dataDir, databaseUrls }).catch(async (error) => {
    await remove();
    throw error;
  });
  const rpc = connect(processes.grpc);
  return {
    processes,
    rpc,
    newAccount: () => newAccount(processes, rpc),
    async stop() {
      for (const client of Object.values(rpc)) client.close();
      await processes.stop();
      await remove();
    },
  };
}

/** Call options with a token. */
export function as(token: string): RpcOptions {
  return { metadata: bearerMetadata(token) };
}

function connect({ directory, token }: Stack["grpc"]) {
  return {
    accounts: createClient(AccountServiceService, directory),
    connections: createClient(ConnectionServiceService, directory),
    extensionSchemas: createClient(ExtensionSchemaServiceService, directory),
    people: createClient(PeopleServiceService, directory),
    organizations: createClient(OrganizationServiceService, directory),
    mapping: createClient(MappingServiceService, directory),
    scimUsers: createClient(ScimUserServiceService, directory),
    scimGroups: createClient(ScimGroupServiceService, directory),
    scimRecords: createClient(ScimRecordServiceService, directory),
    tokens: createClient(TokenServiceService, token),
  };
}

async function newAccount(stack: SharedStack, rpc: Rpc): Promise<Account> {
  // Random, for the files that share a stack do not count together.
  const id = `acme-${randomBytes(6).toString("hex")}`;
  const operator = as(stack.operatorToken);
  const environment = AccountEnvironment.ACCOUNT_ENVIRONMENT_PRODUCTION;
  const account = { id, displayName: "Acme", environment };
  await rpc.accounts.createAccount(CreateAccountRequest.fromPartial({ account }), operator);
  const issue = async (scope: TokenScope) => {
    const request = IssueTokenRequest.fromPartial({ accountId: id, scopes: [scope], label: "Test" });
    return (await rpc.tokens.issueToken(request, operator)).secret;
  };
  const [scim, owner] = await Promise.all([issue(TokenScope.TOKEN_SCOPE_SCIM), issue(TokenScope.TOKEN_SCOPE_OWNER)]);
  return accountOf(stack, rpc, id, { scim, owner });
}

function accountOf(stack: SharedStack, rpc: Rpc, id: string, tokens: Account["tokens"]): Account {
  const owner = as(tokens.owner);
  return {
    id,
    tokens,
    scim: scimClient(stack.scim, tokens.scim),
    rpc,
    owner,
    settle: () => settle(rpc, owner),
    people: async () => (await rpc.people.listPeople(ListPeopleRequest.fromPartial({ pageSize: 500 }), owner)).people,
    person: (personId) => rpc.people.getPerson({ id: personId }, owner),
    async organizations() {
      const request = ListOrganizationsRequest.fromPartial({ pageSize: 500 });
      return (await rpc.organizations.listOrganizations(request, owner)).organizations;
    },
    createOrganization: (name) =>
      rpc.organizations.createOrganization(CreateOrganizationRequest.fromPartial({ organization: { name } }), owner),
    async mapping(kind, scimId) {
      const request = { ids: [scimId], view: ScimRecordView.SCIM_RECORD_VIEW_FULL };
      const records =
        kind === "Users"
          ? (await rpc.scimUsers.batchGetScimUsers(request, as(tokens.scim))).scimUsers
          : (await rpc.scimGroups.batchGetScimGroups(request, as(tokens.scim))).scimGroups;
      expect(records, `${kind} ${scimId}`).toHaveLength(1);
      return records[0]?.mapping as MappingState;
    },
    executions: async (recordId) =>
      (await rpc.mapping.listExecutions(ListExecutionsRequest.fromPartial({ recordId }), owner)).executions,
  };
}

const SETTLE_DEADLINE_MS = 10_000;
const SETTLE_PAUSE_MS = 10;

async function settle(rpc: Rpc, owner: RpcOptions): Promise<void> {
  const deadline = Date.now() + SETTLE_DEADLINE_MS;
  for (;;) {
    const pending = await pendingRecords(rpc, owner);
    if (pending === 0) return;
    if (Date.now() > deadline)
      throw new Error(
        `${pending ?? "Unknown many"} records still wait to be mapped after ${SETTLE_DEADLINE_MS / 1000} s.`,
      );
    await sleep(SETTLE_PAUSE_MS);
  }
}

/** Undefined: the service has just been started again, and this client has not found it yet. */
async function pendingRecords(rpc: Rpc, owner: RpcOptions): Promise<number | undefined> {
  try {
    return (await rpc.mapping.getReconcileStatus({}, owner)).pending;
  } catch (error) {
    if (error instanceof StatusError && error.reason === "UNAVAILABLE") return undefined;
    throw error;
  }
}
