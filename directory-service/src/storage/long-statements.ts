import type { Run, Statement } from "./statement.ts";

/** Lets the transaction's statements take longer than others may: a million rows do. */
export async function allowLongStatements(run: Run): Promise<void> {
  await run(PATIENCE, []);
}

const PATIENCE: Statement = { name: "", text: "set local statement_timeout = '5min'" };
