import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { inject } from "vitest";
import type { RunParts } from "./global-setup.ts";

/** Gets a part of what all test files have in common, started where this is the first to ask; see global-setup.ts. */
export async function askRun<Name extends keyof RunParts>(name: Name): Promise<RunParts[Name]> {
  const question = request({ socketPath: inject("runSocket"), path: `/${name}` }).end();
  const [answer] = (await once(question, "response")) as [IncomingMessage];
  const body = await text(answer);
  if (answer.statusCode !== 200) throw new Error(body);
  return JSON.parse(body);
}
