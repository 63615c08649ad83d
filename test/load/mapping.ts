import { setTimeout as sleep } from "node:timers/promises";
import {
  MappingServiceService,
  PlanRuleSetRequest,
  type PlanSummary,
  ReprocessRequest,
  type Rule,
  SaveDraftRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { bearerMetadata, createClient } from "@rollcall/runtime/client";
import type { Stack } from "../../deploy/local/stack.ts";
import { processorTimes } from "./load.ts";
import { createUsers, findPeople } from "./provision.ts";

/** What a stage of mapping came to. */
export interface Stage {
  name: string;
  records: number;
  seconds: number;
  /** Microseconds of processor time for each record, by process. */
  cpu: Record<string, number>;
}

const kind = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;

/**
 * Maps an account that grows to `users`: the first import, everything again
 * without a change, plans, and a published change of every person. While the
 * import arrives nothing is mapped, so that only mapping is measured.
 */
export async function measureMapping(
  stack: Stack,
  mapping: { pause(): Promise<void>; resume(): Promise<void> },
  { from, users }: { from: number; users: number },
): Promise<Stage[]> {
  const client = createClient(MappingServiceService, stack.grpc.directory);
  const options = { metadata: bearerMetadata(stack.ownerToken) };
  const settled = async () => {
    while ((await client.getReconcileStatus({}, options)).pending > 0) await sleep(50);
  };
  const stages: Stage[] = [];
  const stage = async (name: string, records: number, work: () => Promise<unknown>) => {
    const before = processorTimes(stack.pids);
    const begin = performance.now();
    await work();
    const seconds = (performance.now() - begin) / 1000;
    const after = processorTimes(stack.pids);
    const cpu = Object.keys(after).map((process) => [
      process,
      ((after[process] ?? 0) - (before[process] ?? 0)) / records,
    ]);
    stages.push({ name, records, seconds, cpu: Object.fromEntries(cpu) });
    console.error(`${name}: ${records} records in ${seconds.toFixed(1)} s, ${Math.round(records / seconds)} a second`);
  };
  const plan = async (request: PlanRuleSetRequest): Promise<PlanSummary> => {
    for await (const { event } of client.planRuleSet(request, options))
      if (event?.$case === "summary") return event.value;
    throw new Error("The plan ended without a summary.");
  };

  await mapping.pause();
  await createUsers(stack, from, users);
  await mapping.resume();
  await stage("first import", users - from, settled);

  await stage("reprocess, no change", users, async () => {
    await client.reprocess(ReprocessRequest.fromPartial({ kind }), options);
    await settled();
  });
  const published = await client.getRuleSet({ kind }, options);
  const unchanged = PlanRuleSetRequest.fromPartial({
    kind,
    selector: { selector: { $case: "rules", value: { rules: published.rules } } },
  });
  await stage("plan, no change", users, () => plan(unchanged));

  const rules = retitled(published.rules, `Title ${users}`);
  const draft = await client.saveDraft(
    SaveDraftRequest.fromPartial({
      kind,
      content: { $case: "rules", value: { rules } },
      baseRevision: published.revision,
    }),
    options,
  );
  await stage("plan, every person changes", users, async () => {
    const { peopleChanged } = await plan(PlanRuleSetRequest.fromPartial({ kind }));
    if (peopleChanged !== users) throw new Error(`The plan changes ${peopleChanged} of ${users} people.`);
  });
  await stage("publish, every person changes", users, async () => {
    await client.publishRuleSet({ kind, version: draft.version, note: "" }, options);
    await settled();
  });
  client.close();
  return stages;
}

/** What lies between the SCIM answer and the person, in milliseconds, for users who come amid a sync of others. */
export async function measureLag(stack: Stack, { from, users }: { from: number; users: number }): Promise<number[]> {
  const lags: number[] = [];
  const people = await findPeople(stack);
  await createUsers(stack, from, from + users, async (userName) => {
    const answered = performance.now();
    while (!(await people.exists(userName))) await sleep(1);
    lags.push(performance.now() - answered);
  });
  await people.close();
  return lags.sort((one, other) => one - other);
}

function retitled(rules: Rule[], title: string): Rule[] {
  return rules.map((rule) => ({
    ...rule,
    set: rule.set.map((field) =>
      field.name === "job_title" ? { ...field, expression: JSON.stringify(title) } : field,
    ),
  }));
}
