import {
  type Difference,
  DifferenceKind,
  type PlanRuleSetResponse,
  type RuleSet,
  RuleSetState,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Session } from "@rollcall/runtime/database";
import { type BrakeOutlook, readBrakeOutlook } from "./brake-outlook.ts";
import { listDifferences } from "./list-differences.ts";
import { type Listed, listedPages } from "./listed.ts";
import { markForPlan, type PlanScope } from "./mark-for-plan.ts";
import { type PlanContext, runPlan } from "./run-plan.ts";
import { summarise } from "./summarise.ts";

/** What to plan, and what to say of it. */
export interface RulePlan extends Omit<PlanScope, "kinds"> {
  accountId: string;
  /** Aborts when nobody waits for it any more. */
  signal: AbortSignal;
  /** The rules, checked. */
  ruleSet: RuleSet;
  /** Differences of these kinds only. Empty: all. */
  differenceKinds: readonly DifferenceKind[];
  /** How many of them. 0: all. */
  differenceLimit: number;
}

type PlanEvent = NonNullable<PlanRuleSetResponse["event"]>;

/** Says what rules would do: progress, the summary, then the differences. Throws PLAN_LIMIT_REACHED. */
export async function* planRules(context: PlanContext, plan: RulePlan): AsyncGenerator<PlanRuleSetResponse> {
  const { accountId, ruleSet, recordIds, sampleSize, signal } = plan;
  const begin = performance.now();
  let brake: BrakeOutlook;
  const events = runPlan<PlanEvent>(context, {
    accountId,
    signal,
    async prepare(session, schema) {
      brake = await readBrakeOutlook(session, accountId);
      await putInForce(session, accountId, ruleSet);
      await markForPlan(session, accountId, { kinds: [ruleSet.kind], recordIds, sampleSize }, schema);
    },
    compare: listDifferences,
    async *answers(session) {
      const summary = await summarise(session, brake, { sampled: recordIds.length === 0 && sampleSize > 0 });
      const isDraft = ruleSet.state === RuleSetState.RULE_SET_STATE_DRAFT;
      Object.assign(summary, {
        kind: ruleSet.kind,
        revision: isDraft ? 0 : ruleSet.revision,
        draftVersion: isDraft ? ruleSet.version : 0,
        complete: recordIds.length === 0 && sampleSize === 0,
        duration: durationSince(begin),
      });
      yield { $case: "summary", value: summary };
      const selection = { kinds: plan.differenceKinds, limit: plan.differenceLimit };
      for await (const listed of listedPages(session, selection)) {
        yield { $case: "differences", value: { differences: listed.map(toDifference) } };
      }
    },
  });
  for await (const event of events) yield { event };
}

const NO_FAILURE = { error: "", failedRule: "", failedExpression: "", warnings: [], failingAlready: false };

/** A group may get another organization and fail to give it its name: two differences. */
function toDifference({ kind, difference }: Listed): Difference {
  const isFailing = kind === DifferenceKind.DIFFERENCE_KIND_RECORD_FAILING;
  return { ...difference, ...(isFailing ? {} : NO_FAILURE), kind: kind as DifferenceKind };
}

/** Time since a moment of performance.now(). */
export function durationSince(begin: number): { seconds: number; nanos: number } {
  const millis = performance.now() - begin;
  return { seconds: Math.floor(millis / 1e3), nanos: Math.round((millis % 1e3) * 1e6) };
}

/** In the shadows these are the published rules of their kind. */
async function putInForce({ pool }: Session, accountId: string, { kind, rules }: RuleSet): Promise<void> {
  await pool.query(
    `with before as (delete from rule_set where account_id = $1 and kind = $2 returning revision)
     insert into rule_set (account_id, kind, revision, state, rules, create_time, update_time)
     select $1, $2, coalesce(max(revision), 0) + 1, $3, $4::jsonb, now(), now() from before`,
    [accountId, kind, RuleSetState.RULE_SET_STATE_PUBLISHED, JSON.stringify(rules)],
  );
}
