import type {
  ListRequestsRequest,
  ListRequestsResponse,
  RecordRequestsRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { isRecordId } from "../domain/record-id.ts";
import { toRequestRow, toScimRequest } from "../domain/request-row.ts";
import { pageSizeOf } from "../storage/page-size.ts";
import { insertRequests, listRequests as readRequests } from "../storage/requests.ts";
import { onPool } from "../storage/statement.ts";
import { checkBatch } from "./batches.ts";
import type { Context } from "./context.ts";
import { checkTimes, textOf } from "./times.ts";

const MAX_REQUESTS = 1_000;

/** Adds to the request log what is a request. */
export async function recordRequests(
  { db }: Pick<Context, "db">,
  { requests }: RecordRequestsRequest,
): Promise<Record<string, never>> {
  checkBatch("requests", requests, MAX_REQUESTS);
  const rows = requests.map(toRequestRow).filter((row) => row !== undefined);
  await insertRequests(onPool(db), rows);
  return {};
}

/** A page of an account's request log, newest first. */
export async function listRequests(
  { db, pageTokens }: Pick<Context, "db" | "pageTokens">,
  accountId: string,
  { recordId, failed, startTime, endTime, pageToken, ...request }: ListRequestsRequest,
): Promise<ListRequestsResponse> {
  const pageSize = pageSizeOf(request.pageSize);
  checkTimes(startTime, endTime);
  const scope = [accountId, "requests", recordId, `${failed}`, ...[startTime, endTime].map(textOf)];
  const before = pageToken ? pageTokens.open(scope, pageToken) : undefined;
  // What cannot be an id is no record's.
  if (recordId !== "" && !isRecordId(recordId)) return { requests: [], nextPageToken: "" };

  const filter = { recordId: recordId || undefined, failed, startTime, endTime, before };
  // One more than asked for tells whether there is a next page.
  const found = await readRequests(onPool(db), accountId, filter, pageSize + 1);
  const requests = found.slice(0, pageSize).map(toScimRequest);
  const last = requests.at(-1);
  const nextPageToken = found.length > pageSize && last ? pageTokens.seal(scope, last.id) : "";
  return { requests, nextPageToken };
}
