import {
  type DescMessage,
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import type { ConnectError, ConnectRouter, HandlerContext } from "@connectrpc/connect";
import type { CallOptions, Client } from "@grpc/grpc-js";
import { callerMetadata } from "@rollcall/runtime/client";
import type { Exchange } from "./exchange.ts";
import type { Session } from "./session.ts";

/** The way from a Connect handler to a gRPC service. */
export interface Bridge {
  client: Client;
  exchangeOf(context: HandlerContext): Exchange;
  /** Turns whatever a call ended with into the error for the client. */
  failed(exchange: Exchange, error: unknown): ConnectError;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Forwards one method as bytes, by its descriptor: no message is known here, so
 * a new field or method needs no code.
 */
export function bridgeMethod(router: ConnectRouter, method: DescMethod, bridge: Bridge): void {
  if (isUnary(method)) bridgeUnary(router, method, bridge);
  else if (isServerStreaming(method)) bridgeStream(router, method, bridge);
  else throw new Error(`${method.name} streams from the client, which HTTP/1.1 cannot.`);
}

// TypeScript narrows the kind, but not the descriptor that has it.
const isUnary = (method: DescMethod): method is DescMethodUnary => method.methodKind === "unary";
const isServerStreaming = (method: DescMethod): method is DescMethodServerStreaming =>
  method.methodKind === "server_streaming";

function bridgeUnary(router: ConnectRouter, method: DescMethodUnary, { client, exchangeOf, failed }: Bridge): void {
  const path = pathOf(method);
  router.rpc(method, (request, context) => {
    const exchange = exchangeOf(context);
    return new Promise<MessageShape<DescMessage>>((resolve, reject) => {
      const call = client.makeUnaryRequest(
        path,
        identity,
        identity,
        bytesOf(method.input, request),
        metadataOf(exchange),
        { deadline: Date.now() + (context.timeoutMs() ?? DEFAULT_TIMEOUT_MS) },
        (error, response) =>
          error || !response ? reject(failed(exchange, error)) : resolve(fromBinary(method.output, response)),
      );
      context.signal.addEventListener("abort", () => call.cancel(), { once: true });
    });
  });
}

function bridgeStream(
  router: ConnectRouter,
  method: DescMethodServerStreaming,
  { client, exchangeOf, failed }: Bridge,
): void {
  const path = pathOf(method);
  router.rpc(method, async function* (request, context) {
    const exchange = exchangeOf(context);
    const timeoutMs = context.timeoutMs();
    const options: CallOptions = timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
    const bytes = bytesOf(method.input, request);
    const call = client.makeServerStreamRequest(path, identity, identity, bytes, metadataOf(exchange), options);
    context.signal.addEventListener("abort", () => call.cancel(), { once: true });
    try {
      for await (const message of call) yield fromBinary(method.output, message as Buffer);
    } catch (error) {
      throw failed(exchange, error);
    } finally {
      call.cancel();
    }
  });
}

const identity = (bytes: Buffer) => bytes;

function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

function bytesOf<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): Buffer {
  return Buffer.from(toBinary(desc, message));
}

function metadataOf({ session, trace }: Exchange) {
  return callerMetadata({ digest: (session as Session).digest, traceparent: trace.traceparent });
}
