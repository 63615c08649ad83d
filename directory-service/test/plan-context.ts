import { createPlanSlots } from "../src/reconcile/plan/plan-slots.ts";
import type { PlanContext } from "../src/reconcile/plan/run-plan.ts";
import { type Fixture, logger } from "./reconcile-fixture.ts";

/** What plans run in, on a fixture's database. */
export function planContext({ db, url }: Pick<Fixture, "db" | "url">): PlanContext {
  return { db, databaseUrl: url, slots: createPlanSlots(), logger, draining: new AbortController().signal };
}
