import { AccountServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { ConnectionServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { ExtensionSchemaServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { MappingServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { OrganizationServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { PeopleServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ScimGroupServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimRecordServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import { ScimUserServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { createTokenCache } from "@rollcall/runtime/authenticate";
import { openDatabase } from "@rollcall/runtime/database";
import { type Authenticate, implement, type Service } from "@rollcall/runtime/implement";
import type { Logger } from "@rollcall/runtime/log";
import { startServer } from "@rollcall/runtime/server";
import type { DirectoryServiceConfig } from "./config.ts";
import { entities } from "./domain/entities.ts";
import { migrations } from "./migrations.ts";
import { startHoldWatch } from "./reconcile/brake/watch-holds.ts";
import { createPlanSlots } from "./reconcile/plan/plan-slots.ts";
import { scheduleReconcile } from "./reconcile/schedule.ts";
import { startReconcile } from "./reconcile/worker.ts";
import { startRetention } from "./retention.ts";
import { accountHandlers } from "./rpc/accounts.ts";
import { connectionHandlers } from "./rpc/connections.ts";
import type { Context } from "./rpc/context.ts";
import { extensionSchemaHandlers } from "./rpc/extension-schemas.ts";
import { mappingHandlers } from "./rpc/mapping.ts";
import { organizationHandlers } from "./rpc/organizations.ts";
import { peopleHandlers } from "./rpc/people.ts";
import { permissions } from "./rpc/permissions.ts";
import { scimGroupHandlers } from "./rpc/scim-groups.ts";
import { scimRecordHandlers } from "./rpc/scim-records.ts";
import { scimUserHandlers } from "./rpc/scim-users.ts";
import { createListTotals } from "./storage/list-totals.ts";
import { createPageTokens, readSigningKey } from "./storage/page-token.ts";

/** A directory-service that answers. */
export interface DirectoryServer {
  port: number;
  /** Lets running calls and batches finish, closes the database. */
  stop(): Promise<void>;
}

/**
 * Starts directory-service on a migrated database. Callers are told by
 * token-service's tokens unless `authenticate` says otherwise.
 */
export async function startDirectoryService(
  config: DirectoryServiceConfig,
  logger: Logger,
  { authenticate }: { authenticate?: Authenticate } = {},
): Promise<DirectoryServer> {
  const closers: (() => unknown)[] = [];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    const db = await openDatabase({
      url: config.databaseUrl,
      entities,
      migrations,
      poolSize: config.databasePool,
      migrateCommand: "node directory-service/src/migrate.ts",
    });
    closers.push(() => db.close());
    const pageTokens = createPageTokens(await readSigningKey(db));
    if (config.reconcile) {
      const reconcile = await startReconcile({ db, url: config.databaseUrl, logger });
      closers.push(() => reconcile.stop());
    }
    const retention = startRetention({ db, logger });
    closers.push(() => retention.stop());
    const holds = startHoldWatch({ db, logger, scheduleReconcile });
    closers.push(() => holds.stop());
    const callers = authenticate ?? followTokens(config, logger, closers);
    const draining = new AbortController();
    const plans = {
      db,
      databaseUrl: config.databaseUrl,
      slots: createPlanSlots(),
      logger,
      draining: draining.signal,
    };
    const context = { db, pageTokens, totals: createListTotals(), plans, scheduleReconcile };
    const server = await startServer({
      address: config.grpcAddress,
      services: services(context, { authenticate: callers, logger }),
      reflection: config.reflection,
    });
    closers.push(() => server.drain({ delayMs: config.drainDelayMs, endStreams: () => draining.abort() }));
    return { port: server.port, stop: close };
  } catch (error) {
    await close();
    throw error;
  }
}

function followTokens(config: DirectoryServiceConfig, logger: Logger, closers: (() => unknown)[]): Authenticate {
  const { tokenAddress, serviceToken } = config;
  const tokens = createTokenCache({ tokenAddress, serviceToken, logger });
  closers.push(() => tokens.close());
  return tokens.authenticate;
}

function services(context: Context, options: { authenticate: Authenticate; logger: Logger }): Service[] {
  return [
    implement(AccountServiceService, permissions.account, accountHandlers(context), options),
    implement(ConnectionServiceService, permissions.connection, connectionHandlers(context), options),
    implement(ExtensionSchemaServiceService, permissions.extensionSchema, extensionSchemaHandlers(context), options),
    implement(ScimUserServiceService, permissions.scimUser, scimUserHandlers(context), options),
    implement(ScimGroupServiceService, permissions.scimGroup, scimGroupHandlers(context), options),
    implement(ScimRecordServiceService, permissions.scimRecord, scimRecordHandlers(context), options),
    implement(PeopleServiceService, permissions.people, peopleHandlers(context), options),
    implement(OrganizationServiceService, permissions.organization, organizationHandlers(context), options),
    implement(MappingServiceService, permissions.mapping, mappingHandlers(context), options),
  ];
}
