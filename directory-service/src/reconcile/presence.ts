import type { Logger } from "@rollcall/runtime/log";
import pg from "pg";

/** A worker pool's sign of life in the database. */
export interface Presence {
  /** Gives the sign again where a lost connection took it. */
  renew(): Promise<void>;
  end(): Promise<void>;
}

/** Holds the lock that goes by a worker pool's name for as long as the process lives, on a connection of its own. */
export async function announce(url: string, poolId: string, logger: Logger): Promise<Presence> {
  let client: pg.Client | undefined;
  const renew = async () => {
    if (client) return;
    const next = new pg.Client({ connectionString: url, application_name: `rollcall ${poolId}` });
    next.on("error", (error) => {
      logger.warn({ err: error }, "reconcile lost its presence connection");
      client = undefined;
    });
    await next.connect();
    await next.query("select pg_advisory_lock(hashtextextended($1, 0))", [poolId]);
    client = next;
  };
  await renew();
  return { renew, end: async () => client?.end() };
}
