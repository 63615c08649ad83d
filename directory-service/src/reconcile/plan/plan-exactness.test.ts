import {
  type Difference,
  PlanRuleSetRequest,
  type PlanSummary,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type Database, openDatabase } from "@rollcall/runtime/database";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { as, type Directory, startDirectory } from "../../../test/directory-service.ts";
import { createMappingAccount, ROOT_ID } from "../../../test/mapping-account.ts";
import { histories, type Step } from "../../../test/mapping-history.ts";
import { readState, tellPlanned, tellReal, withoutNewIds } from "../../../test/read-state.ts";
import { groupRules, userRules } from "../../../test/sensible-rules.ts";
import { migrations } from "../../migrations.ts";

// More by hand: PLAN_RUNS=1000 PLAN_SEED=7 npx vitest run plan-exactness
const RUNS = Number(process.env["PLAN_RUNS"] ?? 15);
const SEED = process.env["PLAN_SEED"] ? { seed: Number(process.env["PLAN_SEED"]) } : {};
const TIMEOUT = 120_000 + RUNS * 4_000;

let directory: Directory;
let db: Database;
let accounts = 0;

beforeAll(async () => {
  directory = await startDirectory();
  db = await openDatabase({ url: directory.url, entities: [], migrations, migrateCommand: "migrate" });
});
afterAll(async () => {
  await db?.close();
  await directory?.stop();
});

const rules = fc.oneof(
  userRules({ lasting: true, rootId: ROOT_ID }).map((each): Step => ({ do: "publish", kind: 1, rules: each })),
  groupRules({ lasting: true }).map((each): Step => ({ do: "publish", kind: 2, rules: each })),
);

describe("a plan", () => {
  it("says of any account exactly what publishing the rules then does, and leaves every row as it is", {
    timeout: TIMEOUT,
  }, async () => {
    let differences = 0;
    await fc.assert(
      fc.asyncProperty(
        histories({ lasting: true, rootId: ROOT_ID }),
        rules,
        fc.boolean(),
        async (steps, publication, waiting) => {
          if (publication.do !== "publish") return;
          const account = await createMappingAccount(directory, db, `plan-${++accounts}`);
          for (const step of steps) await account.take(step);
          if (!waiting) await account.settle();
          const before = await readState(directory, account.id);
          const rows = await rowsOf(account.id);
          const plan = await planOf(account.id, publication);
          expect(await rowsOf(account.id)).toEqual(rows);

          const since = new Date();
          await account.take(publication);
          await account.settle();
          const after = await readState(directory, account.id);
          const real = withoutNewIds(tellReal(before, after, since), before);
          expect(withoutNewIds(plan.differences.map(tellPlanned), before)).toEqual(real);
          expect(countsOf(plan.summary)).toEqual(countsOfReal(real, after, since));
          differences += real.length;
        },
      ),
      { numRuns: RUNS, ...SEED, endOnFailure: true },
    );
    // Equal to nothing is equal, too.
    expect(differences).toBeGreaterThan(0);
  });
});

async function planOf(
  accountId: string,
  { kind, rules }: Extract<Step, { do: "publish" }>,
): Promise<{ summary: PlanSummary; differences: Difference[] }> {
  const request = PlanRuleSetRequest.fromPartial({
    kind,
    selector: { selector: { $case: "rules", value: { rules } } },
  });
  const differences: Difference[] = [];
  let summary: PlanSummary | undefined;
  for await (const { event } of directory.mapping.planRuleSet(request, as(accountId, "administrator"))) {
    if (event?.$case === "summary") summary = event.value;
    if (event?.$case === "differences") differences.push(...event.value.differences);
  }
  if (!summary) throw new Error("The plan ended without a summary.");
  return { summary, differences };
}

const TABLES = ["person", "organization", "scim_user", "scim_group", "scim_group_member", "scim_user_mapping"];
const OTHERS = ["scim_group_mapping", "dirty_record", "execution", "rule_set", "disablement", "hold", "connection"];

/** Every row with where it is and who wrote or locked it last. */
async function rowsOf(accountId: string): Promise<unknown> {
  const rows = [...TABLES, ...OTHERS].map((table) =>
    directory.sql(
      `select t.ctid::text, t.xmin::text, t.xmax::text, t.* from ${table} t where account_id = $1 order by t.ctid`,
      accountId,
    ),
  );
  return Promise.all(rows);
}

function countsOf(summary: PlanSummary) {
  const { kind: _kind, revision: _revision, draftVersion: _version, duration: _duration, ...counts } = summary;
  const {
    complete: _complete,
    brakeTrips: _trips,
    peopleEnabledNow: _now,
    brakeThreshold: _threshold,
    ...rest
  } = counts;
  return rest;
}

function countsOfReal(
  real: ReturnType<typeof tellReal>,
  { records }: Awaited<ReturnType<typeof readState>>,
  since: Date,
): ReturnType<typeof countsOf> {
  const looked = [...records.values()].filter(({ process_time: time }) => (time as Date) >= since);
  const outcomes = Map.groupBy(looked, ({ outcome }) => outcome as ExecutionOutcome);
  const count = (kind: string) => real.filter((one) => one.kind === `DIFFERENCE_KIND_${kind}`).length;
  const touched = new Set(real.filter(({ kind }) => kind.includes("PERSON")).map(({ recordId }) => recordId));
  return {
    records: looked.length,
    peopleCreated: count("PERSON_CREATED"),
    peopleChanged: count("PERSON_CHANGED"),
    peopleDisabled: count("PERSON_DISABLED"),
    peopleEnabled: count("PERSON_ENABLED"),
    peopleMoved: count("PERSON_MOVED"),
    peopleUntouched: looked.filter(({ id, kind, link }) => kind === 1 && link && !touched.has(id as string)).length,
    organizationsRenamed: count("ORGANIZATION_RENAMED"),
    groupsRelinked: count("GROUP_RELINKED"),
    outcomes: [...outcomes]
      .map(([outcome, rows]) => ({ outcome, executions: rows.length }))
      .sort((one, other) => one.outcome - other.outcome),
  };
}
