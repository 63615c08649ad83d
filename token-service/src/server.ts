import { TokenServiceService } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { openDatabase } from "@rollcall/runtime/database";
import { implement } from "@rollcall/runtime/implement";
import type { Logger } from "@rollcall/runtime/log";
import { startServer } from "@rollcall/runtime/server";
import { authenticateFrom } from "./authenticate.ts";
import type { TokenServiceConfig } from "./config.ts";
import { TokenEntity } from "./domain/token.ts";
import { registerEnvironmentTokens } from "./environment-tokens.ts";
import { migrations } from "./migrations.ts";
import { permissions } from "./rpc/permissions.ts";
import { tokenHandlers } from "./rpc/tokens.ts";
import { watchTokensHandler } from "./rpc/watch-tokens.ts";
import { createChangeSignal } from "./storage/change-signal.ts";

/** A token-service that answers. */
export interface TokenServer {
  port: number;
  /** Ends watches with UNAVAILABLE, lets running calls finish, closes the database. */
  stop(): Promise<void>;
}

/**
 * Starts token-service on a migrated database. `now`, milliseconds since 1970,
 * is the clock that tokens end by.
 */
export async function startTokenService(
  config: TokenServiceConfig,
  logger: Logger,
  { now = Date.now }: { now?: () => number } = {},
): Promise<TokenServer> {
  const db = await openDatabase({
    url: config.databaseUrl,
    entities: [TokenEntity],
    migrations,
    migrateCommand: "node token-service/src/migrate.ts",
  });
  const draining = new AbortController();
  const changes = await createChangeSignal(db.pool, config.databaseUrl, logger);
  const close = async () => {
    await changes.close();
    await db.close();
  };
  try {
    await registerEnvironmentTokens(db, config, now);
    const service = implement(
      TokenServiceService,
      permissions,
      {
        ...tokenHandlers({ db, now }),
        watchTokens: watchTokensHandler({ pool: db.pool, changes, draining: draining.signal, now }),
      },
      { authenticate: authenticateFrom(db.pool, now), logger },
    );
    const server = await startServer({
      address: config.grpcAddress,
      services: [service],
      reflection: config.reflection,
    });
    return {
      port: server.port,
      async stop() {
        await server.drain({ delayMs: config.drainDelayMs, endStreams: () => draining.abort() });
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
