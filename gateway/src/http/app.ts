import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import { ScimError } from "../scim/error.ts";
import type { AccountViews } from "./account-views.ts";
import { answerClientError } from "./client-error.ts";
import type { Route } from "./exchange.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import type { RequestLog } from "./request-log.ts";
import { BASE_PATHS } from "./routes.ts";
import { beginExchange, sendAnswer, sendFailure, serveRoute } from "./serve.ts";
import type { Admit } from "./session.ts";

/** What the HTTP side is made from. */
export interface AppOptions {
  routes: Route[];
  admit: Admit;
  views: Pick<AccountViews, "of" | "latest">;
  log: RequestLog;
  publicUrl: string | undefined;
  trustedProxies: string[];
}

// The longest schema URN and then some; longer ids name nothing.
const LONGEST_PARAMETER = 512;
// For a client to send one request; then it is cut off.
const REQUEST_TIMEOUT_MS = 60_000;
// Longer than load balancers keep theirs, so that they never send into a closing connection.
const KEEP_ALIVE_TIMEOUT_MS = 75_000;

/** The SCIM endpoint, not listening yet. Other routes may be added. */
export function createApp(options: AppOptions): FastifyInstance {
  const { routes, admit, views, log, publicUrl, trustedProxies } = options;
  const fail = (request: FastifyRequest, reply: FastifyReply, error: unknown) =>
    sendFailure(reply, request.exchange ?? beginExchange(request, undefined), error, log);

  const app = fastify({
    logger: false,
    trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
    bodyLimit: DEFAULT_LIMITS.bytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    // Requests that are still on their way while the process stops are answered.
    return503OnClosing: false,
    // A base URL that ends with a slash comes with two.
    routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: LONGEST_PARAMETER },
    // A path that cannot be decoded never reaches a route.
    frameworkErrors: (error, request, reply) => fail(request, reply, error),
    clientErrorHandler: answerClientError,
  });
  app.decorateRequest("exchange", null);
  app.setErrorHandler((error, request, reply) => fail(request, reply, error));
  app.setNotFoundHandler((request, reply) =>
    fail(request, reply, new ScimError(404, undefined, "There is nothing here.")),
  );

  // Bodies stay bytes here: the reading of JSON has limits of its own, and the media type is checked with the headers.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));

  for (const basePath of BASE_PATHS) {
    for (const route of routes) serveRoute(app, basePath, route, { admit, views, log, publicUrl });
    for (const path of new Set(routes.map((route) => route.path))) refuseOtherMethods(app, basePath, path, routes, log);
  }
  return app;
}

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;

/** 405 with Allow for the methods that a known path does not have (RFC 9110 section 15.5.6). */
function refuseOtherMethods(
  app: FastifyInstance,
  basePath: string,
  path: string,
  routes: Route[],
  log: RequestLog,
): void {
  const allowed = new Set<string>(routes.filter((route) => route.path === path).map(({ method }) => method));
  if (allowed.has("GET")) allowed.add("HEAD");
  const allow = METHODS.filter((method) => allowed.has(method)).join(", ");
  const pattern = `${basePath}${path}`;

  app.route({
    method: METHODS.filter((method) => !allowed.has(method)),
    url: pattern,
    onRequest(request, reply) {
      const error = new ScimError(405, undefined, `${path.replace(":id", "{id}")} takes ${allow}.`);
      const body = JSON.stringify(error.toBody());
      sendAnswer(reply, beginExchange(request, pattern), { status: 405, body, headers: { allow } }, log);
    },
    // Never reached: the answer is sent with the headers, before a body is read.
    handler: (_request, reply) => reply,
  });
}
