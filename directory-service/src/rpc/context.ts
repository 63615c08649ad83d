import type { Database } from "@rollcall/runtime/database";
import type { PageTokens } from "../storage/page-token.ts";
import type { Walks } from "../storage/walk.ts";

/** What the handlers of this service share. */
export interface Context {
  db: Database;
  pageTokens: PageTokens;
  walks: Walks;
  /** Says that an account has records to be mapped. To be called after the commit. */
  scheduleReconcile(accountId: string): void;
}
