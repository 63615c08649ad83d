import { address, integer, onOff, readEnv } from "@rollcall/runtime/env";
import { LOG_LEVELS } from "@rollcall/runtime/log";
import { isWellFormedToken } from "@rollcall/runtime/token";
import { z } from "zod";

/** All that the gateway has to be told. */
export interface GatewayConfig {
  /** Where HTTP is served. Port 0 takes a free one. */
  http: { host: string; port: number };
  /** directory-service's `host:port`. */
  directoryAddress: string;
  /** token-service's `host:port`. */
  tokenAddress: string;
  /** A token with scope SERVICE, to verify callers with. Secret. */
  serviceToken: string;
  /**
   * What clients reach the gateway by, without a path below it and without a
   * trailing slash, e.g. "https://directory.example.com". It starts every
   * `meta.location`. Undefined: each request's own scheme and Host.
   */
  publicUrl: string | undefined;
  /** Whether each token's requests are limited. Off is for benchmarks. */
  rateLimit: boolean;
  /** IP addresses or CIDR ranges whose X-Forwarded-* headers are believed. */
  trustedProxies: string[];
  logLevel: (typeof LOG_LEVELS)[number];
  /** How long requests are still accepted after the process was told to stop, for load balancers to notice. */
  drainDelayMs: number;
}

const DEFAULT_DRAIN_DELAY_MS = 5_000;

/** Reads the environment. Throws a ConfigurationError that names every fault at once. */
export function readConfig(env: Record<string, string | undefined> = process.env): GatewayConfig {
  const values = readEnv(
    {
      ROLLCALL_HTTP_ADDRESS: address,
      ROLLCALL_DIRECTORY_ADDRESS: address,
      ROLLCALL_TOKEN_ADDRESS: address,
      ROLLCALL_SERVICE_TOKEN: z
        .string()
        .refine(isWellFormedToken, "is not a Rollcall token: its form or checksum is wrong"),
      ROLLCALL_PUBLIC_URL: publicUrl.optional(),
      ROLLCALL_RATE_LIMIT: onOff.default(true),
      ROLLCALL_TRUSTED_PROXIES: proxies.default([]),
      ROLLCALL_LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).default("info"),
      ROLLCALL_DRAIN_DELAY_MS: integer(0, 30_000).default(DEFAULT_DRAIN_DELAY_MS),
    },
    env,
  );
  return {
    http: splitAddress(values.ROLLCALL_HTTP_ADDRESS),
    directoryAddress: values.ROLLCALL_DIRECTORY_ADDRESS,
    tokenAddress: values.ROLLCALL_TOKEN_ADDRESS,
    serviceToken: values.ROLLCALL_SERVICE_TOKEN,
    publicUrl: values.ROLLCALL_PUBLIC_URL,
    rateLimit: values.ROLLCALL_RATE_LIMIT,
    trustedProxies: values.ROLLCALL_TRUSTED_PROXIES,
    logLevel: values.ROLLCALL_LOG_LEVEL,
    drainDelayMs: values.ROLLCALL_DRAIN_DELAY_MS,
  };
}

const publicUrl = z
  .string()
  .regex(/^https?:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/, "must be an http:// or https:// URL without a query")
  .transform((url) => url.replace(/\/+$/, ""));

const PROXY = /^[0-9a-fA-F.:]+(?:\/\d{1,3})?$/;

const proxies = z
  .string()
  .transform((list) => list.split(/[\s,]+/).filter((entry) => entry !== ""))
  .refine((list) => list.every((entry) => PROXY.test(entry)), "must be IP addresses or CIDR ranges, with commas");

function splitAddress(hostAndPort: string): { host: string; port: number } {
  const colon = hostAndPort.lastIndexOf(":");
  return { host: hostAndPort.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(hostAndPort.slice(colon + 1)) };
}
