import { address, databaseUrl, integer, onOff, readEnv } from "@rollcall/runtime/env";
import { LOG_LEVELS } from "@rollcall/runtime/log";
import { isWellFormedToken } from "@rollcall/runtime/token";
import { z } from "zod";
import { FAILPOINTS, type Failpoint, parseFailpoint } from "./failpoint.ts";

/** What a directory-service needs to run. */
export interface DirectoryServiceConfig {
  /** `host:port`; port 0 takes a free one. */
  grpcAddress: string;
  databaseUrl: string;
  /** Connections to the database at most, apart from those of reconcile. */
  databasePool: number;
  /** token-service's `host:port`. */
  tokenAddress: string;
  /** A token with scope SERVICE, to follow the tokens with. */
  serviceToken: string;
  /** Whether this process maps SCIM records; others may do so for it. */
  reconcile: boolean;
  /** How long a stopping server goes on answering, for load balancers to notice. */
  drainDelayMs: number;
  reflection: boolean;
  logLevel: (typeof LOG_LEVELS)[number];
  /** For tests only: where this process kills itself. Undefined: nowhere. */
  failpoint: Failpoint | undefined;
}

const token = z.string().refine(isWellFormedToken, "is not a Rollcall token: its form or checksum is wrong");
const failpoint = z.string().transform((text, context) => {
  const point = parseFailpoint(text);
  if (!point) context.addIssue(`must be one of ${FAILPOINTS.join(", ")}, with :N for the N-th time`);
  return point;
});

/**
 * Reads the process's configuration, secrets also from files.
 *
 * @throws ConfigurationError naming every fault
 */
export function readConfig(env: Record<string, string | undefined> = process.env): DirectoryServiceConfig {
  const values = readEnv(
    {
      ROLLCALL_GRPC_ADDRESS: address.default("127.0.0.1:7100"),
      DATABASE_URL: databaseUrl,
      ROLLCALL_DATABASE_POOL: integer(1, 1_000).default(10),
      ROLLCALL_TOKEN_ADDRESS: address,
      ROLLCALL_SERVICE_TOKEN: token,
      ROLLCALL_RECONCILE: onOff.default(true),
      ROLLCALL_DRAIN_DELAY_MS: integer(0, 30_000).default(5_000),
      ROLLCALL_REFLECTION: onOff.default(false),
      ROLLCALL_LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
      ROLLCALL_FAILPOINT: failpoint.optional(),
    },
    env,
  );
  return {
    grpcAddress: values.ROLLCALL_GRPC_ADDRESS,
    databaseUrl: values.DATABASE_URL,
    databasePool: values.ROLLCALL_DATABASE_POOL,
    tokenAddress: values.ROLLCALL_TOKEN_ADDRESS,
    serviceToken: values.ROLLCALL_SERVICE_TOKEN,
    reconcile: values.ROLLCALL_RECONCILE,
    drainDelayMs: values.ROLLCALL_DRAIN_DELAY_MS,
    reflection: values.ROLLCALL_REFLECTION,
    logLevel: values.ROLLCALL_LOG_LEVEL,
    failpoint: values.ROLLCALL_FAILPOINT,
  };
}
