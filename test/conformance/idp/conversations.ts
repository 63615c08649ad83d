import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Step } from "../../e2e/conversation.ts";
import type { Method } from "../../e2e/scim-client.ts";

/** A JSON file: what one client says, as it is documented or was captured. */
export interface Recording {
  file: string;
  client: string;
  /** Where the steps are from, by the tag that steps name. */
  sources: Record<string, string>;
  /** Sent with every request of the client. */
  headers: Record<string, string>;
  conversations: Conversation[];
}

/** One conversation, in an account of its own. */
export interface Conversation {
  name: string;
  /** Organizations that an administrator has created before it. */
  organizations?: string[];
  steps: RecordedStep[];
}

/**
 * A step, with the expectations of e2e conversations. "{anna}" stands for what
 * an earlier step kept or remembered. In bodies of responses, matchers are
 * objects with one key: `$any` a type, `$containing` a text's part or a list's
 * elements, `$matching` a regular expression, `$below` a number.
 */
export type RecordedStep = Pick<
  Step,
  "when" | "keep" | "remember" | "people" | "peopleCount" | "organizations" | "groups"
> & {
  /** Tags of the recording's sources. */
  source: string;
  request?: { method: Method; path: string; headers?: Record<string, string>; body?: unknown };
  response?: Pick<Step, "status" | "body" | "absent">;
  /** An administrator creates this organization. */
  createOrganization?: string;
};

/** Every recording, by its file's name. */
export function conversationFiles(): Recording[] {
  return globSync("*.json", { cwd: import.meta.dirname })
    .sort()
    .map((file) => ({ file, ...JSON.parse(readFileSync(join(import.meta.dirname, file), "utf8")) }));
}
