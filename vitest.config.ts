import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/load/**"],
    globalSetup: ["test/global-setup.ts"],
    // Processes, not threads: a test may change the environment or start a
    // whole stack. Each file has its own databases, so files run side by side.
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
