import { setTimeout as sleep } from "node:timers/promises";
import { status } from "@grpc/grpc-js";
import { AccountServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { bearerMetadata, createClient } from "@rollcall/runtime/client";
import { StatusError } from "@rollcall/runtime/status";
import { demoAccount } from "./demo-account.ts";
import type { Secrets } from "./secrets.ts";
import type { ServiceName } from "./service-process.ts";
import type { StackPorts } from "./stack-environment.ts";
import { StartError } from "./start-error.ts";

const patienceMs = 20_000;
const pauseMs = 20;

/**
 * Waits until a service that listens has also learned the tokens of its
 * callers. A load balancer would wait for its readiness; whoever starts a stack
 * calls it at once.
 *
 * @throws StartError where it takes too long
 */
export async function untilServiceAnswers(
  name: ServiceName,
  { ports, secrets }: { ports: StackPorts; secrets: Secrets },
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await answers[name](ports, secrets))) {
    if (signal.aborted || Date.now() > deadline) {
      throw new StartError(`${name} listens but does not answer.`);
    }
    await sleep(pauseMs);
  }
}

const answers: Record<ServiceName, (ports: StackPorts, secrets: Secrets) => Promise<boolean>> = {
  async gateway({ gateway }) {
    const response = await fetch(`http://127.0.0.1:${gateway}/readyz`);
    await response.arrayBuffer();
    return response.ok;
  },
  async "directory-service"({ directory }, { operatorToken }) {
    const accounts = createClient(AccountServiceService, `127.0.0.1:${directory}`);
    try {
      await accounts.getAccount({ id: demoAccount }, { metadata: bearerMetadata(operatorToken) });
      return true;
    } catch (error) {
      return !(error instanceof StatusError) || error.code !== status.UNAVAILABLE;
    } finally {
      accounts.close();
    }
  },
  // The tokens are its own.
  "token-service": async () => true,
};
