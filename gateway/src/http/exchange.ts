import type { Caller } from "@rollcall/runtime/implement";
import type { Trace } from "@rollcall/runtime/trace";
import type { FastifyRequest } from "fastify";
import type { JsonLimits } from "./json.ts";
import type { Session } from "./session.ts";

/** One request on its way to an answer. */
export interface Exchange {
  readonly request: FastifyRequest;
  /** The route's pattern, e.g. "/scim/v2/Users/:id". Undefined where no route matched. */
  readonly pattern: string | undefined;
  readonly trace: Trace;
  /** As performance.now() gives it. */
  readonly startedAt: number;
  /** The address that the request's resources live under, e.g. "https://host/scim/v2". Set by the route. */
  baseUrl: string;
  /** Who calls. Set once the token is verified. */
  caller: Caller | undefined;
  session: Session | undefined;
  /** Whether it changes nothing, so that its success is worth no line in the log. */
  isRead: boolean;
  /** The code that an RPC failed with. */
  rpcCode: string | undefined;
}

/** What a handler answers. The body is JSON text. */
export interface Answer {
  status: number;
  body?: string;
  headers?: Record<string, string>;
}

/** A row of the route table. */
export type Route = {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below each of the base paths, e.g. "/Users/:id". */
  path: string;
  /** Of the body. Default: DEFAULT_LIMITS. */
  limits?: BodyLimits;
} & (
  | { /** Needs a token with scope scim. */ access: "scim"; handler: ScimHandler }
  | { /** Needs no token. */ access: "open"; handler: OpenHandler }
);

/** How large a body may be, and what it may be made of. */
export interface BodyLimits extends JsonLimits {
  bytes: number;
}

/** Answers a request of a verified token. What it throws becomes a SCIM error. */
export type ScimHandler = (exchange: Exchange, session: Session) => Answer | Promise<Answer>;
/** Answers a request that needs no token. */
export type OpenHandler = (exchange: Exchange) => Answer | Promise<Answer>;

declare module "fastify" {
  interface FastifyRequest {
    /** Set when a route's work begins. */
    exchange: Exchange | null;
  }
}
