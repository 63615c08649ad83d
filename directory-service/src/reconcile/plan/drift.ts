import {
  type Difference,
  type DriftFinding,
  DriftKind,
  type DriftReportResponse,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { listDrift } from "./list-drift.ts";
import { countListed, type Listed, listedPages } from "./listed.ts";
import { markForPlan } from "./mark-for-plan.ts";
import { durationSince } from "./plan-rules.ts";
import { type PlanContext, runPlan } from "./run-plan.ts";

/** Which account to look at, and what to say of it. */
export interface DriftQuery {
  accountId: string;
  /** Aborts when nobody waits for it any more. */
  signal: AbortSignal;
  /** How many findings. 0: all. */
  findingLimit: number;
}

type DriftEvent = NonNullable<DriftReportResponse["event"]>;

const KINDS = [ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER, ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP];

/**
 * Says where an account is another than the rules in force make it: progress,
 * the summary, then the findings. Throws PLAN_LIMIT_REACHED.
 */
export async function* reportDrift(context: PlanContext, query: DriftQuery): AsyncGenerator<DriftReportResponse> {
  const { accountId, signal, findingLimit } = query;
  const begin = performance.now();
  const events = runPlan<DriftEvent>(context, {
    accountId,
    signal,
    prepare: (session, schema) =>
      markForPlan(session, accountId, { kinds: KINDS, recordIds: [], sampleSize: 0 }, schema),
    compare: listDrift,
    async *answers(session) {
      const count = await countListed(session);
      const summary = {
        peopleDifferent: count(DriftKind.DRIFT_KIND_PERSON_DIFFERENT),
        recordsWithoutPerson: count(DriftKind.DRIFT_KIND_RECORD_WITHOUT_PERSON),
        peopleOfDeletedRecords: count(DriftKind.DRIFT_KIND_PERSON_OF_DELETED_RECORD),
        groupsUnmatched: count(DriftKind.DRIFT_KIND_GROUP_UNMATCHED),
        organizationsDifferent: count(DriftKind.DRIFT_KIND_ORGANIZATION_DIFFERENT),
        duration: durationSince(begin),
      };
      yield { $case: "summary", value: summary };
      for await (const listed of listedPages(session, { limit: findingLimit }))
        yield { $case: "findings", value: { findings: listed.map(toFinding) } };
    },
  });
  for await (const event of events) yield { event };
}

function toFinding({ kind, difference }: Listed): DriftFinding {
  return { kind: kind as DriftKind, difference: { ...difference, ...SAYING[kind as DriftKind]?.(difference) } };
}

/** What a finding says beside who or what it is about. */
const SAYING: Partial<Record<DriftKind, (difference: Difference) => Partial<Difference>>> = {
  [DriftKind.DRIFT_KIND_RECORD_WITHOUT_PERSON]: ({ error }) => ({
    error: error || "The rules would give it a person; it has not been mapped since they could.",
  }),
  [DriftKind.DRIFT_KIND_GROUP_UNMATCHED]: ({ error, changes }) => ({
    error:
      error ||
      (changes.length > 0
        ? "The rules would give it an organization; it has not been mapped since they could."
        : "No enabled organization is one that the rules name."),
  }),
};
