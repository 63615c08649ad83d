import { isDeepStrictEqual } from "node:util";
import type { ScimAnswer } from "../e2e/scim-client.ts";
import { ERROR, LIST_RESPONSE } from "../e2e/scim-messages.ts";
import type { FuzzRequest } from "./requests.ts";
import { resourceFaults } from "./valid.ts";

/** What an answer, or what is left behind, has wrong. */
export class Violation extends Error {}

const BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/** Longest sentence of an error: what a client sends is quoted, but not at any length. */
const LONGEST_DETAIL = 2_000;

const SCIM_TYPES =
  "invalidFilter tooMany uniqueness mutability invalidSyntax invalidPath noTarget invalidValue invalidVers sensitive invalidCursor expiredCursor invalidCount".split(
    " ",
  );

/** Throws Violation unless an answer is a well-formed SCIM message that the request can have. */
export function checkAnswer(request: FuzzRequest, answer: ScimAnswer): void {
  const { status, headers, text } = answer;
  if (status === 501 && request.path.startsWith("/Me")) {
    checkError(request, answer);
    return;
  }
  if (status === 0 || status >= 500) throw new Violation(`${status}`);
  if ([401, 403, 429].includes(status)) throw new Violation(`${status} for a good token`);
  if (status === 204 || status === 304) {
    if (text !== "") throw new Violation(`${status} with a body`);
    return;
  }
  if (!/^application\/scim\+json\b/.test(headers["content-type"] ?? ""))
    throw new Violation(`the media type ${headers["content-type"]}`);
  if (!isJson(text)) throw new Violation("a body that is no JSON");
  if (status >= 400) {
    checkError(request, answer);
  } else {
    if (request.names !== undefined) throw new Violation(`${status} in spite of the key ${request.names}`);
    checkBody(answer);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function checkError({ names }: FuzzRequest, { status, body }: ScimAnswer): void {
  checkErrorBody(status, body);
  // A body that is too large is not looked into.
  if (names !== undefined && status !== 413 && !body.detail.includes(names))
    throw new Violation(`a detail that does not name ${names}`);
}

/** RFC 7644 section 3.12. */
function checkErrorBody(status: number, body: Partial<ScimAnswer["body"]>): void {
  const { schemas, status: said, scimType, detail, ...rest } = body;
  if (!isDeepStrictEqual(schemas, [ERROR]) || said !== String(status) || Object.keys(rest).length > 0)
    throw new Violation("an error that is not in SCIM form");
  if (scimType !== undefined && !SCIM_TYPES.includes(scimType as string)) throw new Violation(`scimType ${scimType}`);
  if (typeof detail !== "string" || !/\S+ \S+/.test(detail)) throw new Violation("an error without a sentence");
  if (detail.length > LONGEST_DETAIL) throw new Violation(`a detail of ${detail.length} characters`);
  const leak = /\[object \w+\]|\bundefined\b|\bTypeError\b|\bat \S+ \(|\.ts:\d+|\bselect \S+ from\b/.exec(detail)?.[0];
  if (leak) throw new Violation(`"${leak}" in the detail`);
}

function checkBody({ body }: ScimAnswer): void {
  if (isDeepStrictEqual(body.schemas, [LIST_RESPONSE])) {
    checkList(body);
    return;
  }
  if (isDeepStrictEqual(body.schemas, [BULK_RESPONSE])) {
    for (const operation of body["Operations"] as BulkResult[]) checkBulkResult(operation);
    return;
  }
  const faults = resourceFaults(body);
  if (faults.length > 0) throw new Violation(faults.join("; "));
}

interface BulkResult {
  method?: unknown;
  status?: unknown;
  location?: unknown;
  response?: Partial<ScimAnswer["body"]>;
}

/** RFC 7644 section 3.7.3. */
function checkBulkResult({ method, status, location, response }: BulkResult): void {
  if (typeof status !== "string" || !/^[234]\d\d$/.test(status)) throw new Violation(`an operation's status ${status}`);
  const failed = status.startsWith("4");
  if (failed !== (response !== undefined))
    throw new Violation(`${status} with the response ${JSON.stringify(response)}`);
  if (response !== undefined) checkErrorBody(Number(status), response);
  if (!failed && typeof location !== "string") throw new Violation(`a ${method} without a location`);
}

/** RFC 7644 section 3.4.2. */
function checkList(body: ScimAnswer["body"]): void {
  const { totalResults, itemsPerPage, startIndex, Resources } = body;
  const shown = Resources ?? [];
  if (!Number.isInteger(totalResults) || itemsPerPage !== shown.length || shown.length > totalResults)
    throw new Violation(`a list of ${shown.length} with itemsPerPage ${itemsPerPage}, totalResults ${totalResults}`);
  if (startIndex !== undefined && !(Number.isInteger(startIndex) && (startIndex as number) >= 1))
    throw new Violation(`startIndex ${startIndex}`);
  const faults = shown.flatMap(resourceFaults);
  if (faults.length > 0) throw new Violation(faults.slice(0, 3).join("; "));
}
