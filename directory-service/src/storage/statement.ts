import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { type Database, prepared } from "@rollcall/runtime/database";
import { CompiledQuery } from "kysely";
import type { QueryResultRow } from "pg";

/** A statement. Its name is unique to its text: connections parse and plan it once; "" each time. */
export interface Statement {
  name: string;
  text: string;
}

/** Runs a statement with $1-style parameters. */
export type Run = <Row extends QueryResultRow>(statement: Statement, values: unknown[]) => Promise<Row[]>;

/** Statements on the pool: prepared, each a transaction of its own. */
export function onPool(db: Database): Run {
  return (statement, values) => prepared(db.pool, statement, values);
}

/** Statements inside a transaction. */
export function inTransaction(tx: SqlEntityManager): Run {
  return async <Row extends QueryResultRow>({ text }: Statement, values: unknown[]) =>
    (await tx.getKysely().executeQuery<Row>(CompiledQuery.raw(text, values))).rows;
}
