import { address, ConfigurationError, databaseUrl, integer, onOff, readEnv } from "@rollcall/runtime/env";
import { LOG_LEVELS } from "@rollcall/runtime/log";
import { isWellFormedToken } from "@rollcall/runtime/token";
import { z } from "zod";
import type { EnvironmentTokens } from "./environment-tokens.ts";

/** What a token-service needs to run. */
export interface TokenServiceConfig extends EnvironmentTokens {
  /** `host:port`; port 0 takes a free one. */
  grpcAddress: string;
  databaseUrl: string;
  /** How long a stopping server goes on answering, for load balancers to notice. */
  drainDelayMs: number;
  reflection: boolean;
  logLevel: (typeof LOG_LEVELS)[number];
}

const token = z.string().refine(isWellFormedToken, "is not a Rollcall token: its form or checksum is wrong");

/**
 * Reads the process's configuration, secrets also from files.
 *
 * @throws ConfigurationError naming every fault
 */
export function readConfig(env: Record<string, string | undefined> = process.env): TokenServiceConfig {
  const values = readEnv(
    {
      ROLLCALL_GRPC_ADDRESS: address.default("127.0.0.1:7200"),
      DATABASE_URL: databaseUrl,
      ROLLCALL_OPERATOR_TOKEN: token.optional(),
      ROLLCALL_SERVICE_TOKEN: token.optional(),
      ROLLCALL_DRAIN_DELAY_MS: integer(0, 30_000).default(5_000),
      ROLLCALL_REFLECTION: onOff.default(false),
      ROLLCALL_LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
    },
    env,
  );
  const { ROLLCALL_OPERATOR_TOKEN: operatorToken, ROLLCALL_SERVICE_TOKEN: serviceToken } = values;
  if (operatorToken !== undefined && operatorToken === serviceToken)
    throw new ConfigurationError(["ROLLCALL_OPERATOR_TOKEN and ROLLCALL_SERVICE_TOKEN must differ."]);
  return {
    grpcAddress: values.ROLLCALL_GRPC_ADDRESS,
    databaseUrl: values.DATABASE_URL,
    operatorToken,
    serviceToken,
    drainDelayMs: values.ROLLCALL_DRAIN_DELAY_MS,
    reflection: values.ROLLCALL_REFLECTION,
    logLevel: values.ROLLCALL_LOG_LEVEL,
  };
}
