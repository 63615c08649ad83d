import type { Database } from "@rollcall/runtime/database";
import type { PlanContext } from "../reconcile/plan/run-plan.ts";
import type { ListTotals } from "../storage/list-totals.ts";
import type { PageTokens } from "../storage/page-token.ts";

/** What the handlers of this service share. */
export interface Context {
  db: Database;
  pageTokens: PageTokens;
  totals: ListTotals;
  plans: PlanContext;
  /** Says that an account has records to be mapped. To be called after the commit. */
  scheduleReconcile(accountId: string): void;
}
