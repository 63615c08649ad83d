import { createLogger } from "@rollcall/runtime/log";
import { runProcess } from "@rollcall/runtime/process";
import { readConfig } from "./config.ts";
import { startGateway } from "./server.ts";

await runProcess("gateway", async () => {
  const config = readConfig();
  const gateway = await startGateway(config, createLogger("gateway", config.logLevel));
  return { ready: { port: gateway.port }, stop: gateway.stop };
});
