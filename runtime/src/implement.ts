import {
  type Metadata,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type sendUnaryData,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import type { Logger } from "./log.ts";
import { StatusError, toServiceError } from "./status.ts";
import { currentTrace, type Trace } from "./trace.ts";

/** Who calls, as the token says. */
export interface Caller {
  tokenId: string;
  /** "" for operators and services, which are bound to no account. */
  accountId: string;
  /** Implied scopes included. */
  scopes: ReadonlySet<TokenScope>;
}

/** What a handler knows of its call beside the request. */
export interface Call {
  caller: Caller;
  trace: Trace;
  /** Aborts when the client goes away or its deadline passes. */
  signal: AbortSignal;
}

/** Who may call a method. A method without a row stops the process at its start. */
export interface Permission {
  /** The caller needs one of these. */
  scopes: TokenScope[];
  /** "bound": only tokens of an account. */
  account: "bound" | "any";
}

/** Finds the caller of a call, or throws UNAUTHENTICATED or UNAVAILABLE. */
export type Authenticate = (metadata: Metadata) => Caller | Promise<Caller>;

/** Who may call each method of a service. */
export type Permissions<S> = { [M in keyof S]: Permission };

/** A plain async function for each method: request in, response out. */
export type Handlers<S> = {
  [M in keyof S]: S[M] extends {
    requestDeserialize: (value: Buffer) => infer Request;
    responseSerialize: (value: infer Response) => Buffer;
    responseStream: infer Stream;
  }
    ? Stream extends true
      ? (request: Request, call: Call) => AsyncIterable<Response>
      : (request: Request, call: Call) => Promise<Response>
    : never;
};

/** A service ready to be added to a server. */
export interface Service {
  definition: ServiceDefinition;
  implementation: UntypedServiceImplementation;
}

/** Turns handlers into a grpc-js service that authenticates, authorises and maps errors. */
export function implement<S extends object>(
  definition: S,
  permissions: Permissions<S>,
  handlers: Handlers<S>,
  { authenticate, logger }: { authenticate: Authenticate; logger: Logger },
): Service {
  const implementation: UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(definition as ServiceDefinition)) {
    const permission = permissions[name as keyof S];
    const handler = handlers[name as keyof S] as (request: unknown, call: Call) => unknown;
    if (!permission || !handler) throw new Error(`${method.path} has no ${permission ? "handler" : "permission"}.`);
    const open = async (metadata: Metadata, signal: AbortSignal, origin: Origin): Promise<Call> => {
      const caller = await authenticate(metadata);
      origin.accountId = caller.accountId || undefined;
      authorise(caller, permission);
      return { caller, trace: origin.trace, signal };
    };
    const fail = (error: unknown, { trace, accountId }: Origin) => {
      const answer = toServiceError(error);
      if (!(error instanceof StatusError))
        logger.error(
          { err: error, method: method.path, trace_id: trace.traceId, account_id: accountId },
          "a call failed",
        );
      return answer;
    };
    implementation[name] = method.responseStream
      ? (call: ServerWritableStream<unknown, unknown>) =>
          void stream(call, open, handler as (request: unknown, call: Call) => AsyncIterable<unknown>, fail)
      : (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>) =>
          void unary(call, callback, open, handler as (request: unknown, call: Call) => Promise<unknown>, fail);
  }
  return { definition: definition as ServiceDefinition, implementation };
}

/** What the log says of a call, whatever becomes of it. */
interface Origin {
  trace: Trace;
  /** Once the caller is known. */
  accountId: string | undefined;
}

type Open = (metadata: Metadata, signal: AbortSignal, origin: Origin) => Promise<Call>;
type Fail = (error: unknown, origin: Origin) => ReturnType<typeof toServiceError>;

function originOf(metadata: Metadata): Origin {
  return { trace: currentTrace(metadata.get("traceparent")[0]?.toString()), accountId: undefined };
}

async function unary(
  call: ServerUnaryCall<unknown, unknown>,
  callback: sendUnaryData<unknown>,
  open: Open,
  handler: (request: unknown, call: Call) => Promise<unknown>,
  fail: Fail,
): Promise<void> {
  const origin = originOf(call.metadata);
  let response: unknown;
  try {
    response = await handler(call.request, await open(call.metadata, abortOnCancel(call), origin));
  } catch (error) {
    callback(fail(error, origin));
    return;
  }
  callback(null, response);
}

async function stream(
  call: ServerWritableStream<unknown, unknown>,
  open: Open,
  handler: (request: unknown, call: Call) => AsyncIterable<unknown>,
  fail: Fail,
): Promise<void> {
  const origin = originOf(call.metadata);
  const signal = abortOnCancel(call);
  try {
    for await (const message of handler(call.request, await open(call.metadata, signal, origin))) {
      if (signal.aborted) return;
      if (!call.write(message)) await drained(call, signal);
    }
    call.end();
  } catch (error) {
    if (!signal.aborted) call.emit("error", fail(error, origin));
  }
}

function authorise(caller: Caller, permission: Permission): void {
  const allowed = permission.scopes.some((scope) => caller.scopes.has(scope));
  if (allowed && (permission.account === "any" || caller.accountId !== "")) return;
  const scopes = permission.scopes.map(scopeName).join(" or ");
  throw new StatusError(status.PERMISSION_DENIED, "SCOPE_MISSING", `This needs a token with scope ${scopes}.`, {
    metadata: { scopes },
  });
}

function scopeName(scope: TokenScope): string {
  const [name = ""] = Object.entries(TokenScope).find(([, value]) => value === scope) ?? [];
  return name.replace("TOKEN_SCOPE_", "").toLowerCase();
}

// Made once: grpc-js says "cancelled" at the end of good calls too, and an abort without a reason makes an exception.
const CANCELLED = new Error("The call was cancelled.");

function abortOnCancel(call: ServerUnaryCall<unknown, unknown> | ServerWritableStream<unknown, unknown>): AbortSignal {
  const controller = new AbortController();
  call.on("cancelled", () => controller.abort(CANCELLED));
  return controller.signal;
}

function drained(call: ServerWritableStream<unknown, unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    call.once("drain", resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
