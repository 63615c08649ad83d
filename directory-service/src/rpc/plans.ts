import {
  type CopyRuleSetRequest,
  type CopyRuleSetResponse,
  DifferenceKind,
  type MappingServiceService,
  type PlanRuleSetRequest,
  type PlanRuleSetResponse,
  type RuleSet,
  RuleSetState,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Call, Handlers } from "@rollcall/runtime/implement";
import { type FieldViolation, fieldInvalid } from "@rollcall/runtime/status";
import { isRecordId } from "../domain/record-id.ts";
import { checkKind } from "../domain/record-kind.ts";
import { reportDrift } from "../reconcile/plan/drift.ts";
import { planRules } from "../reconcile/plan/plan-rules.ts";
import { liveRecordIds } from "../storage/live-record-ids.ts";
import { onPool } from "../storage/statement.ts";
import { checkBatch } from "./batches.ts";
import { checkRuleSet } from "./check-rule-set.ts";
import type { Context } from "./context.ts";
import { copyRuleSet } from "./copy-rule-set.ts";
import { recordNotFound } from "./reprocess.ts";
import { selectRuleSet } from "./rule-set-selection.ts";

type PlansContext = Pick<Context, "db" | "plans">;

/** Handlers of MappingService for trying rules out. */
export function planHandlers(
  context: PlansContext,
): Pick<Handlers<MappingServiceService>, "planRuleSet" | "copyRuleSet" | "driftReport"> {
  return {
    planRuleSet: (request, call) => plan(context, request, call),
    copyRuleSet: (request, call) => copyAndPlan(context, request, call),
    async *driftReport({ findingLimit }, { caller, signal }) {
      checkAmounts({ finding_limit: findingLimit });
      yield* reportDrift(context.plans, { accountId: caller.accountId, signal, findingLimit });
    },
  };
}

async function* plan(
  { db, plans }: PlansContext,
  request: PlanRuleSetRequest,
  { caller: { accountId }, signal }: Call,
): AsyncGenerator<PlanRuleSetResponse> {
  const { kind, selector, sampleSize, recordIds, differenceKinds, differenceLimit } = request;
  checkKind(kind);
  checkSelection(request);
  const ruleSet = await selectRuleSet(db, accountId, kind, selector, {
    field: "selector",
    unset: "draft, else published",
    content: true,
  });
  // What it names may be gone by now, and then it could not be published. Rules that came along have been checked.
  const given = selector?.selector?.$case === "text" || selector?.selector?.$case === "rules";
  if (!given && ruleSet.state !== PUBLISHED) await checkRuleSet(db, accountId, kind, ruleSet);
  const ids = await existingRecords({ db }, accountId, kind, recordIds);
  yield* planRules(plans, {
    accountId,
    signal,
    ruleSet,
    recordIds: ids,
    sampleSize,
    differenceKinds,
    differenceLimit,
  });
}

async function* copyAndPlan(
  { db, plans }: PlansContext,
  request: CopyRuleSetRequest,
  { caller, signal }: Call,
): AsyncGenerator<CopyRuleSetResponse> {
  const { sampleSize, differenceLimit } = request;
  checkAmounts({ sample_size: sampleSize, difference_limit: differenceLimit });
  const draft: RuleSet = await copyRuleSet(db, caller, request);
  yield { event: { $case: "draft", value: draft } };
  const events = planRules(plans, {
    accountId: caller.accountId,
    signal,
    ruleSet: draft,
    recordIds: [],
    sampleSize,
    differenceKinds: [],
    differenceLimit,
  });
  for await (const event of events) yield { event: { $case: "plan", value: event } };
}

const PUBLISHED = RuleSetState.RULE_SET_STATE_PUBLISHED;
const KINDS = Object.values(DifferenceKind).filter(
  (kind) => typeof kind === "number" && kind > DifferenceKind.DIFFERENCE_KIND_UNSPECIFIED,
);

function checkSelection({ sampleSize, recordIds, differenceKinds, differenceLimit }: PlanRuleSetRequest): void {
  checkBatch("record_ids", recordIds);
  const violations: FieldViolation[] = differenceKinds.flatMap((kind, index) =>
    KINDS.includes(kind)
      ? []
      : [{ field: `difference_kinds[${index}]`, description: "must be one of the contract's values." }],
  );
  if (sampleSize > 0 && recordIds.length > 0)
    violations.push({ field: "sample_size", description: "has no place beside record_ids." });
  if (violations.length > 0) throw fieldInvalid(violations);
  checkAmounts({ sample_size: sampleSize, difference_limit: differenceLimit });
}

/** Throws FIELD_INVALID for those that are negative, by their fields. */
function checkAmounts(amounts: Record<string, number>): void {
  const negative = Object.entries(amounts).filter(([, amount]) => amount < 0);
  if (negative.length > 0)
    throw fieldInvalid(negative.map(([field]) => ({ field, description: "must be 0 or more." })));
}

/** Each id once. Throws NOT_FOUND for one that no record of the account has. */
async function existingRecords(
  { db }: Pick<Context, "db">,
  accountId: string,
  kind: ScimRecordKind,
  ids: readonly string[],
): Promise<string[]> {
  const wanted = [...new Set(ids)];
  const found = new Set(await liveRecordIds(onPool(db), accountId, kind, wanted.filter(isRecordId)));
  const missing = wanted.find((id) => !found.has(id));
  if (missing !== undefined) throw recordNotFound(kind, missing);
  return wanted;
}
