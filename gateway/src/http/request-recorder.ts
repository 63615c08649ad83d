import type {
  ConnectionServiceService,
  ScimRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { bearerMetadata, type RpcClient } from "@rollcall/runtime/client";
import type { Logger } from "@rollcall/runtime/log";

/** Puts requests into the request log of their accounts, after their answers. */
export interface RequestRecorder {
  record(request: ScimRequest): void;
  /** Sends what waits. To be called once nothing is answered any more. */
  close(): Promise<void>;
}

interface RecorderOptions {
  client: Pick<RpcClient<ConnectionServiceService>, "recordRequests">;
  /** A token with scope service. */
  serviceToken: string;
  logger: Logger;
  /** Default 500. */
  intervalMs?: number;
  /** Most requests that wait at a time. Default 10,000. */
  capacity?: number;
}

// What RecordRequests takes.
const MAX_BATCH = 1_000;
const INTERVAL_MS = 500;
const CAPACITY = 10_000;

/**
 * A recorder that sends what has gathered every half second, one call at a time.
 * While directory-service is away, requests wait; those that find no room are
 * counted and lost: the log must never slow an answer down or fill the memory.
 */
export function createRequestRecorder(options: RecorderOptions): RequestRecorder {
  const { client, serviceToken, logger, intervalMs = INTERVAL_MS, capacity = CAPACITY } = options;
  const metadata = bearerMetadata(serviceToken);
  let waiting: ScimRequest[] = [];
  let lost = 0;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | undefined;

  function record(request: ScimRequest): void {
    if (waiting.length >= capacity) {
      lost += 1;
      return;
    }
    waiting.push(request);
    if (sending === undefined) timer ??= setTimeout(begin, intervalMs).unref();
  }

  function begin(): void {
    timer = undefined;
    sending = send().finally(() => {
      sending = undefined;
      if (waiting.length > 0) timer ??= setTimeout(begin, intervalMs).unref();
    });
  }

  async function send(): Promise<void> {
    reportLost();
    while (waiting.length > 0) {
      const requests = waiting.slice(0, MAX_BATCH);
      try {
        await client.recordRequests({ requests }, { metadata });
      } catch (error) {
        logger.warn(
          { err: error, waiting: waiting.length },
          "the request log could not be written; it will be tried again",
        );
        return;
      }
      waiting = waiting.slice(requests.length);
    }
  }

  function reportLost(): void {
    if (lost > 0) logger.warn({ lost }, "requests are missing in the request log: too many waited to be written");
    lost = 0;
  }

  return {
    record,
    async close() {
      clearTimeout(timer);
      await sending;
      clearTimeout(timer);
      await send();
    },
  };
}
