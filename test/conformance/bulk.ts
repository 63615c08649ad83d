import type { ScimAnswer, ScimClient } from "../e2e/scim-client.ts";

export const BULK_REQUEST = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
export const BULK_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";

/** One result of a Bulk answer. */
export interface BulkResult {
  method: string;
  bulkId?: string;
  version?: string;
  location?: string;
  status: string;
  response?: { schemas: string[]; status: string; scimType?: string; detail: string };
}

/** A Bulk answer with its results. */
export type BulkAnswer = ScimAnswer & { results: BulkResult[]; statuses: string[] };

/** Sends the operations as one Bulk request. */
export async function bulk(scim: ScimClient, operations: object[], rest: object = {}): Promise<BulkAnswer> {
  const answer = await scim.post("/Bulk", { schemas: [BULK_REQUEST], ...rest, Operations: operations });
  const results = (answer.body["Operations"] ?? []) as BulkResult[];
  return { ...answer, results, statuses: results.map(({ status }) => status) };
}

/** The id at the end of a result's location. */
export function idOf(result: BulkResult | undefined): string {
  return result?.location?.split("/").at(-1) ?? "";
}
