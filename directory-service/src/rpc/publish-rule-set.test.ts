import { RuleSetState as State } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { CreatePersonRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { DeleteScimUserRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Directory, newUser, reasonOf, startDirectory } from "../../test/directory-service.ts";
import {
  draft,
  kind,
  newRuleSetAccount,
  outcomesOf,
  type RuleSetAccount,
  revision,
  rulesText,
  titleOf,
} from "../../test/rule-set-account.ts";
import { lockReconcile } from "../storage/reconcile-lock.ts";

let directory: Directory;
let admin: RuleSetAccount;

beforeAll(async () => {
  directory = await startDirectory();
});
beforeEach(async () => {
  admin = await newRuleSetAccount(directory);
});
afterAll(() => directory.stop());

describe("PublishRuleSet", () => {
  it("makes the draft a revision and queues all records of the kind, behind what clients change", async () => {
    const { id: waiting } = await directory.users.createScimUser(newUser("ada@example.com"), admin.me);
    const { id: clean } = await directory.users.createScimUser(newUser("bob@example.com"), admin.me);
    await directory.sql("delete from dirty_record where record_id = $1", clean);
    await admin.save("Boss");
    const published = await admin.publish(1, "Everybody is a boss");
    expect(published).toMatchObject({
      revision: 2,
      state: State.RULE_SET_STATE_PUBLISHED,
      version: 1,
      baseRevision: 1,
      note: "Everybody is a boss",
      text: rulesText("Boss"),
    });
    expect(await admin.get()).toEqual(published);
    expect(await reasonOf(admin.get(draft))).toBe("RULE_SET_NOT_FOUND");
    expect(await admin.get(revision(1))).toMatchObject({ state: State.RULE_SET_STATE_SUPERSEDED });
    expect(
      await directory.sql(
        "select record_id, causes, priority from dirty_record where account_id = $1 order by 1",
        admin.id,
      ),
    ).toEqual([
      { record_id: waiting, causes: ["created", "rules_changed"], priority: 0 },
      { record_id: clean, causes: ["rules_changed"], priority: 1 },
    ]);
    expect(await directory.mapping.getReconcileStatus({}, admin.me)).toMatchObject({
      pending: 2,
      progress: [{ kind, revision: 2, processed: 0, total: 2, startTime: published.publishTime }],
    });
    await directory.sql("delete from dirty_record where record_id = $1", clean);
    expect(await directory.mapping.getReconcileStatus({}, admin.me)).toMatchObject({
      pending: 1,
      progress: [{ processed: 1, total: 2 }],
    });
    await directory.sql("delete from dirty_record where record_id = $1", waiting);
    expect(await directory.mapping.getReconcileStatus({}, admin.me)).toMatchObject({ pending: 0, progress: [] });
  });

  it("queues deleted records that are linked still, and no others that are gone", async () => {
    const { id: linked } = await directory.users.createScimUser(newUser("ada@example.com"), admin.me);
    const { id: unlinked } = await directory.users.createScimUser(newUser("bob@example.com"), admin.me);
    const request = CreatePersonRequest.fromPartial({ person: { name: "Ada", primaryEmail: "ada@example.com" } });
    const person = await directory.people.createPerson(request, admin.me);
    await directory.sql(
      "insert into scim_user_mapping (account_id, scim_user_id, person_id) values ($1, $2, $3)",
      admin.id,
      linked,
      person.id,
    );
    for (const id of [linked, unlinked])
      await directory.users.deleteScimUser(DeleteScimUserRequest.fromPartial({ id }), admin.me);
    await directory.clean();
    await admin.save("Boss");
    await admin.publish(1);
    expect(await directory.causes(linked)).toEqual(["rules_changed"]);
    expect(await directory.causes(unlinked)).toBeUndefined();
  });

  it("waits for the batch that is being mapped, and queues what clients wrote meanwhile", async () => {
    await admin.save("Boss");
    const batch = new pg.Client({ connectionString: directory.url });
    await batch.connect();
    await batch.query("begin");
    await lockReconcile(async ({ text }, values) => (await batch.query(text, values)).rows, admin.id);
    const published = admin.publish(1);
    const waiting = "select from pg_locks where locktype = 'advisory' and not granted";
    while ((await directory.sql(waiting)).length === 0);
    const { id } = await directory.users.createScimUser(newUser("ada@example.com"), admin.me);
    await directory.clean();
    await batch.query("commit");
    await batch.end();
    await published;
    expect(await directory.causes(id)).toEqual(["rules_changed"]);
  });

  it("lets one of several who publish the same draft win", async () => {
    await admin.save("Boss");
    const results = await Promise.allSettled([admin.publish(1), admin.publish(1), admin.publish(1)]);
    expect(outcomesOf(results)).toEqual(["VERSION_MISMATCH", "VERSION_MISMATCH", "won"]);
    expect(await admin.revisions()).toEqual([2, 1]);
  });

  it("publishes what was seen or nothing, whoever saves or discards meanwhile", async () => {
    await admin.save("Boss");
    const results = await Promise.allSettled([admin.publish(1), admin.save("Chief", 1), admin.discard(1)]);
    expect(outcomesOf(results)).toEqual(["VERSION_MISMATCH", "VERSION_MISMATCH", "won"]);
    const isPublished = results[0].status === "fulfilled";
    expect(titleOf(await admin.get())).toBe(isPublished ? '"Boss"' : "user.title");
  });

  it("refuses a draft that was made from a revision that is no longer published, until it is said to count", async () => {
    await admin.save("Boss");
    await admin.publish(1);
    await admin.save("Chief");
    await admin.revert(1, 2);
    await expect(admin.publish(2)).rejects.toMatchObject({
      reason: "RULE_SET_OUTDATED",
      metadata: { base_revision: "2", published_revision: "3" },
    });
    await admin.save("Chief", 2, 3);
    expect(await admin.publish(3)).toMatchObject({ revision: 4, baseRevision: 3 });
  });

  it("refuses rules that have become invalid since they were saved", async () => {
    await admin.save("Boss");
    await directory.sql(
      "update rule_set set text = replace(text, '!deleted', '!delted') where account_id = $1 and state = 1",
      admin.id,
    );
    expect(await reasonOf(admin.publish(1))).toBe("RULE_SET_INVALID");
    expect((await admin.get()).revision).toBe(1);
  });

  it("publishes rules again that are published already", async () => {
    const { text: same } = await admin.get();
    await admin.saveText(same);
    expect(await admin.publish(1)).toMatchObject({ revision: 2, text: same });
  });

  it("names the fields that are at fault", async () => {
    await admin.save("Boss");
    await expect(admin.publish(0, "x".repeat(501))).rejects.toMatchObject({
      violations: [{ field: "version" }, { field: "note" }],
    });
    const revert = admin.revert(1, 0);
    await expect(revert).rejects.toMatchObject({ violations: [{ field: "published_revision" }] });
  });
});

describe("RevertRuleSet", () => {
  it("publishes an earlier revision again as a new one, and the draft stays", async () => {
    await admin.save("Boss");
    await admin.publish(1);
    const kept = await admin.save("Chief");
    await directory.users.createScimUser(newUser("ada@example.com"), admin.me);
    const reverted = await admin.revert(1, 2, "Oops");
    const { text: original, rules } = await admin.get(revision(1));
    expect(reverted).toMatchObject({
      revision: 3,
      revertedRevision: 1,
      baseRevision: 2,
      note: "Oops",
      text: original,
      rules,
    });
    expect(await admin.get(draft)).toEqual({ ...kept, revision: 4 });
    expect((await directory.mapping.getReconcileStatus({}, admin.me)).progress).toMatchObject([
      { revision: 3, total: 1 },
    ]);
    expect(await admin.revisions()).toEqual([3, 2, 1]);
  });

  it("lets one of two who take back win", async () => {
    await admin.save("Boss");
    await admin.publish(1);
    const revert = () => admin.revert(1, 2);
    expect(outcomesOf(await Promise.allSettled([revert(), revert()]))).toEqual(["VERSION_MISMATCH", "won"]);
  });

  it("says what cannot be taken back to", async () => {
    const revert = (to: number) => admin.revert(to, 1);
    expect(await reasonOf(revert(1))).toBe("FIELD_INVALID");
    await admin.save("Boss");
    expect(await reasonOf(revert(2))).toBe("RULE_SET_NOT_FOUND");
  });
});
