import { isDeepStrictEqual } from "node:util";
import type { ScimAnswer } from "../e2e/scim-client.ts";
import type { FuzzAccount } from "./account.ts";
import { checkAnswer, Violation } from "./oracle.ts";
import type { FuzzRequest } from "./requests.ts";

/** How a request went. */
export interface Outcome {
  status: number;
  /** From its first byte to the answer's last. */
  ms: number;
  fault: Violation | undefined;
}

/** What an account's rows were after the last request: they must be so before the next one. */
const lastSeen = new WeakMap<FuzzAccount, string>();

/** Sends a request and looks at the answer and at what it left behind. */
export async function tryRequest(account: FuzzAccount, request: FuzzRequest): Promise<Outcome> {
  const before = lastSeen.get(account) ?? (await account.fingerprint());
  const filled = account.filled(request);
  const begin = performance.now();
  const answer = await account.send(filled);
  const outcome = { status: answer.status, ms: performance.now() - begin, fault: undefined };
  const isAccepted = isWrite(filled) && answer.status < 300;
  try {
    checkAnswer(filled, answer);
    if (isAccepted) await checkWritten(account, filled, answer);
    else if (filled.path.includes("filter=") && answer.status === 200) await checkPartition(account, filled, answer);
    if (!isAccepted && (await account.fingerprint()) !== before)
      throw new Violation(`a changed row behind ${answer.status}`);
  } catch (error) {
    lastSeen.delete(account);
    if (error instanceof Violation) return { ...outcome, fault: error };
    throw error;
  }
  if (!isAccepted) {
    lastSeen.set(account, before);
    return outcome;
  }
  lastSeen.delete(account);
  await account.tidy(filled, answer);
  return outcome;
}

function isWrite({ method, path }: FuzzRequest): boolean {
  return method !== "GET" && !path.includes("/.search");
}

/** What was written reads back, as it was answered and as a valid resource; and to put it again changes nothing. */
async function checkWritten(account: FuzzAccount, request: FuzzRequest, answer: ScimAnswer): Promise<void> {
  const path = pathOf(request, answer);
  if (path === undefined) return;
  const read: FuzzRequest = { method: "GET", path };
  const found = await account.send(read);
  if (request.method === "DELETE") {
    if (found.status !== 404) throw new Violation(`${found.status} for what was deleted`);
    return;
  }
  if (found.status !== 200) throw new Violation(`${found.status} for what was written: ${found.text}`);
  checkAnswer(read, found);
  if (answer.text !== "" && !request.path.includes("?") && !isDeepStrictEqual(found.body, answer.body))
    throw new Violation(`another resource than was answered: ${found.text} after ${answer.text}`);
  const again = await account.send({ method: "PUT", path, body: found.text });
  if (again.status !== 200) throw new Violation(`${again.status} for putting back what was read: ${again.text}`);
  if (!isDeepStrictEqual(again.body, found.body))
    throw new Violation(`a change by putting back what was read: ${again.text} after ${found.text}`);
}

/** A filter and its negation have every resource between them, each once. */
async function checkPartition(account: FuzzAccount, { path }: FuzzRequest, { body }: ScimAnswer): Promise<void> {
  const [endpoint, query] = path.split("?");
  const filters = new URLSearchParams(query).getAll("filter");
  if (filters.length !== 1 || filters[0]?.trim() === "") return;
  const others = await account.send({
    method: "GET",
    path: `${endpoint}?count=0&filter=${encodeURIComponent(`not (${filters[0]})`)}`,
  });
  // One level more may be one too many.
  if (others.status === 400) return;
  const all = await account.send({ method: "GET", path: `${endpoint}?count=0` });
  const totals = [body, others.body, all.body].map(({ totalResults }) => totalResults) as [number, number, number];
  if (totals[0] + totals[1] !== totals[2])
    throw new Violation(`${totals[0]} found by the filter and ${totals[1]} by its negation, of ${totals[2]}`);
}

/** Where the written resource is. Undefined: there are several, or there is none. */
function pathOf({ method, path }: FuzzRequest, { headers }: ScimAnswer): string | undefined {
  if (path.startsWith("/Bulk")) return undefined;
  if (method !== "POST") return path.replace(/\?.*/s, "");
  const location = headers["location"];
  return location === undefined ? undefined : location.slice(location.search(/\/(Users|Groups)\//));
}
