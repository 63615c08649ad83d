import { currentTrace } from "@rollcall/runtime/trace";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ScimError } from "../scim/error.ts";
import { type AccountView, DEFAULT_VIEW, requireKind } from "./account-view.ts";
import type { AccountViews } from "./account-views.ts";
import { requireScimScope } from "./authorization.ts";
import { requestBaseUrl } from "./base-url.ts";
import { toFailure } from "./errors.ts";
import type { Answer, Exchange, Route } from "./exchange.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { refuseForeignBody } from "./media-type.ts";
import { markCaller, nameSpan, type RequestLog } from "./request-log.ts";
import type { Admission, Admit, Session } from "./session.ts";

/** What serving a route takes. */
export interface ServeOptions {
  admit: Admit;
  views: Pick<AccountViews, "of" | "latest">;
  log: RequestLog;
  publicUrl: string | undefined;
}

const CONTENT_TYPE = "application/scim+json; charset=utf-8";

/**
 * Serves one route under one base path. The caller is checked when the headers
 * have arrived, before a byte of the body is read.
 */
export function serveRoute(app: FastifyInstance, basePath: string, route: Route, options: ServeOptions): void {
  const { admit, views, log, publicUrl } = options;
  const pattern = `${basePath}${route.path}`;

  function enter(exchange: Exchange, view: AccountView, done: (error?: Error) => void): void {
    exchange.view = view;
    if (route.kind !== undefined) requireKind(view, route.kind);
    refuseForeignBody(exchange.request);
    done();
  }

  app.route({
    method: route.method,
    url: pattern,
    bodyLimit: (route.limits ?? DEFAULT_LIMITS).bytes,
    onRequest(request, _reply, done) {
      const exchange = beginExchange(request, pattern);
      try {
        exchange.baseUrl = requestBaseUrl(request, publicUrl, basePath);
        // Discovery is open, but who names an account learns of that one, and a bad token is refused everywhere.
        if (route.access === "open" && request.headers.authorization === undefined) enter(exchange, DEFAULT_VIEW, done);
        else
          atOnce(admit(request.raw.rawHeaders), done, (admission) => {
            recognise(exchange, admission);
            const { caller, session } = admission;
            atOnce(views.of(caller.accountId, session.digest), done, (view) => enter(exchange, view, done));
          });
      } catch (error) {
        done(error as Error);
      }
    },
    handler(request, reply) {
      const exchange = request.exchange as Exchange;
      answerOf(route, exchange, views).then(
        (answer) => sendAnswer(reply, exchange, answer, log),
        (error: unknown) => sendFailure(reply, exchange, error, log),
      );
    },
  });
}

/** Starts the work on a request: its trace, its clock and its span's name. */
export function beginExchange(request: FastifyRequest, pattern: string | undefined): Exchange {
  const traceparent = request.headers.traceparent;
  const exchange: Exchange = {
    request,
    pattern,
    trace: currentTrace(typeof traceparent === "string" ? traceparent : undefined),
    startedAt: performance.now(),
    baseUrl: "",
    caller: undefined,
    session: undefined,
    view: DEFAULT_VIEW,
    isRead: request.method === "GET" || request.method === "HEAD",
    rpcCode: undefined,
    recordId: undefined,
    operations: [],
  };
  request.exchange = exchange;
  if (pattern !== undefined) nameSpan(request.method, pattern);
  return exchange;
}

/** Goes on with a value that mostly is there already: waiting for it would cost a turn of the event loop. */
function atOnce<Value>(value: Value | Promise<Value>, fail: (error: Error) => void, next: (value: Value) => void) {
  if (value instanceof Promise) value.then(next).catch(fail);
  else next(value);
}

function recognise(exchange: Exchange, { caller, session }: Admission): void {
  exchange.caller = caller;
  exchange.session = session;
  markCaller(caller);
  session.limit?.count();
  requireScimScope(caller);
}

/**
 * What a route answers. Before a request is refused as bad, its account is asked
 * for anew: a schema that was defined a moment ago must not cost a client a
 * refusal, which it would not try again. Nothing has been written by then: what
 * the gateway refuses, it refuses before it calls.
 */
async function answerOf(route: Route, exchange: Exchange, views: ServeOptions["views"]): Promise<Answer> {
  try {
    return await run(route, exchange);
  } catch (error) {
    const { caller, session, startedAt } = exchange;
    if (!(error instanceof ScimError) || error.status !== 400 || !caller || !session) throw error;
    const view = await views.latest(caller.accountId, session.digest, startedAt).catch(() => exchange.view);
    if (view === exchange.view) throw error;
    exchange.view = view;
    return run(route, exchange);
  }
}

async function run(route: Route, exchange: Exchange): Promise<Answer> {
  return route.access === "scim" ? route.handler(exchange, exchange.session as Session) : route.handler(exchange);
}

/** Sends an answer and logs the request. */
export function sendAnswer(reply: FastifyReply, exchange: Exchange, answer: Answer, log: RequestLog): void {
  const { status, body, headers } = answer;
  reply.code(status).header("cache-control", "no-store");
  endConnectionOfStopping(reply);
  if (body !== undefined) reply.header("content-type", CONTENT_TYPE);
  if (headers !== undefined) reply.headers(headers);
  reply.send(body);
  log.answered(exchange, status);
}

/** Sends the SCIM error that anything thrown comes to, and logs the request. */
export function sendFailure(reply: FastifyReply, exchange: Exchange, error: unknown, log: RequestLog): void {
  const { status, headers, body, fault } = toFailure(error, exchange.trace.traceId);
  if (status === 413) discardBody(reply);
  endConnectionOfStopping(reply);
  reply
    .code(status)
    .headers({ ...headers, "cache-control": "no-store", "content-type": CONTENT_TYPE })
    .send(JSON.stringify(body));
  if (fault) log.failed(exchange, error);
  log.answered(exchange, status, body);
}

/** A request that was running when the process was told to stop is the last one of its connection. */
function endConnectionOfStopping(reply: FastifyReply): void {
  if (!reply.server.server.listening) reply.header("connection", "close");
}

const DISCARDED_BYTES = 64 * 1024 * 1024;

/**
 * Reads what is left of a refused body and forgets it. Fastify would close the
 * connection on it, and the reset would overtake the answer: the client would
 * see a broken pipe instead of the reason.
 */
function discardBody(reply: FastifyReply): void {
  const { raw } = reply.request;
  let left = DISCARDED_BYTES;
  reply.removeHeader("connection");
  raw.on("data", (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) raw.destroy();
  });
}
