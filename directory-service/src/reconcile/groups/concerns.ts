import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ExecutionOutcome, ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { candidateKey } from "../../domain/candidate-keys.ts";
import { holdersOf } from "../../storage/candidate-holders.ts";
import { type Waiting, waitingInCircles } from "../circles.ts";
import { organizationEvents } from "../lookup-events.ts";
import { type Concerns, type Consequences, stepsOf } from "../mark-concerned.ts";
import { query } from "../query.ts";
import { rulesMayName } from "../rules-may-name.ts";
import type { GroupRun, Renaming } from "./group-run.ts";
import { changedFields, memberViewOf } from "./member-view.ts";

const GROUP = ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP;

/** What a batch of groups did. */
interface Done {
  runs: GroupRun[];
  /** The runs that looked at what the others had done. */
  unlinked: GroupRun[];
  /** What those others renamed, and then these. */
  renamings: Renaming[][];
}

/** Whom it concerns what a batch of groups did: who looks up names, groups of the same organizations, members. */
export async function concernsOf(
  tx: SqlEntityManager,
  accountId: string,
  { runs, unlinked, renamings }: Done,
): Promise<Consequences> {
  const events: NonNullable<Concerns["events"]>[number][] = [];
  const organizations: NonNullable<Concerns["organizations"]>[number][] = [];
  const phases = renamings.flatMap((done, index) => done.map((renaming) => ({ ...renaming, phase: index + 1 })));
  for (const { run, before, after, phase } of phases) {
    for (const event of organizationEvents(accountId, before, after)) events.push({ ...event, phase });
    organizations.push({ id: after.id, byGroupId: run.group.id, phase });
  }

  const moved = runs.filter(({ group, organizationId }) => group.organizationId !== organizationId);
  // Another one of its groups may name it now.
  for (const { group } of moved)
    if (group.organizationId) organizations.push({ id: group.organizationId, byGroupId: group.id });
  const changed = new Set([...moved, ...(await seenOtherwise(tx, accountId, runs))]);

  const refused = runs.flatMap(({ group, offers }) => (offers === undefined ? [] : [{ id: group.id, offers }]));
  const circle = new Set(await waitingInCircles(refused, (offering) => waitersFor(tx, accountId, offering)));
  const records = Array.from(circle, (id) => ({ kind: GROUP, id, cause: "organization_changed" as const }));

  const last = new Set(unlinked);
  const causing = [...changed, ...phases.map(({ run }) => run), ...runs.filter(({ group }) => circle.has(group.id))];
  return {
    concerns: { records, events, organizations, groupIds: Array.from(changed, ({ group }) => group.id) },
    traceparent: causing.find(({ record }) => record.traceparent)?.record.traceparent ?? undefined,
    batch: { saw: new Map(runs.map((run) => [run.group.id, last.has(run) ? 1 : 0])), steps: stepsOf(causing) },
  };
}

/** The groups whose members' rules see another group than before. */
async function seenOtherwise(tx: SqlEntityManager, accountId: string, runs: GroupRun[]): Promise<GroupRun[]> {
  const differing = runs
    .map((run) => ({ run, fields: changedFields(run.group.memberView, memberViewOf(run.group.attributes)) }))
    .filter(({ run, fields }) => fields.length > 0 && !run.group.deleted);
  if (differing.length === 0) return [];
  const mayName = await rulesMayName(tx, accountId, ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER);
  return differing.filter(({ fields }) => fields.some(mayName)).map(({ run }) => run);
}

/** The groups that want the names that others' organizations would give up, and whose own have one. */
function waitersFor(tx: SqlEntityManager, accountId: string, offering: readonly Waiting[]) {
  return query<Waiting & { waitsFor: string }>(
    tx,
    `select m.scim_group_id as id, c.name as offers, o.id as "waitsFor"
     from unnest($2::uuid[], $3::bigint[]) as o (id, key)
     cross join ${holdersOf("scim_group_mapping", "o.key")} m
     join organization c on c.account_id = m.account_id and c.id = m.organization_id
     where m.scim_group_id <> o.id and m.outcome = ${ExecutionOutcome.EXECUTION_OUTCOME_FAILED}`,
    [
      accountId,
      offering.map(({ id }) => id),
      offering.map(({ offers }) => candidateKey(accountId, "taken_name", offers)),
    ],
  );
}
