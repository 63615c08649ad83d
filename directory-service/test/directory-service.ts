import { Metadata } from "@grpc/grpc-js";
import { Account, AccountServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { ConnectionServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { ExtensionSchemaServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { MappingServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { OrganizationServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { PeopleServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ScimGroup, ScimGroupServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimRecordServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import {
  type DeepPartial,
  ScimUser,
  ScimUserServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { createClient, type RpcClient, type RpcOptions } from "@rollcall/runtime/client";
import { type Database, openDatabase } from "@rollcall/runtime/database";
import type { Authenticate } from "@rollcall/runtime/implement";
import { createLogger } from "@rollcall/runtime/log";
import pg from "pg";
import { createTestDatabase } from "../../test/database.ts";
import type { DirectoryServiceConfig } from "../src/config.ts";
import { migrations } from "../src/migrations.ts";
import { reconcileBatch } from "../src/reconcile/batch.ts";
import { startDirectoryService } from "../src/server.ts";

export const logger = createLogger("test", "silent");

/** The services of the directory, as they are called over gRPC. */
export const SERVICES = {
  accounts: AccountServiceService,
  connections: ConnectionServiceService,
  extensionSchemas: ExtensionSchemaServiceService,
  users: ScimUserServiceService,
  groups: ScimGroupServiceService,
  records: ScimRecordServiceService,
  people: PeopleServiceService,
  organizations: OrganizationServiceService,
  mapping: MappingServiceService,
};

/** A client for each service. */
export type Clients = { [Name in keyof typeof SERVICES]: RpcClient<(typeof SERVICES)[Name]> };

/** A directory-service on a database of its own, without reconcile, and clients of it. */
export interface Directory extends Clients {
  url: string;
  sql(text: string, ...values: unknown[]): Promise<Record<string, unknown>[]>;
  /** Why a SCIM record is due, sorted; undefined: it is not. */
  causes(recordId: string): Promise<string[] | undefined>;
  /** Forgets every mark. */
  clean(): Promise<void>;
  /** Maps an account's records until nothing waits, or so many batches. */
  reconcile(accountId: string, batches?: number): Promise<void>;
  /** Clients of another directory-service on the same database, which ends with this one. */
  startReplica(): Promise<Clients>;
  stop(): Promise<void>;
}

export function testConfig(databaseUrl: string): DirectoryServiceConfig {
  return {
    grpcAddress: "127.0.0.1:0",
    databaseUrl,
    databasePool: 10,
    tokenAddress: "127.0.0.1:1",
    serviceToken: "",
    reconcile: false,
    drainDelayMs: 0,
    reflection: false,
    logLevel: "silent",
    failpoint: undefined,
  };
}

export async function startDirectory(...accountIds: string[]): Promise<Directory> {
  const { url, drop } = await createTestDatabase("directory");
  const stops: (() => Promise<void>)[] = [];
  let mapping: Database | undefined;
  const startReplica = async (): Promise<Clients> => {
    const server = await startDirectoryService(testConfig(url), logger, { authenticate: callerFromMetadata });
    const clients = Object.fromEntries(
      Object.entries(SERVICES).map(([name, service]) => [name, createClient(service, `127.0.0.1:${server.port}`)]),
    ) as Clients;
    stops.push(async () => {
      for (const client of Object.values(clients)) client.close();
      await server.stop();
    });
    return clients;
  };
  const clients = await startReplica();
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  // A connection that is still closing when the database is dropped has nothing to report.
  pool.on("connect", (client) => client.on("error", () => {}));
  for (const id of accountIds)
    await clients.accounts.createAccount(
      { account: Account.fromPartial({ id, displayName: `The ${id}`, environment: 1 }) },
      asOperator,
    );
  const sql = async (text: string, ...values: unknown[]) => (await pool.query(text, values)).rows;
  return {
    ...clients,
    url,
    sql,
    async causes(recordId) {
      const [row] = await sql("select causes from dirty_record where record_id = $1", recordId);
      return (row?.["causes"] as string[] | undefined)?.sort();
    },
    async clean() {
      await sql("delete from dirty_record");
    },
    async reconcile(accountId, batches = Number.POSITIVE_INFINITY) {
      if (!mapping) {
        mapping = await openDatabase({ url, entities: [], migrations, migrateCommand: "migrate" });
        stops.push(mapping.close);
      }
      for (let done = 0; done < batches && (await reconcileBatch(mapping, accountId, logger)) > 0; done++);
    },
    startReplica,
    async stop() {
      for (const stop of stops) await stop();
      await pool.end();
      await drop();
    },
  };
}

/** The options of a call by a token of an account. */
export function as(accountId: string, ...scopes: (keyof typeof SCOPES)[]): RpcOptions {
  const metadata = new Metadata();
  metadata.set("test-account", accountId);
  metadata.set("test-scopes", scopes.map((scope) => SCOPES[scope]).join(","));
  metadata.set("traceparent", TRACEPARENT);
  return { metadata };
}

export const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

const SCOPES = {
  scim: TokenScope.TOKEN_SCOPE_SCIM,
  read: TokenScope.TOKEN_SCOPE_DIRECTORY_READ,
  write: TokenScope.TOKEN_SCOPE_DIRECTORY_WRITE,
  owner: TokenScope.TOKEN_SCOPE_OWNER,
  administrator: TokenScope.TOKEN_SCOPE_ADMINISTRATOR,
  operator: TokenScope.TOKEN_SCOPE_OPERATOR,
  service: TokenScope.TOKEN_SCOPE_SERVICE,
};

/** The options of a call by an operator's token, which is bound to no account. */
export const asOperator = as("", "operator");

/** The options of a call by another service's token. */
export const asService = as("", "service");

const callerFromMetadata: Authenticate = (metadata) => {
  const scopes = String(metadata.get("test-scopes")[0] ?? "").split(",");
  return {
    tokenId: "test",
    accountId: String(metadata.get("test-account")[0] ?? ""),
    scopes: new Set(scopes.map((scope) => Number(scope) as TokenScope)),
  };
};

/** What a rejected call gave as its reason. */
export async function reasonOf(call: Promise<unknown>): Promise<string | undefined> {
  return call.then(
    () => undefined,
    (error: { reason?: string }) => error.reason,
  );
}

export const newUser = (userName: string, rest: DeepPartial<ScimUser> = {}) => ({
  scimUser: ScimUser.fromPartial({ ...rest, userName }),
  id: "",
});

export const newGroup = (displayName: string, ...memberIds: string[]) => ({
  scimGroup: ScimGroup.fromPartial({ displayName, members: memberIds.map((value) => ({ value })) }),
  id: "",
});
