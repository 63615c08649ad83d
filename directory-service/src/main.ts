import { createLogger } from "@rollcall/runtime/log";
import { runProcess } from "@rollcall/runtime/process";
import { readConfig } from "./config.ts";
import { startDirectoryService } from "./server.ts";

await runProcess("directory-service", async () => {
  const config = readConfig();
  const { port, stop } = await startDirectoryService(config, createLogger("directory-service", config.logLevel));
  return { ready: { port }, stop };
});
