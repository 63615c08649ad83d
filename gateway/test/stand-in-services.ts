import { status } from "@grpc/grpc-js";
import { Connection, ConnectionServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import {
  type ExtensionSchema,
  ExtensionSchemaServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { ComparisonOperator } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { OrganizationServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { ScimGroupServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { LookupAttribute } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type ScimUser, ScimUserServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { TokenScope, TokenServiceService, TokenState } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { presentedDigest } from "@rollcall/runtime/credentials";
import { type Call, type Handlers, implement, type Permissions, type Service } from "@rollcall/runtime/implement";
import { createLogger } from "@rollcall/runtime/log";
import { startServer } from "@rollcall/runtime/server";
import { fieldInvalid, StatusError } from "@rollcall/runtime/status";
import { digestOf, fingerprintOf, generateToken } from "@rollcall/runtime/token";

/** What reached a stand-in. */
export interface RecordedCall {
  method: string;
  request: unknown;
  call: Call;
}

/** What the stand-ins say of the account's settings, and how often they were asked. */
export interface StandInSettings {
  connection: Connection;
  extensionSchemas: ExtensionSchema[];
  /** What the next questions fail with. */
  fault: Error | undefined;
  asked: number;
}

const ALL_SCOPES = new Set(Object.values(TokenScope));

/**
 * Real gRPC servers with handlers just large enough to see what the gateway
 * sends and to answer it.
 *
 * Stand-ins, because the tests of the transport want what the real services
 * cannot be made to show: a call that is held back until others have gathered
 * behind it, a lookup with too many matches, a fault with SQL in its text, a
 * call that never ends, and the exact metadata that arrive. What the services
 * do is tested on the services, and all together in test/e2e.
 */
export async function startStandIns() {
  const tokens = { scim: generateToken(), reader: generateToken(), service: generateToken() };
  const calls: RecordedCall[] = [];
  const users = new Map<string, ScimUser>();
  const settings = plainSettings();
  /** What calls of directory-service wait for before they answer. */
  const gate = { open: Promise.resolve() };

  const services = (definitions: [object, Record<string, unknown>][]) =>
    startServer({
      address: "127.0.0.1:0",
      services: definitions.map(([definition, handlers]) => recording(definition, handlers, calls, gate)),
      reflection: false,
    });
  const token = await services([[TokenServiceService, tokenHandlers(tokens)]]);
  const directory = await services([
    [ScimUserServiceService, userHandlers(users)],
    [ScimGroupServiceService, {}],
    [OrganizationServiceService, organizationHandlers()],
    [ConnectionServiceService, connectionHandlers(settings)],
    [ExtensionSchemaServiceService, { listExtensionSchemas: async () => settings }],
  ]);

  return {
    tokens,
    calls,
    users,
    settings,
    gate,
    tokenAddress: `127.0.0.1:${token.port}`,
    directoryAddress: `127.0.0.1:${directory.port}`,
    stopDirectory: () => directory.drain({ graceMs: 100 }),
    stop: () => Promise.all([token.drain({ graceMs: 100 }), directory.drain({ graceMs: 100 })]),
  };
}

/** The settings of a new account. */
export function plainSettings(): StandInSettings {
  return { connection: Connection.fromPartial({ version: 1 }), extensionSchemas: [], fault: undefined, asked: 0 };
}

// How often tokens are verified and settings are read is the affair of their caches.
const UNRECORDED: ReadonlySet<string> = new Set([
  "verifyToken",
  "getConnection",
  "listExtensionSchemas",
  "recordRequests",
]);

/** Serves a part of a service; the rest of it is UNIMPLEMENTED. Every caller that names itself may do all. */
function recording(
  definition: object,
  handlers: Record<string, unknown>,
  calls: RecordedCall[],
  gate: { open: Promise<void> },
): Service {
  const methods = Object.keys(definition);
  const permissions = Object.fromEntries(
    methods.map((method) => [method, { scopes: [TokenScope.TOKEN_SCOPE_SCIM], account: "any" as const }]),
  ) as Permissions<typeof TokenServiceService>;
  const recorded = methods.map((method) => {
    const handler = handlers[method] as ((request: unknown, call: Call) => unknown) | undefined;
    const unary = async (request: unknown, call: Call) => {
      if (!UNRECORDED.has(method)) {
        calls.push({ method, request, call });
        await gate.open;
      }
      if (!handler) throw new StatusError(status.UNIMPLEMENTED, "INTERNAL", `${method} is not part of the test.`);
      return handler(request, call);
    };
    return [method, method === "watchTokens" ? handler : unary];
  });
  return implement(
    definition as typeof TokenServiceService,
    permissions,
    Object.fromEntries(recorded) as Handlers<typeof TokenServiceService>,
    {
      // The test reads from tokenId whose digest arrived.
      authenticate: (metadata) => ({
        tokenId: presentedDigest(metadata).toString("hex"),
        accountId: "acme",
        scopes: ALL_SCOPES,
      }),
      logger: createLogger("stand-in", "silent"),
    },
  );
}

function tokenHandlers(tokens: { scim: string; reader: string; service: string }): Record<string, unknown> {
  const watched = (secret: string, scope: TokenScope) => ({
    fingerprint: fingerprintOf(digestOf(secret)),
    token: {
      id: `id-${scope}`,
      accountId: "acme",
      scopes: [scope],
      label: "",
      state: TokenState.TOKEN_STATE_ACTIVE,
      predecessorId: "",
      creatorId: "",
      lastFour: secret.slice(-4),
    },
  });
  return {
    async *watchTokens(_request: unknown, { signal }: Call) {
      const all = [
        watched(tokens.scim, TokenScope.TOKEN_SCOPE_SCIM),
        watched(tokens.reader, TokenScope.TOKEN_SCOPE_DIRECTORY_READ),
      ];
      yield { reset: true, tokens: all, version: 1 };
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
    verifyToken() {
      throw new StatusError(status.UNAUTHENTICATED, "TOKEN_INVALID", "Unknown.", { metadata: { field: "digest" } });
    },
  };
}

function connectionHandlers(settings: StandInSettings): Record<string, unknown> {
  return {
    async getConnection() {
      settings.asked += 1;
      if (settings.fault) throw settings.fault;
      return settings.connection;
    },
  };
}

function userHandlers(users: Map<string, ScimUser>): Record<string, unknown> {
  const find = (id: string) => {
    const user = users.get(id);
    if (user) return user;
    throw new StatusError(status.NOT_FOUND, "SCIM_USER_NOT_FOUND", `There is no user ${id}.`);
  };
  const handlers: Partial<Handlers<ScimUserServiceService>> = {
    async createScimUser({ scimUser }) {
      if (scimUser?.userName === "taken@example.com")
        throw new StatusError(status.ALREADY_EXISTS, "USER_NAME_TAKEN", "Another user has this userName.");
      if (scimUser?.userName === "long@example.com")
        throw fieldInvalid([{ field: "scim_user.name.family_name", description: "must be shorter." }]);
      if (scimUser?.userName === "fault@example.com") throw new Error("select secret from table");
      const time = new Date("2026-11-22T10:00:00.000Z");
      const user = {
        ...(scimUser as ScimUser),
        id: `u${users.size + 1}`,
        version: 1,
        createTime: time,
        updateTime: time,
      };
      users.set(user.id, user);
      return user;
    },
    async batchGetScimUsers({ ids }) {
      return { scimUsers: ids.flatMap((id) => users.get(id) ?? []) };
    },
    async batchLookupScimUsers({ keys }) {
      const results = keys.map(({ attribute, value }) => ({
        scimUsers: [...users.values()].filter((user) =>
          attribute === LookupAttribute.LOOKUP_ATTRIBUTE_USER_NAME
            ? user.userName.toLowerCase() === value.toLowerCase()
            : user.displayName?.toLowerCase() === value.toLowerCase(),
        ),
        truncated: value === "truncated",
      }));
      return { results };
    },
    async listScimUsers({ filter, startIndex, pageSize }) {
      const expression = filter?.expression;
      const matches = [...users.values()].filter(
        (user) =>
          expression?.$case !== "comparison" ||
          expression.value.operator !== ComparisonOperator.COMPARISON_OPERATOR_PRESENT ||
          user.title !== undefined,
      );
      const first = Math.max(startIndex, 1) - 1;
      return {
        scimUsers: matches.slice(first, first + pageSize),
        nextPageToken: first + pageSize < matches.length ? "next" : "",
        previousPageToken: "",
        totalSize: matches.length,
      };
    },
    async updateScimUser({ id, changes, ifVersions }) {
      const user = find(id);
      if (ifVersions.length > 0 && !ifVersions.includes(user.version))
        throw new StatusError(status.ABORTED, "VERSION_MISMATCH", "The user has another version.");
      const active = changes.find(({ attribute }) => attribute === "active")?.value as boolean | undefined;
      const changed = { ...user, version: user.version + 1, active };
      users.set(id, changed);
      return changed;
    },
    async deleteScimUser({ id }) {
      users.delete(find(id).id);
      return {};
    },
  };
  return handlers;
}

function organizationHandlers(): Record<string, unknown> {
  const organization = { id: "o1", version: 1, name: "Ärzte & Co", disabled: false };
  const handlers: Partial<Handlers<OrganizationServiceService>> = {
    async getOrganization({ id }) {
      if (id === "o1") return organization;
      if (id === "slow") return new Promise(() => {});
      throw new StatusError(status.NOT_FOUND, "ORGANIZATION_NOT_FOUND", `There is no organization ${id}.`, {
        metadata: { id },
      });
    },
  };
  return handlers;
}
