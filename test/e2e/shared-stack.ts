import { type Stack, startStack } from "../../deploy/local/stack.ts";
import { cloneDatabase } from "../clone-database.ts";
import type { Started } from "../on-demand.ts";

/** What test files may use of the stack that they share: nothing that would disturb another. */
export type SharedStack = Pick<Stack, "scim" | "http" | "operatorToken" | "grpc" | "databaseUrls" | "logs">;

/** Starts the stack that test files share, on clones of the migrated databases, which end with their PostgreSQL. */
export async function startSharedStack(
  dataDir: string,
  postgresUrl: string,
  signal: AbortSignal,
): Promise<Started<SharedStack>> {
  const [directory, token] = await Promise.all([
    cloneDatabase(postgresUrl, "directory"),
    cloneDatabase(postgresUrl, "token"),
  ]);
  const stack = await startStack({ dataDir, databaseUrls: { directory: directory.url, token: token.url }, signal });
  const { scim, http, operatorToken, grpc, databaseUrls, logs, failed, stop } = stack;
  return { description: { scim, http, operatorToken, grpc, databaseUrls, logs }, failed, stop };
}
