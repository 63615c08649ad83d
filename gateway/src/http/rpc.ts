import type { IncomingMessage, ServerResponse } from "node:http";
import { Code, createContextKey, createContextValues, type HandlerContext } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { Client } from "@grpc/grpc-js";
import type { FastifyInstance } from "fastify";
import { requestBaseUrl } from "./base-url.ts";
import type { Exchange } from "./exchange.ts";
import { markCaller, type RequestLog } from "./request-log.ts";
import { type Bridge, bridgeMethod } from "./rpc-bridge.ts";
import { toConnectError } from "./rpc-error.ts";
import { BRIDGED_METHODS, type BridgedMethods } from "./rpc-methods.ts";
import { beginExchange } from "./serve.ts";
import type { Admit } from "./session.ts";

/** Base path for Connect clients: `createConnectTransport({ baseUrl: "https://host/rpc" })`. */
const BASE_PATH = "/rpc";

const READ_MAX_BYTES = 1024 * 1024;
// A plan of a large account takes minutes, and answers all the while.
const MAX_TIMEOUT_MS = 15 * 60_000;

interface RpcOptions {
  clients: Record<BridgedMethods["process"], Client>;
  admit: Admit;
  log: RequestLog;
  /** Aborts when open streams have to end because the process stops. */
  stopping: AbortSignal;
}

/**
 * The Connect edge: Connect and gRPC-Web over HTTP/1.1, for browsers and HTTP
 * clients. The token is checked here, before a byte of the message is read, and
 * again by the service that the call is forwarded to.
 */
export function addRpcRoutes(app: FastifyInstance, { clients, admit, log, stopping }: RpcOptions): void {
  const exchangeKey = createContextKey<Exchange | undefined>(undefined);
  const exchanges = new WeakMap<object, Exchange>();
  const exchangeOf = (context: HandlerContext) => context.values.get(exchangeKey) as Exchange;

  const requestGate = async (context: HandlerContext) => {
    const exchange = exchangeOf(context);
    try {
      const { caller, session } = await admit(exchange.request.raw.rawHeaders);
      exchange.caller = caller;
      exchange.session = session;
      markCaller(caller);
      session.limit?.count();
    } catch (error) {
      throw failed(exchange, error);
    }
  };

  const handle = connectNodeAdapter({
    // Full gRPC needs HTTP/2 and the services themselves speak it.
    grpc: false,
    // What is not understood is refused: an attribute that was to be secret must not become public by a misspelling.
    jsonOptions: { ignoreUnknownFields: false },
    readMaxBytes: READ_MAX_BYTES,
    maxTimeoutMs: MAX_TIMEOUT_MS,
    requestPathPrefix: BASE_PATH,
    shutdownSignal: stopping,
    requestGate,
    contextValues: (request) => createContextValues().set(exchangeKey, exchanges.get(request)),
    routes(router) {
      for (const { process, methods } of BRIDGED_METHODS) {
        const bridge: Bridge = { client: clients[process], exchangeOf, failed };
        for (const method of methods) bridgeMethod(router, method, bridge);
      }
    },
  });

  for (const { service, methods } of BRIDGED_METHODS)
    for (const method of methods)
      app.post(
        `${BASE_PATH}/${service.typeName}/${method.name}`,
        {
          onRequest(request, reply, done) {
            const exchange = beginExchange(request, request.routeOptions.url);
            exchange.isRead = READS.test(method.name);
            try {
              // The adapter makes a URL of it and would throw where nobody catches.
              requestBaseUrl(request, undefined, "");
            } catch (error) {
              done(error as Error);
              return;
            }
            exchanges.set(request.raw, exchange);
            reply.hijack();
            reply.raw.setHeader("cache-control", "no-store");
            reply.raw.once("close", () => log.answered(exchange, reply.raw.statusCode));
            leaveNoRest(request.raw, reply.raw);
            handle(request.raw, reply.raw);
          },
        },
        (_request, reply) => reply,
      );
}

/**
 * Takes care of what is left of a message in the middle of which its call was
 * refused: it stands before the next call on the connection. Where nothing was
 * read yet it is read away. Where the adapter has given up on the stream, which
 * cannot be mended, the connection ends and the answer says so.
 */
function leaveNoRest(request: IncomingMessage, response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (...head: unknown[]) => ServerResponse;
  response.writeHead = (...head: unknown[]) => {
    if (request.destroyed && !request.complete) response.setHeader("connection", "close");
    return writeHead(...head);
  };
  response.once("finish", () => request.resume());
}

const READS = /^(?:Get|List|Batch|Diff|Drift|Explain|Export|Plan|Validate|Watch)/;

/** The error for the client; noted for the log, since gRPC-Web answers errors with HTTP status 200. */
function failed(exchange: Exchange, error: unknown) {
  const connectError = toConnectError(error);
  exchange.rpcCode = Code[connectError.code];
  return connectError;
}
