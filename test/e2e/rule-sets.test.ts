import { setTimeout as sleep } from "node:timers/promises";
import { ReprocessRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { UpdatePersonRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { beforeAll, describe, expect, it } from "vitest";
import { equal } from "./rpc-filter.ts";
import { connectConsole, grpcConsole, type RuleConsole, type Saved } from "./rule-console.ts";
import { USER } from "./scim-messages.ts";
import { type Account, type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

const consoles: [string, (account: Account) => RuleConsole][] = [
  ["gRPC", (account) => grpcConsole(account)],
  ["Connect through the gateway", (account) => connectConsole(stack, account)],
];

describe.each(consoles)("an administrator by %s", (_, open) => {
  it("saves, mends and publishes rules, watches them run, takes them back, and moves them as a file", async () => {
    const account = await stack.newAccount();
    const rules = open(account);
    const people = 30;
    for (let n = 0; n < people; n++)
      await account.scim.post("/Users", {
        schemas: [USER],
        userName: `u${n}@example.com`,
        displayName: "U",
        title: "Clerk",
      });
    await account.settle();
    expect(await titles(account)).toEqual({ Clerk: people });

    const { text: original, baseRevision } = await rules.exportRules();
    const base = { version: 0, baseRevision };
    const commented = `# Ours\n${original}`;
    const broken = commented.replace("job_title: user.title", "job_title: user.titel # theirs");
    const refused = await rules.saveDraft(broken, base);
    const line = broken.split("\n").findIndex((candidate) => candidate.includes("user.titel")) + 1;
    expect(refused).toEqual({
      reason: "RULE_SET_INVALID",
      violations: [
        {
          field: "text",
          description: expect.stringMatching(new RegExp(`^line ${line}, column \\d+: .*titel.*Did you mean title\\?$`)),
        },
      ],
    });

    const mended = broken.replace("user.titel", `'"Chief " + user.title'`);
    const draft = await saved(rules.saveDraft(mended, base));
    expect(draft).toMatchObject({ revision: 2, version: 1, text: mended });
    expect(await rules.saveDraft(original, base)).toMatchObject({ reason: "VERSION_MISMATCH" });
    expect(await rules.diff()).toContain(
      "-      job_title: user.title\n+      job_title: '\"Chief \" + user.title' # theirs\n",
    );
    expect(await titles(account)).toEqual({ Clerk: people });

    await saved(rules.publish(draft.version, "Everybody is a chief"));
    const seen = await watch(rules);
    for (const progress of seen) expect(progress).toMatchObject({ revision: 2, total: people });
    const processed = seen.map((progress) => progress.processed);
    expect(processed).toEqual(processed.toSorted((a, b) => a - b));
    await account.settle();
    expect(await titles(account)).toEqual({ "Chief Clerk": people });

    expect(await rules.revert(1, 1)).toMatchObject({ reason: "VERSION_MISMATCH" });
    expect(await saved(rules.revert(1, 2))).toMatchObject({ revision: 3, text: original });
    await watch(rules);
    await account.settle();
    expect(await titles(account)).toEqual({ Clerk: people });
    expect(await rules.notes()).toEqual(["", "Everybody is a chief", ""]);

    // The file was made from revision 1, and 3 is published by now.
    const stale = await saved(rules.importRules(mended, base));
    expect(await rules.publish(stale.version, "By file")).toMatchObject({ reason: "RULE_SET_OUTDATED" });
    const imported = await saved(rules.importRules(mended, { version: stale.version, baseRevision: 3 }));
    await saved(rules.publish(imported.version, "By file"));
    const fileName = `${account.id}-scim-user-rules-4.yaml`;
    expect(await rules.exportRules()).toMatchObject({ fileName, text: mended, baseRevision: 4 });
    await account.settle();
    expect(await titles(account)).toEqual({ "Chief Clerk": people });
  });
});

it("Reprocess undoes what was changed by hand, for those that a filter matches", async () => {
  const account = await stack.newAccount();
  for (const name of ["ada", "bob"])
    await account.scim.post("/Users", {
      schemas: [USER],
      userName: `${name}@example.com`,
      displayName: "U",
      title: "Clerk",
    });
  await account.settle();
  for (const { id } of await account.people()) {
    const request = UpdatePersonRequest.fromPartial({ person: { id, jobTitle: "Baron" }, updateMask: ["job_title"] });
    await account.rpc.people.updatePerson(request, account.owner);
  }
  const request = ReprocessRequest.fromPartial({ kind: 1, filter: equal("user_name", "ada@example.com") });
  expect(await account.rpc.mapping.reprocess(request, account.owner)).toEqual({ queued: 1 });
  await account.settle();
  expect(await titles(account)).toEqual({ Clerk: 1, Baron: 1 });
});

async function titles(account: Account): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { jobTitle } of await account.people()) counts[jobTitle] = (counts[jobTitle] ?? 0) + 1;
  return counts;
}

async function saved(call: ReturnType<RuleConsole["publish"]>): Promise<Saved> {
  const answer = await call;
  if ("reason" in answer) throw new Error(`${answer.reason}: ${JSON.stringify(answer.violations)}`);
  return answer;
}

/** Each progress that was seen until there was none to see. */
async function watch(rules: RuleConsole) {
  const seen: NonNullable<Awaited<ReturnType<RuleConsole["progress"]>>>[] = [];
  for (;;) {
    const progress = await rules.progress();
    if (!progress) return seen;
    seen.push(progress);
    await sleep(10);
  }
}
