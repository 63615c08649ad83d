import { expect } from "vitest";
import type { ScimBody, ScimClient } from "./scim-client.ts";
import { BULK_REQUEST, BULK_RESPONSE, ENTERPRISE, GROUP, USER } from "./scim-messages.ts";

/** What a BulkResponse says of an operation. */
export interface Result {
  method: string;
  bulkId?: string;
  version?: string;
  location?: string;
  status: string;
  response?: ScimBody;
}

/** Sends operations and gives their results. */
export async function bulk({ post }: ScimClient, operations: object[], more: object = {}): Promise<Result[]> {
  const { status, body, text } = await post("/Bulk", bulkRequest(operations, more));
  expect(status, text).toBe(200);
  expect(body.schemas).toEqual([BULK_RESPONSE]);
  return body["Operations"] as Result[];
}

/** The body of a Bulk request (RFC 7644 section 3.7). */
export function bulkRequest(operations: object[], more: object = {}) {
  return { schemas: [BULK_REQUEST], Operations: operations, ...more };
}

export const statuses = (results: Result[]) => results.map(({ status }) => status);
export const idOf = (result: Result | undefined) => (result?.location ?? "").split("/").at(-1) ?? "";

/** Creates a user whose name follows from its bulkId. */
export function newUser(bulkId: string, more: object = {}) {
  const userName = `${bulkId}@example.com`;
  return { method: "POST", path: "/Users", bulkId, data: { schemas: [USER], userName, ...more } };
}

/** Creates a group that is called as its bulkId. */
export function newGroup(bulkId: string, ...members: string[]) {
  const data = { schemas: [GROUP], displayName: bulkId, members: members.map((value) => ({ value })) };
  return { method: "POST", path: "/Groups", bulkId, data };
}

export const managedBy = (manager: unknown) => ({ schemas: [USER, ENTERPRISE], [ENTERPRISE]: { manager } });
export const managerOf = (body: ScimBody) => (body[ENTERPRISE] as { manager: { value: string } }).manager.value;
export const memberIds = ({ members = [] }: ScimBody) =>
  (members as { value: string }[]).map(({ value }) => value).sort();
