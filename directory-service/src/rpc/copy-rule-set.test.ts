import { Account, AccountEnvironment } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { CopyRuleSetRequest, type RuleSet } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { type Database, openDatabase } from "@rollcall/runtime/database";
import { afterAll, beforeAll, expect, it } from "vitest";
import { as, asOperator, type Directory, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { entities } from "../domain/entities.ts";
import { migrations } from "../migrations.ts";
import { copyRuleSet } from "./copy-rule-set.ts";

const kind = 1;
const { ACCOUNT_ENVIRONMENT_PRODUCTION: PRODUCTION, ACCOUNT_ENVIRONMENT_QA: QA } = AccountEnvironment;
let directory: Directory;
let db: Database;

beforeAll(async () => {
  directory = await startDirectory();
  db = await openDatabase({ url: directory.url, entities, migrations, migrateCommand: "migrate" });
  const accounts = [
    { id: "prod", environment: PRODUCTION },
    { id: "qa", environment: QA, productionAccountId: "prod" },
    { id: "stranger", environment: PRODUCTION },
    { id: "stranger-qa", environment: QA, productionAccountId: "stranger" },
    { id: "lonely", environment: PRODUCTION },
    { id: "loose-qa", environment: QA },
  ];
  for (const account of accounts)
    await directory.accounts.createAccount(
      { account: Account.fromPartial({ displayName: "X", ...account }) },
      asOperator,
    );
  await publish("qa", TEXT);
});
afterAll(async () => {
  await db.close();
  await directory.stop();
});

const TEXT = `# From QA
kind: scim_user
rules:
  - name: Titles
    when: "true" # always
    set:
      name: user.displayName
      primary_email: user.userName
`;

async function publish(accountId: string, text: string): Promise<RuleSet> {
  const me = as(accountId, "owner");
  const content = { $case: "text", value: text } as const;
  const { version } = await directory.mapping.saveDraft({ kind, content, version: 0, baseRevision: 1 }, me);
  return directory.mapping.publishRuleSet({ kind, version, note: "" }, me);
}

const copy = (accountId: string, request: Partial<CopyRuleSetRequest> = {}) => {
  const caller = { tokenId: "t", accountId, scopes: new Set<never>() };
  return copyRuleSet(db, caller, CopyRuleSetRequest.fromPartial({ kind, ...request }));
};

it("makes the QA account's published rules the draft, comments and all, and says where they are from", async () => {
  const draft = await copy("prod");
  expect(draft).toMatchObject({ state: 1, revision: 2, version: 1, baseRevision: 1, text: TEXT, tokenId: "t" });
  expect(draft).toMatchObject({ sourceAccountId: "qa", sourceRevision: 2, rules: [{ name: "Titles" }] });
  const published = await directory.mapping.getRuleSet({ kind, selector: undefined }, as("prod", "owner"));
  expect(published.revision).toBe(1);

  expect(await reasonOf(copy("prod", { sourceAccountId: "qa" }))).toBe("VERSION_MISMATCH");
  expect(await copy("prod", { sourceAccountId: "qa", version: 1 })).toMatchObject({ version: 2, text: TEXT });
  // An edit stays a copy; a file that replaces it does not.
  const me = as("prod", "owner");
  const content = { $case: "text", value: `${TEXT}# Edited\n` } as const;
  const edited = await directory.mapping.saveDraft({ kind, content, version: 2, baseRevision: 0 }, me);
  expect(edited).toMatchObject({ sourceAccountId: "qa", sourceRevision: 2 });
  const imported = await directory.mapping.importRuleSet({ text: TEXT, version: 3, baseRevision: 1 }, me);
  expect(imported).toMatchObject({ sourceAccountId: "", sourceRevision: 0 });
});

it("knows only QA accounts that name the caller's, and says of all others that there is none", async () => {
  for (const sourceAccountId of ["stranger-qa", "loose-qa", "stranger", "prod", "nobody", "\u0000", "' or true --"])
    await expect(copy("prod", { sourceAccountId }), sourceAccountId).rejects.toMatchObject({
      reason: "ACCOUNT_NOT_FOUND",
      message: "There is no such account.",
      metadata: {},
    });
  for (const accountId of ["lonely", "qa", "nobody"]) expect(await reasonOf(copy(accountId))).toBe("ACCOUNT_NOT_FOUND");
});

it("has to be told which where several name the account", async () => {
  const account = Account.fromPartial({
    id: "qa-2",
    displayName: "X",
    environment: QA,
    productionAccountId: "stranger",
  });
  await directory.accounts.createAccount({ account }, asOperator);
  await expect(copy("stranger")).rejects.toMatchObject({
    reason: "FIELD_INVALID",
    violations: [{ field: "source_account_id" }],
  });
  expect(await copy("stranger", { sourceAccountId: "qa-2" })).toMatchObject({
    sourceAccountId: "qa-2",
    sourceRevision: 1,
  });
});
