import { hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { boundedValue } from "./execution.ts";

/**
 * The values of a run's expressions, by name, as the record of an execution
 * keeps them: short. What gave nothing (null, "", an empty list) is left out,
 * and so is "set.x" where the `let` named x gave the same.
 */
export function packValues(values: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const packed: Record<string, unknown> = {};
  for (const [name, value] of values) {
    const sibling = siblingOf(name);
    if (sibling !== undefined && values.has(sibling)) {
      if (!isDeepStrictEqual(values.get(sibling), value)) packed[name] = isBlank(value) ? null : boundedValue(value);
    } else if (!isBlank(value)) packed[name] = boundedValue(value);
  }
  return packed;
}

/** Where the latest values of a record are kept. */
export interface KeptValues {
  executionId: string;
  /** Of the packed values: what is the same has the same. */
  digest: string;
}

// Shorter ones are not worth looking for.
const WORTH_SHARING = 100;

/**
 * Says where an execution's packed values are kept: with it, or, `isShared`,
 * where those of the record's latest run are, which are mostly the same.
 * `latest` is what the next run compares with.
 */
export function placeValues(
  packed: Record<string, unknown>,
  executionId: string,
  latest: KeptValues | null,
): { latest: KeptValues | null; isShared: boolean } {
  const json = JSON.stringify(packed);
  if (json.length < WORTH_SHARING) return { latest, isShared: false };
  const digest = hash("sha256", json, "base64url").slice(0, DIGEST_LENGTH);
  const isShared = latest?.digest === digest;
  return { latest: isShared ? latest : { executionId, digest }, isShared };
}

// 96 bits: it is compared with one other.
const DIGEST_LENGTH = 16;

/** The value under a name of packed values; null where the expression gave nothing. */
export function packedValue(packed: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(packed, name)) return packed[name];
  const sibling = siblingOf(name);
  return sibling !== undefined && Object.hasOwn(packed, sibling) ? packed[sibling] : null;
}

/** Whether an expression gave nothing. */
export function isBlank(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** "name" of "set.name" and of "on_create.name". */
function siblingOf(name: string): string | undefined {
  // Most names have no dot, and this runs for each value of each run.
  if (!name.includes(".")) return undefined;
  const sibling = name.replace(PART, "$1");
  return sibling === name ? undefined : sibling;
}

const PART = /(?<=^|\.)(?:set|on_create)\.([^.]*)$/;
