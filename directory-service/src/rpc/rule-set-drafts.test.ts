import { type RuleSet, RuleSetState as State } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Directory, reasonOf, startDirectory } from "../../test/directory-service.ts";
import {
  draft,
  kind,
  newRuleSetAccount,
  outcomesOf,
  type RuleSetAccount,
  rulesText,
  titleOf,
} from "../../test/rule-set-account.ts";

let directory: Directory;
let admin: RuleSetAccount;

beforeAll(async () => {
  directory = await startDirectory();
});
beforeEach(async () => {
  admin = await newRuleSetAccount(directory);
});
afterAll(() => directory.stop());

describe("SaveDraft", () => {
  it("stores the text to the letter, and the next save replaces it", async () => {
    const first = await admin.save("Boss");
    expect(first).toMatchObject({
      kind,
      revision: 2,
      state: State.RULE_SET_STATE_DRAFT,
      version: 1,
      baseRevision: 1,
      text: rulesText("Boss"),
      tokenId: "test",
      publishTime: undefined,
    });
    const second = await admin.save("Chief", 1);
    expect(second).toMatchObject({ revision: 2, version: 2, createTime: first.createTime, text: rulesText("Chief") });
    expect(titleOf(await admin.get(draft))).toBe('"Chief"');
    expect(titleOf(await admin.get())).toBe("user.title");
  });

  it("keeps the comments where rules are given", async () => {
    const { rules } = await admin.save("Boss");
    const [rule] = rules;
    if (!rule) throw new Error("no rule");
    const changed = { ...rule, when: "true", set: rule.set.slice(0, 2) };
    const saved = await admin.saveRules([changed], 1);
    expect(saved.rules).toEqual([changed]);
    for (const comment of ["# Titles", "# The only one."]) expect(saved.text).toContain(comment);
    expect(saved.text).not.toContain("job_title");
  });

  it("refuses what is invalid with the place of each problem, and stores nothing", async () => {
    const broken = rulesText("Boss").replace("user.displayName", "user.displayNam").replace("!deleted", "!delted");
    const call = admin.saveText(broken);
    await expect(call).rejects.toMatchObject({
      reason: "RULE_SET_INVALID",
      metadata: { problems: "2" },
      violations: [
        { field: "text", description: expect.stringMatching(/^line 6, column .*Did you mean deleted\?$/) },
        { field: "text", description: expect.stringMatching(/^line 8, column .*displayName/) },
      ],
    });
    expect(await reasonOf(admin.get(draft))).toBe("RULE_SET_NOT_FOUND");
    const [rule] = (await admin.get()).rules;
    const rules = [{ ...rule, when: "1 +" }] as never;
    const given = admin.saveRules(rules);
    await expect(given).rejects.toMatchObject({ violations: [{ field: "rules[0].when" }] });
    const none = directory.mapping.saveDraft({ kind, content: undefined, version: 0, baseRevision: 0 }, admin.me);
    await expect(none).rejects.toMatchObject({ reason: "FIELD_INVALID", violations: [{ field: "text" }] });
  });

  it("answers problems as data to ValidateRuleSet, with place and suggestion", async () => {
    const broken = { $case: "text", value: rulesText("Boss").replace("!deleted", "!delted") } as const;
    const { problems } = await directory.mapping.validateRuleSet({ kind, content: broken }, admin.me);
    expect(problems).toMatchObject([
      { severity: 1, rule: "Titles", path: "when", line: 6, column: 13, length: 6, suggestion: "deleted" },
    ]);
  });

  it("takes very many problems in an answer of bounded size", async () => {
    const lets = Array.from({ length: 60 }, (_, index) => `      x${index}: ${"unknown_".repeat(100)}${index}\n`).join(
      "",
    );
    const rules = Array.from({ length: 5 }, (_, index) => `  - name: R${index}\n    let:\n${lets}    when: "true"\n`);
    const value = `kind: scim_user\nrules:\n${rules.join("")}`;
    const call = admin.saveText(value);
    const error = await call.then(
      () => undefined,
      (error) => error,
    );
    expect(error).toMatchObject({ reason: "RULE_SET_INVALID", metadata: { problems: "100" } });
    expect(JSON.stringify(error.violations).length).toBeLessThan(5_000);
    expect(error.message).toContain("99 more problems");
  });

  it("lets one of two administrators win, and tells the other the version that is there", async () => {
    const created = await Promise.allSettled(["Boss", "Chief", "Head", "Lead"].map((title) => admin.save(title)));
    expect(outcomesOf(created)).toEqual(["VERSION_MISMATCH", "VERSION_MISMATCH", "VERSION_MISMATCH", "won"]);
    const changed = await Promise.allSettled(["Boss", "Chief", "Head", "Lead"].map((title) => admin.save(title, 1)));
    expect(outcomesOf(changed)).toEqual(["VERSION_MISMATCH", "VERSION_MISMATCH", "VERSION_MISMATCH", "won"]);
    const winner = changed.find((result) => result.status === "fulfilled")?.value as RuleSet;
    expect(await admin.get(draft)).toEqual(winner);
    await expect(admin.save("Late", 1)).rejects.toMatchObject({ metadata: { version: "2" } });
  });

  it("never gives a version twice, so that nobody saves over or publishes what they have not seen", async () => {
    await admin.save("Boss");
    await admin.discard(1);
    const another = await admin.save("Chief");
    expect(another.version).toBe(2);
    expect(await reasonOf(admin.save("Mine", 1))).toBe("VERSION_MISMATCH");
    expect(await reasonOf(admin.publish(1))).toBe("VERSION_MISMATCH");
    await admin.publish(2);
    expect((await admin.save("Head")).version).toBe(3);
  });

  it("takes an empty list of rules on purpose", async () => {
    const value = "kind: scim_user\nrules: []\n";
    const { version } = await admin.saveText(value);
    expect(await admin.publish(version)).toMatchObject({ rules: [], text: value });
  });

  it("has to be told what rules were made from, until there is a draft that knows it", async () => {
    const unsaid = admin.save("Boss", 0, 0);
    await expect(unsaid).rejects.toMatchObject({ reason: "FIELD_INVALID", violations: [{ field: "base_revision" }] });
    expect(await reasonOf(admin.get(draft))).toBe("RULE_SET_NOT_FOUND");
    await admin.save("Boss", 0, 1);
    expect(await admin.save("Chief", 1, 0)).toMatchObject({ version: 2, baseRevision: 1 });
  });

  it("keeps what another administrator has published since somebody read the rules", async () => {
    const { revision: read } = await admin.get();
    await admin.publish((await admin.save("Theirs")).version);
    const mine = await admin.save("Mine", 0, read);
    expect(await reasonOf(admin.publish(mine.version))).toBe("RULE_SET_OUTDATED");
    expect(titleOf(await admin.get())).toBe('"Theirs"');
  });

  it("refuses a base revision that was never published", async () => {
    for (const base of [2, -1])
      await expect(admin.save("Boss", 0, base)).rejects.toMatchObject({ violations: [{ field: "base_revision" }] });
  });
});

describe("DiscardDraft", () => {
  it("removes the draft, of any version or of the one that is named", async () => {
    expect(await reasonOf(admin.discard(0))).toBe("RULE_SET_NOT_FOUND");
    await admin.save("Boss");
    expect(await reasonOf(admin.discard(2))).toBe("VERSION_MISMATCH");
    await admin.discard(0);
    expect(await reasonOf(admin.get(draft))).toBe("RULE_SET_NOT_FOUND");
    expect(await reasonOf(admin.discard(1))).toBe("VERSION_MISMATCH");
  });
});
