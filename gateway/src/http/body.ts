import type { BodyLimits, Exchange } from "./exchange.ts";
import { parseJson } from "./json.ts";

const NOTHING = new Uint8Array();

/** The request's body as JSON. Throws JsonError. */
export function parseBody({ request }: Exchange, limits: BodyLimits): unknown {
  return parseJson(request.body instanceof Uint8Array ? request.body : NOTHING, limits);
}
