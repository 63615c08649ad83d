import { createLogger } from "@rollcall/runtime/log";
import { runProcess } from "@rollcall/runtime/process";
import { readConfig } from "./config.ts";
import { armFailpoint } from "./failpoint.ts";
import { startDirectoryService } from "./server.ts";

await runProcess("directory-service", async () => {
  const config = readConfig();
  const logger = createLogger("directory-service", config.logLevel);
  // Here, and not with the service: a test that runs one within itself is not to die.
  armFailpoint(config.failpoint);
  if (config.failpoint) logger.warn({ failpoint: config.failpoint }, "this process is going to kill itself for a test");
  const { port, stop } = await startDirectoryService(config, logger);
  return { ready: { port }, stop };
});
