import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFixture, type Fixture } from "../../../test/reconcile-fixture.ts";

const [APPLIED, NO_CHANGE, CONDITION_NOT_MET, FAILED] = [1, 2, 3, 4];
let directory: Fixture;
let count = 0;
const email = (name = "u") => `${name}${++count}@example.com`;

beforeAll(async () => {
  directory = await createFixture();
});
afterAll(() => directory.close());

describe("a SCIM user's person", () => {
  it("is created with what the SCIM user has, and a second run changes nothing", async () => {
    const user = await directory.addUser({
      userName: email("Jane"),
      displayName: "Jane Doe",
      title: "Engineer",
      locale: "de_DE",
      timezone: "Europe/Berlin",
      preferredLanguage: "de-DE, en;q=0.8",
      userType: "VIP employee",
      active: true,
      phoneNumbers: [
        { value: "1", type: "mobile" },
        { value: "2", type: "other" },
        { value: "3", type: "pager" },
      ],
      emails: [{ value: "jane@home.example", type: "home" }],
      addresses: [{ streetAddress: "Main 1", locality: "Berlin", country: "Germany", type: "work" }],
      enterprise: { employeeNumber: "7", costCenter: "CC", supportId: "S", location: "R1" },
    });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({
      name: "Jane Doe",
      primary_email: `Jane${count}@example.com`,
      job_title: "Engineer",
      locale: "de-DE",
      time_zone: "Europe/Berlin",
      preferred_language: "de-DE, en;q=0.8",
      vip: true,
      disabled: false,
      employee_id: "7",
      cost_center: "CC",
      support_id: "S",
      location: "R1",
      organization_id: directory.organizationId,
      source: "SCIM",
      source_id: user,
      contacts: [
        { protocol: 2, label: "personal", uri: "jane@home.example", integration: true },
        { protocol: 1, label: "mobile", uri: "1", integration: true },
        { protocol: 1, label: "work", uri: "2", integration: true },
      ],
      addresses: [{ label: "mailing", address: "Main 1", city: "Berlin", country: "DE", integration: true }],
    });
    const first = await directory.executionOf(user);
    expect(first).toMatchObject({ outcome: APPLIED, rule_set_revision: 1, causes: ["updated"] });
    expect(first["warnings"]).toEqual(['A telephone contact with the label "pager" is left out.']);
    expect(first["changes"]).toContainEqual({ field: "job_title", before: null, after: "Engineer" });
    await directory.mark(1, user);
    await directory.reconcile();
    expect(await directory.executionOf(user)).toMatchObject({ outcome: NO_CHANGE, changes: [] });
    expect(await directory.personOf(user)).toMatchObject({ version: "1" });
  });

  it("is the one that has the e-mail in any case, disabled or not", async () => {
    const address = email("taken");
    const id = await directory.addPerson({ name: "Old name", primaryEmail: address, disabled: true });
    const user = await directory.addUser({ userName: address.toUpperCase(), active: true, displayName: "New name" });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ id, name: "New name", disabled: false, source: "SCIM" });
  });

  it("is disabled, kept and enabled again as the same person", async () => {
    const user = await directory.addUser({ userName: email(), displayName: "A", active: true, title: "Boss" });
    await directory.reconcile();
    const person = await directory.personOf(user);
    await directory.changeUser(user, { active: false });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ id: person?.["id"], disabled: true, job_title: "Boss" });
    await directory.changeUser(user, { active: true });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ id: person?.["id"], disabled: false });
  });

  it("stays disabled by hand where active was never sent", async () => {
    const user = await directory.addUser({ userName: email(), displayName: "A" });
    await directory.reconcile();
    await directory.rows("update person set disabled = true where source_id = $1", user);
    await directory.changeUser(user, { title: "T" });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ disabled: true, job_title: "T" });
  });

  it("is disabled when the SCIM user is deleted, and goes to a new SCIM user with the e-mail", async () => {
    const address = email();
    const first = await directory.addUser({ userName: address, displayName: "A", active: true });
    await directory.reconcile();
    const person = await directory.personOf(first);
    await directory.deleteUser(first);
    await directory.reconcile();
    expect(await directory.personOf(first)).toMatchObject({ id: person?.["id"], disabled: true });
    const second = await directory.addUser({ userName: address, displayName: "A again" });
    await directory.reconcile();
    expect(await directory.personOf(second)).toMatchObject({ id: person?.["id"], disabled: false, name: "A again" });
    expect(await directory.personOf(first)).toBeUndefined();
  });

  it("goes from a deleted to a new SCIM user within one batch, whichever is mapped first", async () => {
    for (const deletedFirst of [true, false]) {
      const address = email();
      const first = await directory.addUser({ userName: address, displayName: "A", active: true });
      await directory.reconcile();
      const person = await directory.personOf(first);
      if (deletedFirst) await directory.deleteUser(first);
      else await directory.rows("update scim_user set delete_time = now() where id = $1", first);
      const second = await directory.addUser({ userName: address, displayName: "B", active: true });
      if (!deletedFirst) await directory.mark(1, first);
      await directory.reconcile();
      expect(await directory.personOf(second)).toMatchObject({ id: person?.["id"], disabled: false, name: "B" });
      expect(await directory.personOf(first)).toBeUndefined();
    }
  });

  it("gets the changed user name as its e-mail, and no other person's", async () => {
    const taken = email("other");
    const other = await directory.addPerson({ name: "Other", primaryEmail: taken });
    const user = await directory.addUser({ userName: email(), displayName: "A" });
    await directory.reconcile();
    const renamed = email("renamed");
    const person = await directory.personOf(user);
    await directory.changeUser(user, { userName: renamed });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ id: person?.["id"], primary_email: renamed });
    await directory.changeUser(user, { userName: taken, title: "T" });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ primary_email: renamed, job_title: null });
    expect(await directory.executionOf(user)).toMatchObject({
      outcome: FAILED,
      error: `Person ${other} already has this primary e-mail.`,
      failed_expression: "primary_email",
      changes: [],
    });
  });

  it("belongs to the first of two SCIM users with one e-mail", async () => {
    const address = email();
    const first = await directory.addUser({ userName: "first-of-two", emails: [{ value: address }] });
    const second = await directory.addUser({ userName: address, displayName: "Second" });
    await directory.reconcile();
    expect(await directory.personOf(first)).toMatchObject({ name: "first-of-two" });
    expect(await directory.personOf(second)).toBeUndefined();
    const error = `The person with this primary e-mail is already linked to SCIM user ${first}.`;
    expect(await directory.executionOf(second)).toMatchObject({ outcome: FAILED, error });
  });

  it("goes to the second of two SCIM users when the first is deleted", async () => {
    const address = email();
    const first = await directory.addUser({ userName: "first-and-gone", emails: [{ value: address }] });
    const second = await directory.addUser({ userName: address, displayName: "Second" });
    await directory.reconcile();
    const { id } = (await directory.personOf(first)) ?? {};
    await directory.deleteUser(first);
    await directory.reconcile();
    expect(await directory.personOf(second)).toMatchObject({ id, name: "Second", disabled: false });
    expect(await directory.executionOf(second)).toMatchObject({ causes: ["person_released"] });
  });

  it("follows a chain of e-mails that move on at the same time", async () => {
    const [a, b, c] = [email(), email(), email()];
    const emails = (value: string) => [{ value, primary: true }];
    const first = await directory.addUser({ userName: "chain-1", displayName: "First", emails: emails(a) });
    const second = await directory.addUser({ userName: "chain-2", displayName: "Second", emails: emails(b) });
    await directory.reconcile();
    await directory.changeUser(first, { emails: emails(b) });
    await directory.changeUser(second, { emails: emails(c) });
    await directory.reconcile();
    expect(await directory.personOf(first)).toMatchObject({ name: "First", primary_email: b });
    expect(await directory.personOf(second)).toMatchObject({ name: "Second", primary_email: c });
  });

  it("is not created for an inactive SCIM user, but found and disabled", async () => {
    const address = email();
    const person = await directory.addPerson({ name: "P", primaryEmail: address });
    const known = await directory.addUser({ userName: address, active: false });
    const unknown = await directory.addUser({ userName: email(), displayName: "New", active: false });
    await directory.reconcile();
    expect(await directory.personOf(known)).toMatchObject({ id: person, disabled: true });
    expect(await directory.personOf(unknown)).toBeUndefined();
    expect(await directory.executionOf(unknown)).toMatchObject({ outcome: CONDITION_NOT_MET });
  });

  it("needs an e-mail and a name", async () => {
    const noEmail = await directory.addUser({ userName: "no-email", displayName: "A" });
    const noName = await directory.addUser({ userName: email() });
    await directory.reconcile();
    expect(await directory.executionOf(noEmail)).toMatchObject({
      outcome: CONDITION_NOT_MET,
      error: 'The condition of rule "SCIM user to person" is not met: primary_email has no value.',
    });
    expect((await directory.executionOf(noName))["error"]).toContain("name has no value");
  });

  it("takes locale and time zone on creation only, and the account's where they are invalid", async () => {
    const user = await directory.addUser({
      userName: email(),
      displayName: "A",
      locale: "xx_!",
      timezone: "Mars/Base",
    });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ locale: "en-US", time_zone: "Etc/UTC" });
    expect((await directory.executionOf(user))["warnings"]).toHaveLength(2);
    await directory.changeUser(user, { locale: "nl-NL", timezone: "Europe/Amsterdam" });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ locale: "en-US", time_zone: "Etc/UTC" });
  });

  it("keeps contacts and addresses made by hand, and replaces those of the integration", async () => {
    const user = await directory.addUser({ userName: email(), displayName: "A", phoneNumbers: [{ value: "1" }] });
    await directory.reconcile();
    const byHand = { protocol: 1, label: "home", uri: "by hand", integration: false };
    await directory.rows(
      "update person set contacts = contacts || $2::jsonb where source_id = $1",
      user,
      JSON.stringify([byHand]),
    );
    await directory.changeUser(user, { phoneNumbers: [{ value: "2" }] });
    await directory.reconcile();
    expect((await directory.personOf(user))?.["contacts"]).toEqual([
      byHand,
      { protocol: 1, label: "work", uri: "2", integration: true },
    ]);
  });

  it("is left whole where one field is too long", async () => {
    const user = await directory.addUser({ userName: email(), displayName: "A", title: "Boss" });
    await directory.reconcile();
    await directory.changeUser(user, { title: "x".repeat(81), displayName: "B" });
    await directory.reconcile();
    expect(await directory.personOf(user)).toMatchObject({ name: "A", job_title: "Boss" });
    expect(await directory.executionOf(user)).toMatchObject({
      outcome: FAILED,
      error: "job_title has 81 characters; the limit is 80.",
      failed_rule: "SCIM user to person",
      failed_expression: "job_title",
    });
  });

  it("is mapped where the record of a value is cut at an emoji", async () => {
    for (const lead of ["", "x"]) {
      const addresses = [1, 2, 3, 4, 5, 6].map((n) => ({ streetAddress: `${lead}${n}${"😀".repeat(900)}` }));
      const user = await directory.addUser({ userName: email(), displayName: "A", addresses });
      await directory.reconcile();
      expect(await directory.executionOf(user)).toMatchObject({ outcome: APPLIED });
    }
  });
});
