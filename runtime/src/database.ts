import { type Constructor, type EntitySchema, LoadStrategy } from "@mikro-orm/core";
import { type Migration, Migrator } from "@mikro-orm/migrations";
import { MikroORM, type SqlEntityManager } from "@mikro-orm/postgresql";
import pg from "pg";
import { sqlState } from "./sql-state.ts";

/** A service's database: the ORM for the write model, the pool underneath for hot reads. */
export interface Database {
  /** An entity manager of its own for one unit of work. */
  em(): SqlEntityManager;
  /** The pool that the ORM itself uses. */
  pool: pg.Pool;
  close(): Promise<void>;
}

/** A numbered migration. Names are what the database remembers, so they never change. */
export interface NumberedMigration {
  name: string;
  class: Constructor<Migration>;
}

interface DatabaseOptions {
  /** postgresql:// URL. */
  url: string;
  entities: EntitySchema[];
  migrations: NumberedMigration[];
  /** Connections at most. Default 10. */
  poolSize?: number;
}

// Bounds what one statement or one wait for a lock may cost the others.
const STATEMENT_TIMEOUT_MS = 15_000;
const LOCK_TIMEOUT_MS = 5_000;
const NO_TIMEOUT = 0;

// Any number that no other program takes a lock by.
const MIGRATION_LOCK = 7_064_017_643;

/** Opens a database whose schema is current. Throws one sentence naming `migrateCommand` where it is not. */
export async function openDatabase(options: DatabaseOptions & { migrateCommand: string }): Promise<Database> {
  const orm = await init(options);
  const close = () => orm.close(true);
  try {
    const pending = await orm.migrator.getPending();
    if (pending.length > 0)
      throw new Error(
        `The database lacks ${pending.map(({ name }) => name).join(", ")}. Run \`${options.migrateCommand}\` first.`,
      );
  } catch (error) {
    await close();
    throw error;
  }
  const pool = (await orm.em.getConnection().getNativeClient()) as pg.Pool;
  return { em: () => orm.em.fork() as SqlEntityManager, pool, close };
}

/** A database of one connection. What it makes for itself, such as temporary tables, is gone when it is closed or lost. */
export interface Session extends Database {
  /** Of the database's process, to cancel what it does. */
  pid: number;
  /** Whether the connection has ended. Nothing can be asked any more then; it is never opened again. */
  readonly lost: boolean;
}

interface SessionOptions {
  /** postgresql:// URL. */
  url: string;
  /** How long one statement may take. */
  statementTimeoutMs: number;
  /** Settings of PostgreSQL for this session, by name. */
  settings: Record<string, string>;
}

/**
 * Opens a session with nothing prepared and nothing planned in it. A statement
 * that fails ends it, unless it is part of a `transaction`.
 */
export async function openSession({ url, statementTimeoutMs, settings }: SessionOptions): Promise<Session> {
  let connections = 0;
  let lost = false;
  const orm = await init({ url, entities: [], migrations: [], poolSize: 1 }, statementTimeoutMs, {
    options: Object.entries(settings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(" "),
    idleTimeoutMillis: NO_TIMEOUT,
    onPoolCreated: (pool: pg.Pool) => {
      releaseLostConnections(pool);
      pool.on("connect", (client) => {
        client.once("end", () => {
          lost = true;
        });
        // Another connection would be another session: whoever gets it is refused.
        if (connections++ > 0) void client.end();
      });
    },
  });
  try {
    const pool = (await orm.em.getConnection().getNativeClient()) as pg.Pool;
    const { rows } = await pool.query<{ pid: number }>("select pg_backend_pid() as pid");
    return {
      em: () => orm.em.fork() as SqlEntityManager,
      pool,
      close: () => orm.close(true),
      pid: rows[0]?.pid ?? 0,
      get lost() {
        return lost;
      },
    };
  } catch (error) {
    await orm.close(true);
    throw error;
  }
}

/**
 * Brings a database to the current schema, creating it where it is missing.
 * Any number of processes may do so at once: an advisory lock lets one work
 * and the others find it done. Answers the names of what it applied.
 */
export async function migrate(
  options: Pick<DatabaseOptions, "url" | "migrations">,
  andThen: (url: string) => Promise<void> = async () => {},
): Promise<string[]> {
  await createDatabase(options.url);
  const lock = new pg.Client({ connectionString: options.url });
  await lock.connect();
  try {
    await lock.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    const orm = await init({ ...options, entities: [], poolSize: 2 }, NO_TIMEOUT);
    try {
      const applied = await orm.migrator.up();
      await andThen(options.url);
      return applied.map(({ name }) => name);
    } finally {
      await orm.close(true);
    }
  } finally {
    await lock.end();
  }
}

/** Runs a statement that each connection parses and plans once. `name` must be unique to `text`. */
export async function prepared<Row extends pg.QueryResultRow>(
  pool: pg.Pool | pg.ClientBase,
  statement: { name: string; text: string },
  values: unknown[],
): Promise<Row[]> {
  return (await pool.query<Row>({ ...statement, values })).rows;
}

const RETRIED = new Set(["40001", "40P01"]);
const TRIES = 3;

/** Runs work in one transaction; serialisation failures and deadlocks are tried again with a little jitter. */
export async function transaction<T>(db: Database, work: (tx: SqlEntityManager) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.em().transactional((tx) => work(tx as SqlEntityManager));
    } catch (error) {
      if (attempt === TRIES || !RETRIED.has(sqlState(error) ?? "")) throw error;
      await new Promise((resolve) => setTimeout(resolve, attempt * 10 * (1 + Math.random())));
    }
  }
}

// By then whoever holds a lost connection has heard of it.
const LOST_MS = 250;

/**
 * Gives lost connections back to the pool. A transaction's is never given back
 * where its rollback fails, which it does when the connection is lost: each
 * outage would leave the pool smaller, until nobody gets one and nothing stops.
 */
function releaseLostConnections(pool: pg.Pool): void {
  pool.on("connect", (client) => {
    const release = () => {
      try {
        client.release(true);
      } catch {
        // It had been given back.
      }
    };
    client.once("end", () => setTimeout(release, LOST_MS).unref());
  });
}

function init(
  { url, entities, migrations, poolSize = 10 }: DatabaseOptions,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
  driverOptions: object = {},
): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl: url,
    entities,
    extensions: [Migrator],
    discovery: { warnWhenNoEntities: false },
    loadStrategy: LoadStrategy.SELECT_IN,
    pool: { max: poolSize },
    driverOptions: {
      statement_timeout: statementTimeoutMs,
      lock_timeout: LOCK_TIMEOUT_MS,
      onPoolCreated: releaseLostConnections,
      ...driverOptions,
    },
    migrations: { migrationsList: migrations, snapshot: false, tableName: "migration" },
    // It writes lines of its own form to standard output, which is for the process's log.
    logger: () => {},
  });
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    return;
  } catch (error) {
    if (sqlState(error) !== "3D000") throw error;
  } finally {
    await client.end();
  }
  const server = new URL(url);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = "/postgres";
  const admin = new pg.Client({ connectionString: server.href });
  await admin.connect();
  try {
    await admin.query(`create database ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    // Somebody else was faster (duplicate_database, or its race in the catalogue).
    if (!["42P04", "23505"].includes(sqlState(error) ?? "")) throw error;
  } finally {
    await admin.end();
  }
}
