import { type CelInput, type CelValue, celList, celMap, isCelList, isCelMap, isCelUint } from "@bufbuild/cel";
import { spendOnResult } from "./step-budget.ts";
import type { Json, JsonObject } from "./variables.ts";

/** Wraps a value once, so that CEL need not convert it again at each access. */
export function toCel(value: Json): CelInput {
  if (Array.isArray(value)) return celList(value.map(toCel));
  if (typeof value === "object" && value !== null) {
    const entries = new Map<string, CelInput>();
    for (const key in value) entries.set(key, toCel(value[key] as Json));
    return celMap(entries);
  }
  return value;
}

// What an expression may give at most, so that none can feed a longer one to the next.
const TEXT_LIMIT = 65_536;
const LIST_LIMIT = 1_000;

/** A CEL value as JSON. Throws for what is too large and for what JSON does not have, such as bytes and durations. */
export function fromCel(value: CelValue): Json {
  switch (typeof value) {
    case "string":
      if (value.length > TEXT_LIMIT) throw new Error(`it gives a text of more than ${TEXT_LIMIT} characters`);
      if (value.includes("\0")) throw new Error("it gives a text with the character U+0000, which nothing can store");
      spendOnResult(0, value.length);
      // CEL's charAt and substring may cut a character in half, which PostgreSQL refuses.
      return value.toWellFormed();
    case "boolean":
    case "number":
      return value;
    case "bigint":
      return Number(value);
  }
  if (value === null) return null;
  if (isCelUint(value)) return Number(value.value);
  if (isCelList(value)) {
    if (value.size > LIST_LIMIT) throw new Error(`it gives a list of more than ${LIST_LIMIT} elements`);
    spendOnResult(value.size, 0);
    return Array.from(value, fromCel);
  }
  if (isCelMap(value)) {
    spendOnResult(value.size, 0);
    const object: JsonObject = {};
    for (const [key, item] of value.entries()) object[String(key).toWellFormed()] = fromCel(item);
    return object;
  }
  throw new Error("it gives a value that no field can hold");
}
