import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/load/**"],
    globalSetup: ["test/global-setup.ts"],
    // Processes, not threads, since tests start processes of their own. Each
    // file has its own accounts or databases, so files run side by side.
    pool: "forks",
    maxWorkers: 2,
    // A process runs one file after the other and loads their modules once,
    // which is half of the time of most. So no file may mock a module, or
    // change the environment or the clock, for those after it; and hooks are set
    // by files, not by what they import, which would run for the first file only.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
