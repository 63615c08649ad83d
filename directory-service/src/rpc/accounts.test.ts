import { Account, type DeepPartial } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { as, asOperator, type Directory, reasonOf, startDirectory } from "../../test/directory-service.ts";

let directory: Directory;

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
});
afterAll(() => directory?.stop());

const create = (account: DeepPartial<Account>) =>
  directory.accounts.createAccount(
    { account: Account.fromPartial({ displayName: "New", environment: 1, ...account }) },
    asOperator,
  );
const update = (account: DeepPartial<Account>, updateMask: string[], options = as("acme", "owner")) =>
  directory.accounts.updateAccount({ account: Account.fromPartial(account), updateMask }, options);

describe("CreateAccount", () => {
  it("makes the account with its own organization, a connection and published rules", async () => {
    const account = await create({ id: "new-1", displayName: "Néw" });
    expect(account).toMatchObject({
      version: 1,
      displayName: "Néw",
      locale: "en-US",
      timeZone: "Etc/UTC",
      productionAccountId: "",
    });
    const read = as("new-1", "read", "scim");
    expect(await directory.organizations.getOrganization({ id: account.organizationId }, read)).toMatchObject({
      name: "Néw",
    });
    expect(await directory.connections.getConnection({}, read)).toMatchObject({
      version: 1,
      provider: 5,
      putPolicy: 1,
      createConflictPolicy: 1,
    });
    for (const kind of [1, 2] as const)
      expect((await directory.mapping.getRuleSet({ kind }, read)).rules.length).toBeGreaterThan(0);
  });

  it("refuses a taken id and makes nothing then", async () => {
    expect(await reasonOf(create({ id: "acme" }))).toBe("ACCOUNT_ID_TAKEN");
  });

  it.each([
    ["account.id", { id: "Acme" }],
    ["account.id", { id: "-a" }],
    ["account.id", { id: "" }],
    ["account.id", { id: "x".repeat(64) }],
    ["account.environment", { id: "ok", environment: 0 as const }],
    ["account.display_name", { id: "ok", displayName: "" }],
    ["account.display_name", { id: "ok", displayName: "x".repeat(129) }],
    ["account.locale", { id: "ok", locale: "not a locale" }],
    ["account.time_zone", { id: "ok", timeZone: "Mars/Olympus" }],
    ["account.time_zone", { id: "ok", timeZone: "+02:00" }],
    ["account.production_account_id", { id: "ok", productionAccountId: "acme" }],
    ["account.production_account_id", { id: "ok", environment: 2 as const, productionAccountId: "nowhere" }],
  ])("names %s as the fault of %j", async (field, account) => {
    await expect(create(account)).rejects.toMatchObject({ reason: "FIELD_INVALID", violations: [{ field }] });
  });

  it("links a QA account to its production counterpart", async () => {
    const qa = await create({
      id: "acme-qa",
      environment: 2,
      productionAccountId: "acme",
      locale: "de-DE",
      timeZone: "Europe/Berlin",
    });
    expect(qa).toMatchObject({
      environment: 2,
      productionAccountId: "acme",
      locale: "de-DE",
      timeZone: "Europe/Berlin",
    });
  });
});

describe("GetAccount and ListAccounts", () => {
  it("gives an account's tokens theirs, and no other", async () => {
    const read = as("acme", "read");
    expect(await directory.accounts.getAccount({ id: "" }, read)).toMatchObject({ id: "acme" });
    expect(await directory.accounts.getAccount({ id: "acme" }, read)).toMatchObject({ id: "acme" });
    expect(await reasonOf(directory.accounts.getAccount({ id: "other" }, read))).toBe("ACCOUNT_NOT_FOUND");
    expect(await directory.accounts.getAccount({ id: "other" }, asOperator)).toMatchObject({ id: "other" });
  });

  it("lists all accounts page by page", async () => {
    const ids: string[] = [];
    let pageToken = "";
    do {
      const page = await directory.accounts.listAccounts({ pageSize: 2, pageToken }, asOperator);
      ids.push(...page.accounts.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(ids).toEqual([...ids].sort());
    expect(ids).toEqual(expect.arrayContaining(["acme", "other"]));
    expect(await reasonOf(directory.accounts.listAccounts({ pageSize: 2, pageToken: "x" }, asOperator))).toBe(
      "PAGE_TOKEN_INVALID",
    );
  });
});

describe("UpdateAccount", () => {
  it("changes what the mask names and nothing else, and counts", async () => {
    const before = await directory.accounts.getAccount({ id: "acme" }, asOperator);
    const after = await update({ id: "acme", displayName: "Acme 2", locale: "fr-FR", version: before.version }, [
      "display_name",
    ]);
    expect(after).toMatchObject({ displayName: "Acme 2", locale: before.locale, version: before.version + 1 });
    expect((await update({ displayName: "Acme 2" }, ["display_name"])).version).toBe(after.version);
    expect(await reasonOf(update({ version: before.version, displayName: "x" }, ["display_name"]))).toBe(
      "VERSION_MISMATCH",
    );
  });

  it("lets operators link a QA account to production, and its owner only undo that", async () => {
    await create({ id: "link-qa", environment: 2 });
    const link = (productionAccountId: string, caller = as("link-qa", "owner")) =>
      update({ id: "link-qa", productionAccountId }, ["production_account_id"], caller);
    const refusals = [];
    // A production account, none, a QA account, itself.
    for (const id of ["acme", "nowhere", "acme-qa", "link-qa"])
      refusals.push(
        await link(id).then(
          () => "set",
          ({ code, reason, message, metadata, violations }) => ({ code, reason, message, metadata, violations }),
        ),
      );
    expect(new Set(refusals.map((refusal) => JSON.stringify(refusal))).size).toBe(1);
    expect(refusals[0]).toMatchObject({ reason: "SCOPE_MISSING", metadata: { scopes: "operator" } });
    expect(await directory.accounts.getAccount({ id: "link-qa" }, asOperator)).toMatchObject({
      version: 1,
      productionAccountId: "",
    });

    expect(await link("acme", asOperator)).toMatchObject({ version: 2, productionAccountId: "acme" });
    for (const id of ["nowhere", "link-qa"]) expect(await reasonOf(link(id, asOperator))).toBe("FIELD_INVALID");
    // What it is already is no news.
    expect(await link("acme")).toMatchObject({ version: 2 });
    expect(await reasonOf(link("other"))).toBe("SCOPE_MISSING");
    expect(await link("")).toMatchObject({ version: 3, productionAccountId: "" });
    expect(await reasonOf(link("acme"))).toBe("SCOPE_MISSING");
  });

  it("refuses a mask of nothing, of unknown fields, and another's account", async () => {
    expect(await reasonOf(update({}, []))).toBe("FIELD_INVALID");
    expect(await reasonOf(update({}, ["environment"]))).toBe("FIELD_INVALID");
    expect(await reasonOf(update({ id: "other", displayName: "x" }, ["display_name"]))).toBe("ACCOUNT_NOT_FOUND");
  });
});
