import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { CompiledQuery } from "kysely";

/** Runs a statement with $1-style parameters inside the entity manager's transaction. */
export async function query<Row>(tx: SqlEntityManager, text: string, values: unknown[]): Promise<Row[]> {
  const { rows } = await tx.getKysely().executeQuery<Row>(CompiledQuery.raw(text, values));
  return rows;
}
