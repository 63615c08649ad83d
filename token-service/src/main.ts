import { createLogger } from "@rollcall/runtime/log";
import { runProcess } from "@rollcall/runtime/process";
import { readConfig } from "./config.ts";
import { startTokenService } from "./server.ts";

await runProcess("token-service", async () => {
  const config = readConfig();
  const { port, stop } = await startTokenService(config, createLogger("token-service", config.logLevel));
  return { ready: { port }, stop };
});
