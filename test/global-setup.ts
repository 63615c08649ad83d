import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { SharedStack } from "./e2e/shared-stack.ts";
import { type OnDemand, onDemand, serveOnDemand } from "./on-demand.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Socket on which test processes ask for what the run has in common: see `askRun`. */
    runSocket: string;
  }
}

/** What test processes may ask for, by name. */
export interface RunParts {
  /** Connection string of the test server's database `postgres`. */
  postgres: string;
  stack: SharedStack;
}

/**
 * Holds what all test files of a run have in common: one PostgreSQL with the
 * migrated databases that tests clone, and one running system for the files
 * that need nothing special of it. Each is started when the first file asks,
 * so that a run of unit tests starts neither. This process owns both, so they
 * outlive a test process that crashes, and end with the run however it ends.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-test-"));
  // Loaded when they are needed: they take longer to load than a unit test takes to run.
  const postgres = onDemand("The PostgreSQL that test files share", async () =>
    (await import("./postgres.ts")).startTestPostgres(join(folder, "postgres")),
  );
  const stack = onDemand("The stack that test files share", async (signal) =>
    (await import("./e2e/shared-stack.ts")).startSharedStack(join(folder, "stack"), await postgres.get(), signal),
  );
  const parts: { [Name in keyof RunParts]: OnDemand<RunParts[Name]> } = { postgres, stack };
  const runSocket = join(folder, "socket");
  const stopServing = await serveOnDemand(runSocket, parts);
  project.provide("runSocket", runSocket);
  // Watching: the code has changed, so the next file to ask gets a stack that runs it.
  project.onTestsRerun(() => stack.stop());
  return async () => {
    await stopServing();
    try {
      await stack.stop();
    } finally {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    }
  };
}
