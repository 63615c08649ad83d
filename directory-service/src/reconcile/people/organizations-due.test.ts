import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Directory, startDirectory } from "../../../test/directory-service.ts";
import { createDueAccount, type DueAccount, withFields } from "../../../test/due-account.ts";
import { defaultUserRules } from "../rules/default-rules.ts";

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

describe("an organization by which attribute the rules find it", () => {
  const byDepartment = '[byName(user.enterprise.department), byName("Rest")]';
  const of = (department: string) => ({ enterprise: { department } });

  beforeEach(() => account.publish(1, withFields(defaultUserRules, { organization: byDepartment })));

  it("makes exactly those due who named it, when it is made, renamed, disabled and enabled", async () => {
    const sales = await account.user("sales", of("Sales"));
    await account.user("support", of("Support"));
    await account.user("vain", { enterprise: { organization: "Sales" } });
    await account.settle();
    const made = await account.ran(account.organization("SALES"));
    expect(made).toEqual({ sales: ["organization_changed"] });
    const { organization_id: id } = await account.personOf(sales);
    expect(await account.personOf(sales)).toMatchObject({ organization: "SALES" });

    const renamed = await account.ran(account.changeOrganization(id as string, { name: "Support" }));
    expect(renamed).toEqual({ sales: ["organization_changed"], support: ["organization_changed"] });
    expect(await account.ran(account.changeOrganization(id as string, { name: "SUPPORT" }))).toEqual({});
    expect(await account.ran(account.changeOrganization(id as string, { disabled: true }))).toEqual({
      support: ["organization_changed"],
    });
    expect(await account.ran(account.changeOrganization(id as string, { name: "Sales" }))).toEqual({});
    await account.organization("Rest");
    await account.settle();
    expect(await account.personOf(sales)).toMatchObject({ organization: "Rest" });
    expect(await account.ran(account.changeOrganization(id as string, { disabled: false }))).toEqual({
      sales: ["organization_changed"],
    });
    expect(await account.personOf(sales)).toMatchObject({ organization: "Sales" });
  });

  it("leaves those alone who found another one first", async () => {
    await account.organization("Sales");
    await account.user("seller", of("Sales"));
    const other = await account.user("other", of("Elsewhere"));
    await account.settle();
    expect(await account.ran(account.organization("Rest"))).toEqual({ other: ["organization_changed"] });
    expect(await account.personOf(other)).toMatchObject({ organization: "Rest" });
  });
});

describe("an organization that rules find by its id", () => {
  it("makes due who named it when it is enabled, and not when it is renamed", async () => {
    await account.publish(1, withFields(defaultUserRules, { organization: "[byId(user.nickName)]" }));
    const id = await account.organization("Paused", true);
    const ann = await account.user("Ann", { nickName: id });
    await account.user("Bob");
    await account.settle();
    expect(await account.ran(account.changeOrganization(id, { name: "Stopped" }))).toEqual({});
    expect(await account.ran(account.changeOrganization(id, { disabled: false }))).toEqual({
      Ann: ["organization_changed"],
    });
    expect(await account.personOf(ann)).toMatchObject({ organization: "Stopped" });
    expect(await account.ran(account.changeOrganization(id, { name: "Going" }))).toEqual({});
    expect(await account.ran(account.changeOrganization(id, { disabled: true }))).toEqual({
      Ann: ["organization_changed"],
    });
  });
});
