import type { Caller } from "@rollcall/runtime/implement";
import type { Trace } from "@rollcall/runtime/trace";
import type { FastifyRequest } from "fastify";
import type { ResourceKind } from "../mapping/schema.ts";
import type { Operation } from "../openapi/operation.ts";
import type { ScimErrorBody } from "../scim/error.ts";
import type { AccountView } from "./account-view.ts";
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
  /** What the caller's account makes of SCIM. The default where there is no caller. */
  view: AccountView;
  /** Whether it changes nothing, so that its success is worth no line in the log. */
  isRead: boolean;
  /** The code that an RPC failed with. */
  rpcCode: string | undefined;
  /** The SCIM record that the request made. That of a path with an id is known by it. */
  recordId: string | undefined;
  /** What came of the operations of a Bulk request, in the order in which they were done. */
  operations: readonly OperationOutcome[];
}

/** What came of one operation of a Bulk request, for the logs. */
export interface OperationOutcome {
  readonly method: string;
  /** As the client wrote it. */
  readonly path: string;
  /** Undefined where the path names no kind of resource. */
  readonly kind: ResourceKind | undefined;
  /** Undefined where there is none, or none was made. */
  readonly recordId: string | undefined;
  readonly status: number;
  /** Why it was refused. */
  readonly error: ScimErrorBody | undefined;
  /** The error behind one that is the server's fault. */
  readonly fault: unknown;
  /** As performance.now() gives it. */
  readonly startedAt: number;
  readonly durationMs: number;
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
  /** The one kind of resource that it serves: 404 for accounts that do not have it. */
  kind?: ResourceKind;
  /** What the OpenAPI document says of it. */
  operation: Operation;
} & (
  | { /** Needs a token with scope scim. */ access: "scim"; handler: ScimHandler }
  | { /** Needs no token; with one it speaks of the token's account. */ access: "open"; handler: OpenHandler }
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
