import fc from "fast-check";
import type { Json } from "./engine.ts";

type Model = Record<string, fc.Arbitrary<unknown>>;

/** JSON objects that have each of these properties. */
export function object(model: Model): fc.Arbitrary<Json> {
  return fc.record(model, { noNullPrototype: true });
}

/** JSON objects that have some of these properties, the required ones always. */
export function partialObject(model: Model, ...required: string[]): fc.Arbitrary<Json> {
  return fc.record(model, { noNullPrototype: true, requiredKeys: required });
}
