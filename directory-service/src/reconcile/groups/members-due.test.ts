import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Directory, startDirectory } from "../../../test/directory-service.ts";
import { createDueAccount, type DueAccount, withFields } from "../../../test/due-account.ts";
import { defaultGroupRules, defaultUserRules } from "../rules/default-rules.ts";

let directory: Directory;
let account: DueAccount;
let accounts = 0;

beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory?.stop());
beforeEach(async () => {
  account = await createDueAccount(directory, `due-${++accounts}`);
});

describe("a group", () => {
  it("makes its members due when it gets, changes or loses its organization, and nobody else", async () => {
    const [ann] = [await account.user("Ann"), await account.user("Bob")];
    const sales = await account.group("Sales", [ann]);
    await account.settle();
    expect(await account.ran(account.organization("Sales"))).toEqual({
      Sales: ["organization_changed"],
      Ann: ["group_changed"],
    });
    expect(await account.personOf(ann)).toMatchObject({ organization: "Sales" });
    expect(await account.ran(account.changeGroup(sales, "display_name", "Marketing"))).toEqual({
      Marketing: ["updated"],
    });
    expect(await account.ran(account.deleteGroup(sales))).toEqual({
      Marketing: ["deleted"],
      Ann: ["member_removed"],
    });
  });

  it.each([
    ["display_name", "groups.map(g, g.displayName)", true],
    ["external_id", "groups.map(g, g.externalId)", true],
    ["group_type", "groups.map(g, g.groupType)", true],
    ["display_name", 'memberOf(groups, "new") ? ["yes"] : ["no"]', true],
    ["display_name", "[user.displayName]", false],
    ["group_type", "groups.map(g, g.displayName)", false],
  ])("makes its members due for another %s where rules look at it: %s", async (path, list, due) => {
    await account.publish(1, withFields(defaultUserRules, { job_title: `joinPresent(${list}, ",")` }));
    await account.group("Old", [await account.user("Ann")], { externalId: "old", groupType: "old" });
    await account.user("Bob");
    await account.settle();
    const [{ id } = {}] = await directory.sql("select id from scim_group where account_id = $1", account.id);
    const name = path === "display_name" ? "new" : "Old";
    const runs = await account.ran(account.changeGroup(id as string, path, "new"));
    expect(runs).toEqual({ [name]: ["updated"], ...(due && { Ann: ["group_changed"] }) });
  });

  it("gives its organization its name back where somebody renames it by hand", async () => {
    const id = await account.organization("Sales");
    await account.group("Sales", [await account.user("Ann")]);
    await account.user("Ben", { enterprise: { organization: "Elsewhere" } });
    await account.settle();
    const runs = await account.ran(account.changeOrganization(id, { name: "Elsewhere" }));
    expect(runs).toEqual({ Sales: ["organization_changed"], Ben: ["organization_changed"] });
    expect(await account.nameOf(id)).toBe("Sales");
  });

  it("is due when its organization is disabled only where rules look at that", async () => {
    const id = await account.organization("Sales");
    const sales = await account.group("Sales");
    await account.settle();
    // Linked now, it looks up no name any more.
    expect(await account.ran(account.changeGroup(sales, "external_id", "1"))).toEqual({ Sales: ["updated"] });
    expect(await account.ran(account.changeOrganization(id, { disabled: true }))).toEqual({});
    await account.changeOrganization(id, { disabled: false });
    const candidates = "organization.exists && !organization.disabled ? [] : [byName(group.displayName)]";
    await account.publish(2, withFields(defaultGroupRules, { organization: candidates }));
    expect(await account.ran(account.changeOrganization(id, { disabled: true }))).toEqual({
      Sales: ["organization_changed"],
    });
  });
});
