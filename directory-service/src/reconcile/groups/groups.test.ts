import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFixture, type Fixture, type Row } from "../../../test/reconcile-fixture.ts";

const [APPLIED, NO_CHANGE, FAILED, UNMATCHED] = [1, 2, 4, 5];
let directory: Fixture;
let count = 0;
const user = (attributes: Row = {}) =>
  directory.addUser({ userName: `g${++count}@example.com`, displayName: "Member", ...attributes });

beforeAll(async () => {
  directory = await createFixture();
});
afterAll(() => directory.close());

async function organizationOf(group: string): Promise<Row | undefined> {
  const [row] = await directory.rows(
    "select o.* from organization o join scim_group_mapping m on m.organization_id = o.id where m.scim_group_id = $1",
    group,
  );
  return row;
}

describe("a SCIM group's organization", () => {
  it("is the enabled one of its name, and its members follow", async () => {
    const organization = await directory.addOrganization("Sales");
    const member = await user();
    await directory.reconcile();
    const group = await directory.addGroup("SALES", [member]);
    await directory.reconcile();
    expect(await organizationOf(group)).toMatchObject({ id: organization, name: "SALES" });
    expect(await directory.personOf(member)).toMatchObject({ organization_id: organization });
    expect(await directory.executionOf(member)).toMatchObject({ causes: ["group_changed"], outcome: APPLIED });
    expect(await directory.executionOf(group)).toMatchObject({
      organization_id: organization,
      changes: [
        { field: "organization_id", before: null, after: organization },
        { field: "name", before: "Sales", after: "SALES" },
      ],
    });
    await directory.mark(2, group);
    await directory.reconcile();
    expect(await directory.executionOf(group)).toMatchObject({ outcome: NO_CHANGE });
  });

  it("is never created: a group without one is unmatched until there is one", async () => {
    const group = await directory.addGroup("Later");
    await directory.addOrganization("Closed", true);
    const closed = await directory.addGroup("Closed");
    await directory.reconcile();
    for (const id of [group, closed])
      expect(await directory.executionOf(id)).toMatchObject({ outcome: UNMATCHED, error: null });
    const organization = await directory.addOrganization("Later");
    await directory.mark(2, group);
    await directory.reconcile();
    expect(await organizationOf(group)).toMatchObject({ id: organization });
  });

  it("takes the group's new name, and users who name it find it", async () => {
    const organization = await directory.addOrganization("Before");
    const group = await directory.addGroup("Before");
    const naming = await user({ enterprise: { organization: "after" } });
    await directory.reconcile();
    expect(await directory.personOf(naming)).toMatchObject({ organization_id: directory.organizationId });
    await directory.renameGroup(group, "After");
    await directory.reconcile();
    expect(await organizationOf(group)).toMatchObject({
      id: organization,
      name: "After",
      name_key: "after",
      version: "2",
    });
    expect(await directory.personOf(naming)).toMatchObject({ organization_id: organization });
  });

  it("keeps its name and its link where another organization has the new name", async () => {
    const organization = await directory.addOrganization("Mine");
    const other = await directory.addOrganization("Taken");
    const group = await directory.addGroup("Mine");
    await directory.reconcile();
    await directory.renameGroup(group, "taken");
    await directory.reconcile();
    expect(await organizationOf(group)).toMatchObject({ id: organization, name: "Mine" });
    expect(await directory.executionOf(group)).toMatchObject({
      outcome: FAILED,
      error: `Organization ${other} already has the name "taken".`,
      failed_expression: "name",
    });
  });

  it.each([
    ["before", "Sales East", "Marketing East"],
    ["after", "Sales West", "Marketing West"],
  ])("is not found by a new group of its old name that is due %s its own", async (order, old, name) => {
    const organization = await directory.addOrganization(old);
    const member = await user();
    const group = await directory.addGroup(old, [member]);
    const newcomer = await directory.addGroup("Not yet");
    await directory.reconcile();
    const marks = order === "after" ? [group, newcomer] : [newcomer, group];
    for (const id of marks) await directory.mark(2, id);
    await directory.renameGroup(group, name);
    await directory.renameGroup(newcomer, old);
    await directory.reconcile();
    expect(await organizationOf(group)).toMatchObject({ id: organization, name });
    expect(await organizationOf(newcomer)).toBeUndefined();
    expect(await directory.executionOf(newcomer)).toMatchObject({ outcome: UNMATCHED, error: null });
    expect(await directory.personOf(member)).toMatchObject({ organization_id: organization });
  });

  it("is found by a new group whose name another one gives it in the same batch", async () => {
    const organization = await directory.addOrganization("Old name");
    const group = await directory.addGroup("Old name");
    await directory.reconcile();
    await directory.rows(
      `update rule_set set revision = 2, rules = jsonb_set(rules, '{0,set,1,expression}', '"group.displayName.replace(\\" (EU)\\", \\"\\")"')
       where kind = 2`,
    );
    await directory.renameGroup(group, "New name (EU)");
    const second = await directory.addGroup("New name");
    await directory.reconcile();
    expect(await organizationOf(group)).toMatchObject({ id: organization, name: "New name" });
    expect(await organizationOf(second)).toMatchObject({ id: organization, name: "New name" });
    expect(await directory.rows("select from execution where record_id = $1", second)).toHaveLength(1);
  });

  it("is given to those who joined the group while it was disabled, when it is enabled", async () => {
    const organization = await directory.addOrganization("Paused");
    const before = await user();
    const group = await directory.addGroup("Paused", [before]);
    const outsider = await user();
    const joining = await user();
    await directory.reconcile();
    await directory.changeOrganization(organization, { disabled: true });
    await directory.rows(
      "insert into scim_group_member values ($1, $2, $3, 1, now())",
      directory.accountId,
      group,
      joining,
    );
    await directory.mark(1, joining);
    await directory.reconcile();
    expect(await directory.personOf(joining)).toMatchObject({ organization_id: directory.organizationId });
    await directory.changeOrganization(organization, { disabled: false });
    const due = await directory.rows("select kind, record_id, causes from dirty_record");
    expect(due).toEqual([{ kind: 1, record_id: joining, causes: ["organization_changed"] }]);
    await directory.reconcile();
    expect(await directory.personOf(joining)).toMatchObject({ organization_id: organization });
    expect(await directory.personOf(before)).toMatchObject({ organization_id: organization });
    expect(await directory.personOf(outsider)).toMatchObject({ organization_id: directory.organizationId });
  });

  it("fails where the display name is longer than an organization's name may be", async () => {
    const group = await directory.addGroup("x".repeat(129));
    await directory.reconcile();
    expect(await directory.executionOf(group)).toMatchObject({
      outcome: FAILED,
      error: "name has 129 characters; the limit is 128.",
    });
  });

  it("is let go when the group is deleted, and stays", async () => {
    const organization = await directory.addOrganization("Kept");
    const member = await user();
    const group = await directory.addGroup("Kept", [member]);
    await directory.reconcile();
    expect(await directory.personOf(member)).toMatchObject({ organization_id: organization });
    await directory.deleteGroup(group);
    await directory.reconcile();
    expect(await organizationOf(group)).toBeUndefined();
    expect(await directory.executionOf(group)).toMatchObject({ outcome: APPLIED });
    expect(await directory.personOf(member)).toMatchObject({ organization_id: organization });
  });
});
