import { RuleSetSelector, RuleSetState as State } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Directory, reasonOf, startDirectory } from "../../test/directory-service.ts";
import {
  draft,
  kind,
  newRuleSetAccount,
  type RuleSetAccount,
  revision,
  rulesText,
  titleOf,
} from "../../test/rule-set-account.ts";

const groups = 2;
let directory: Directory;
let admin: RuleSetAccount;

beforeAll(async () => {
  directory = await startDirectory();
});
beforeEach(async () => {
  admin = await newRuleSetAccount(directory);
});
afterAll(() => directory.stop());

describe("GetRuleSet", () => {
  it("gives what a new account starts with, as a file too", async () => {
    const published = await admin.get();
    expect(published).toMatchObject({ kind, revision: 1, state: State.RULE_SET_STATE_PUBLISHED });
    const { problems } = await directory.mapping.validateRuleSet(
      { kind, content: { $case: "text", value: published.text } },
      admin.me,
    );
    expect(problems).toEqual([]);
    const defaults = await admin.get({ $case: "defaultRules", value: true });
    expect(defaults).toMatchObject({ revision: 0, rules: published.rules, text: published.text });
  });

  it("refuses what has no place there, and says what is not there", async () => {
    const refused: RuleSetSelector["selector"][] = [
      { $case: "text", value: "x" },
      { $case: "rules", value: { rules: [] } },
      { $case: "draft", value: false },
    ];
    for (const selector of refused) {
      expect(await reasonOf(admin.get(selector))).toBe("FIELD_INVALID");
      expect(await reasonOf(directory.mapping.exportRuleSet({ kind, selector: { selector } }, admin.me))).toBe(
        "FIELD_INVALID",
      );
    }
    for (const selector of [draft, revision(0), revision(2), revision(-1)])
      expect(await reasonOf(admin.get(selector))).toBe("RULE_SET_NOT_FOUND");
    expect(await reasonOf(directory.mapping.getRuleSet({ kind: 0, selector: undefined }, admin.me))).toBe(
      "FIELD_INVALID",
    );
  });
});

describe("ListRevisions", () => {
  it("goes through what is and was published, newest first, a page at a time, of the own account only", async () => {
    for (const title of ["A", "B", "C"]) await admin.publish((await admin.save(title)).version, title);
    await admin.save("Draft");
    const page = await directory.mapping.listRevisions({ kind, pageSize: 2, pageToken: "" }, admin.me);
    expect(page.ruleSets.map(({ revision, note, text, rules }) => [revision, note, text, rules])).toEqual([
      [4, "C", "", []],
      [3, "B", "", []],
    ]);
    const rest = { kind, pageSize: 2, pageToken: page.nextPageToken } as const;
    const { ruleSets, nextPageToken } = await directory.mapping.listRevisions(rest, admin.me);
    expect(ruleSets.map(({ revision }) => revision)).toEqual([2, 1]);
    expect(nextPageToken).toBe("");
    const other = await newRuleSetAccount(directory);
    for (const call of [
      directory.mapping.listRevisions(rest, other.me),
      directory.mapping.listRevisions({ ...rest, kind: groups }, admin.me),
    ])
      expect(await reasonOf(call)).toBe("PAGE_TOKEN_INVALID");
  });
});

describe("DiffRuleSets", () => {
  it("compares what is published with the draft, rule by rule and as text", async () => {
    await admin.publish((await admin.save("Boss")).version);
    await admin.save("Chief");
    const { differences, text: unified } = await directory.mapping.diffRuleSets(
      { kind, before: undefined, after: undefined },
      admin.me,
    );
    expect(differences).toMatchObject([
      { rule: "Titles", parts: [{ path: "set.job_title", before: '"Boss"', after: '"Chief"' }] },
    ]);
    expect(unified.split("\n").slice(0, 2)).toEqual(["--- revision 2", "+++ draft"]);
    expect(unified).toContain(
      `-      job_title: '"Boss"' # quoted twice\n+      job_title: '"Chief"' # quoted twice\n`,
    );
  });

  it("compares any two, given ones too, and finds nothing between the same", async () => {
    const given = RuleSetSelector.fromPartial({ selector: { $case: "text", value: rulesText("Boss") } });
    const before = RuleSetSelector.fromPartial({ selector: { $case: "defaultRules", value: true } });
    const { differences } = await directory.mapping.diffRuleSets({ kind, before, after: given }, admin.me);
    expect(differences.map(({ rule, kind }) => [rule, kind])).toEqual([
      ["Titles", 1],
      ["SCIM user to person", 2],
    ]);
    const same = await directory.mapping.diffRuleSets(
      { kind, before: { selector: revision(1) }, after: before },
      admin.me,
    );
    expect(same).toEqual({ differences: [], text: "" });
    expect(
      await reasonOf(directory.mapping.diffRuleSets({ kind, before: undefined, after: undefined }, admin.me)),
    ).toBe("RULE_SET_NOT_FOUND");
  });
});

describe("ExportRuleSet and ImportRuleSet", () => {
  it("give back the same file, comments and all", async () => {
    await admin.publish((await admin.save("Boss")).version);
    const exported = await directory.mapping.exportRuleSet({ kind, selector: undefined }, admin.me);
    const fileName = `${admin.id}-scim-user-rules-2.yaml`;
    expect(exported).toEqual({ fileName, text: rulesText("Boss"), baseRevision: 2, version: 0 });
    const imported = await admin.importText(exported.text, exported.baseRevision);
    expect(imported).toMatchObject({
      kind,
      state: State.RULE_SET_STATE_DRAFT,
      text: rulesText("Boss"),
      baseRevision: 2,
    });
    const defaults: RuleSetSelector = { selector: { $case: "defaultRules", value: true } };
    const others = [
      await directory.mapping.exportRuleSet({ kind, selector: { selector: draft } }, admin.me),
      await directory.mapping.exportRuleSet({ kind: groups, selector: defaults }, admin.me),
    ];
    expect(others.map(({ fileName }) => fileName)).toEqual([
      `${admin.id}-scim-user-rules-draft.yaml`,
      "default-scim-group-rules.yaml",
    ]);
  });

  it("do not overwrite what another administrator has published since the file was exported", async () => {
    const exported = await directory.mapping.exportRuleSet({ kind, selector: undefined }, admin.me);
    await admin.publish((await admin.save("Boss")).version);
    const mine = rulesText("Mine");
    const unsaid = directory.mapping.importRuleSet({ text: mine, version: 0, baseRevision: 0 }, admin.me);
    await expect(unsaid).rejects.toMatchObject({ reason: "FIELD_INVALID", violations: [{ field: "base_revision" }] });
    const { version } = await admin.importText(mine, exported.baseRevision);
    expect(await reasonOf(admin.publish(version))).toBe("RULE_SET_OUTDATED");
    expect(titleOf(await admin.get())).toBe('"Boss"');

    // Whoever has seen both says so.
    const seen = { text: mine, version, baseRevision: 2 };
    const replaced = await directory.mapping.importRuleSet(seen, admin.me);
    expect(await admin.publish(replaced.version)).toMatchObject({ revision: 3, baseRevision: 2 });
  });

  it("go on from where a draft, an earlier revision or the defaults stand", async () => {
    await admin.publish((await admin.save("Boss")).version);
    await admin.save("Chief", 0, 1);
    const exported = (selector: RuleSetSelector["selector"]) =>
      directory.mapping.exportRuleSet({ kind, selector: { selector } }, admin.me);
    expect(await exported(draft)).toMatchObject({ baseRevision: 1, version: 2 });
    expect(await exported(revision(1))).toMatchObject({ baseRevision: 2, version: 0 });
    expect(await exported({ $case: "defaultRules", value: true })).toMatchObject({ baseRevision: 2, version: 0 });
    const { text, ...base } = await exported(draft);
    const imported = await directory.mapping.importRuleSet({ text: `${text}# Mine\n`, ...base }, admin.me);
    expect(imported).toMatchObject({ version: 3, baseRevision: 1 });
  });

  it("goes by the kind that the file names, and refuses one that names none", async () => {
    const group = await directory.mapping.exportRuleSet({ kind: groups, selector: undefined }, admin.me);
    expect(await admin.importText(group.text)).toMatchObject({ kind: groups });
    for (const wrong of [
      rulesText("Boss").replace("kind: scim_user\n", ""),
      "",
      "- 1",
      "\u0000",
      'kind: "scim_user\\0"',
    ])
      expect(await reasonOf(admin.importText(wrong)), wrong).toBe("RULE_SET_INVALID");
    expect(await reasonOf(admin.importText(group.text))).toBe("VERSION_MISMATCH");
  });

  it("refuses characters that cannot be stored, in whatever way they are written", async () => {
    for (const value of [String.raw`"\0"`, String.raw`"\ud800"`, "\u0000"]) {
      const file = rulesText("Boss").replace("name: Titles", `name: Titles\n    description: ${value}`);
      expect(await reasonOf(admin.importText(file)), value).toBe("RULE_SET_INVALID");
    }
  });
});

describe("An account", () => {
  it("keeps defaults that are older than those of today", async () => {
    const [old] = (await admin.get()).rules;
    const rules = JSON.stringify([{ ...old, name: "As it was" }]);
    await directory.sql("update rule_set set rules = $2 where account_id = $1 and kind = 1", admin.id, rules);
    expect((await admin.get()).rules.map(({ name }) => name)).toEqual(["As it was"]);
    expect((await admin.get()).text).toContain("As it was");
  });

  it("does not see another's rules", async () => {
    const neighbour = await newRuleSetAccount(directory);
    await admin.save("Boss");
    await admin.publish(1);
    expect((await neighbour.get()).revision).toBe(1);
    expect(await reasonOf(neighbour.get(revision(2)))).toBe("RULE_SET_NOT_FOUND");
  });
});
