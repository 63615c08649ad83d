import {
  type CallOptions,
  type ChannelCredentials,
  type ChannelOptions,
  Client,
  credentials,
  Metadata,
  type MethodDefinition,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { fromServiceError } from "./status.ts";

/** Metadata key under which a service forwards its caller's token digest. The `-bin` suffix makes it binary. */
export const DIGEST_METADATA = "rollcall-token-digest-bin";

/** How one call is made. */
export interface RpcOptions {
  metadata?: Metadata;
  signal?: AbortSignal;
  /** Milliseconds. Default 10,000 for unary calls, none for streams. */
  timeoutMs?: number;
}

/** A client with a promise for each unary method and an async iterable for each stream. */
export type RpcClient<S> = {
  [M in keyof S]: S[M] extends {
    requestSerialize: (value: infer Request) => Buffer;
    responseDeserialize: (value: Buffer) => infer Response;
    responseStream: infer Stream;
  }
    ? Stream extends true
      ? (request: Request, options?: RpcOptions) => AsyncIterable<Response>
      : (request: Request, options?: RpcOptions) => Promise<Response>
    : never;
} & { close(): void };

const DEFAULT_TIMEOUT_MS = 10_000;

const CHANNEL_OPTIONS: ChannelOptions = {
  "grpc.lb_policy_name": "round_robin",
  "grpc.service_config": JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  // A peer that a network swallowed is noticed before cached tokens run out.
  "grpc.keepalive_time_ms": 10_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.initial_reconnect_backoff_ms": 50,
  "grpc.max_reconnect_backoff_ms": 2_000,
  "grpc.max_receive_message_length": 64 * 1024 * 1024,
};

/** Connects lazily to `host:port`. Every error is a StatusError. */
export function createClient<S extends object>(
  definition: S,
  address: string,
  channelCredentials: ChannelCredentials = credentials.createInsecure(),
): RpcClient<S> {
  const client = new Client(address, channelCredentials, CHANNEL_OPTIONS);
  const methods = Object.entries(definition as ServiceDefinition).map(([name, method]) => [
    name,
    method.responseStream ? stream(client, method) : unary(client, method),
  ]);
  return { ...Object.fromEntries(methods), close: () => client.close() };
}

/** The metadata with which the gateway calls for its caller: the token's digest, never its secret. */
export function callerMetadata({ digest, traceparent }: { digest: Buffer; traceparent: string }): Metadata {
  const metadata = new Metadata();
  metadata.set(DIGEST_METADATA, digest);
  metadata.set("traceparent", traceparent);
  return metadata;
}

/** The metadata of a caller that holds the token itself. */
export function bearerMetadata(secret: string): Metadata {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${secret}`);
  return metadata;
}

type Method = MethodDefinition<unknown, unknown>;

function unary(client: Client, method: Method) {
  return (request: unknown, { metadata, signal, timeoutMs = DEFAULT_TIMEOUT_MS }: RpcOptions = {}) =>
    new Promise((resolve, reject) => {
      const options: CallOptions = { deadline: Date.now() + timeoutMs };
      const call = client.makeUnaryRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        metadata ?? new Metadata(),
        options,
        (error, response) => {
          signal?.removeEventListener("abort", cancel);
          if (error) reject(fromServiceError(error));
          else resolve(response);
        },
      );
      const cancel = () => call.cancel();
      if (signal?.aborted) cancel();
      signal?.addEventListener("abort", cancel, { once: true });
    });
}

function stream(client: Client, method: Method) {
  return async function* (request: unknown, { metadata, signal, timeoutMs }: RpcOptions = {}) {
    const options: CallOptions = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
    const call = client.makeServerStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      request,
      metadata ?? new Metadata(),
      options,
    );
    // The iteration reports errors; one that comes after it has nobody to tell.
    call.on("error", () => {});
    const cancel = () => call.cancel();
    if (signal?.aborted) cancel();
    signal?.addEventListener("abort", cancel, { once: true });
    try {
      for await (const message of call) yield message;
    } catch (error) {
      throw fromServiceError(error);
    } finally {
      signal?.removeEventListener("abort", cancel);
      call.cancel();
    }
  };
}
