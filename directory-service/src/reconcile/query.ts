import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { inTransaction } from "../storage/statement.ts";

/** Runs a statement with $1-style parameters inside the entity manager's transaction. */
export async function query<Row>(tx: SqlEntityManager, text: string, values: unknown[]): Promise<Row[]> {
  return (await inTransaction(tx)({ name: "", text }, values)) as Row[];
}
