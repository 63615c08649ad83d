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

describe("a manager", () => {
  it("makes due who named the SCIM user, when it gets, disables, enables and loses its person", async () => {
    const boss = await account.user("Boss", { displayName: "" });
    const report = await account.user("Report", { enterprise: { manager: { value: boss } } });
    await account.user("Bystander");
    await account.settle();
    expect(await account.ran(account.changeUser(boss, "display_name", "Boss"))).toEqual({
      Boss: ["updated"],
      Report: ["manager_linked"],
    });
    expect(await account.personOf(report)).toMatchObject({ manager: boss });
    expect(await account.ran(account.changeUser(boss, "title", "Chief"))).toEqual({ Boss: ["updated"] });
    expect(await account.ran(account.changeUser(boss, "active", false))).toEqual({
      Boss: ["deactivated"],
      Report: ["manager_unlinked"],
    });
    // It is the manager still, so there is nothing to learn.
    expect(await account.ran(account.changeUser(boss, "active", true))).toEqual({ Boss: ["activated"] });
    expect(await account.ran(account.removeUser(boss))).toEqual({
      Report: ["manager_unlinked"],
    });
  });

  it("is the next candidate while the first is disabled, by the rules or by hand", async () => {
    const manager = "[byScimUser(user.nickName), byScimUser(user.enterprise.manager.value)]";
    await account.publish(1, withFields(defaultUserRules, { manager }));
    const [boss, deputy] = [await account.user("Boss"), await account.user("Deputy")];
    const report = await account.user("Report", { nickName: boss, enterprise: { manager: { value: deputy } } });
    await account.settle();
    const { id } = await account.personOf(boss);
    expect(await account.personOf(report)).toMatchObject({ manager: boss });
    expect(await account.ran(account.changePerson(id as string, { disabled: true }, "disabled"))).toEqual({
      Report: ["manager_unlinked"],
    });
    expect(await account.personOf(report)).toMatchObject({ manager: deputy });
    // Not looked at: what stands behind the one that was found.
    expect(await account.ran(account.changePerson(id as string, { disabled: false }, "disabled"))).toEqual({
      Report: ["manager_linked"],
    });
    expect(await account.ran(account.changeUser(deputy, "active", false))).toEqual({ Deputy: ["deactivated"] });
  });

  it("that rules find by the person's own id makes due who named it", async () => {
    await account.publish(1, withFields(defaultUserRules, { manager: "[byId(user.nickName)]" }));
    const boss = await account.person("boss@x.example");
    await account.changePerson(boss, { disabled: true }, "disabled");
    const report = await account.user("Report", { nickName: boss });
    await account.settle();
    expect(await account.ran(account.changePerson(boss, { disabled: false }, "disabled"))).toEqual({
      Report: ["manager_linked"],
    });
    expect(await account.personOf(report)).toMatchObject({ manager_id: boss });
    expect(
      await account.ran(account.changePerson(boss, { name: "Else", jobTitle: "Chief" }, "name", "job_title")),
    ).toEqual({});
  });

  it("who would have closed a circle is set once somebody in it reports to another", async () => {
    const [top, low, other] = [await account.user("Top"), await account.user("Low"), await account.user("Other")];
    await account.changeUser(low, "enterprise.manager", { value: top });
    await account.settle();
    await account.changeUser(top, "enterprise.manager", { value: low });
    await account.settle();
    expect(await account.personOf(top)).toMatchObject({ manager: null });
    expect(await account.ran(account.changeUser(low, "enterprise.manager", { value: other }))).toEqual({
      Low: ["updated"],
      Top: ["manager_linked"],
    });
    expect(await account.personOf(top)).toMatchObject({ manager: low });
  });
});

describe("a person's e-mail", () => {
  const noChange = async () => {};
  const mail = (id: string, value: string) => account.changeUser(id, "user_name", value);

  it("changes places with another one's, in one batch and one after the other", async () => {
    const [ann, ben] = [await account.user("Ann"), await account.user("Ben")];
    await account.settle();
    const swap = async (one: string, other: string, between: () => Promise<unknown>) => {
      await mail(ben, "between@x.example");
      await directory.clean();
      await mail(ann, one);
      await between();
      await mail(ben, other);
      const runs = await account.ran();
      expect([(await account.personOf(ann))["primary_email"], (await account.personOf(ben))["primary_email"]]).toEqual([
        one,
        other,
      ]);
      return runs;
    };
    expect(await swap("Ben@x.example", "Ann@x.example", noChange)).toEqual({
      Ann: ["updated"],
      Ben: ["updated"],
    });
    expect(await swap("Ann@x.example", "Ben@x.example", account.settle)).toEqual({
      Ann: ["person_released"],
      Ben: ["updated", "person_released"],
    });
  });

  it("makes due who waited for it when it is free, and who looked for it when somebody has it", async () => {
    const taken = await account.person("Ann@x.example");
    const held = await account.user("held", { userName: "no-email", emails: [{ value: "ann@x.example" }] });
    await account.settle();
    const ann = await account.user("Ann");
    await account.user("Bob");
    await account.settle();
    expect(await account.personOf(ann)).toEqual({});
    expect(await account.ran(account.changeUser(held, "emails", [{ value: "new@x.example" }]))).toMatchObject({
      Ann: ["person_released"],
    });
    expect(await account.personOf(ann)).toMatchObject({ name: "Ann" });
    expect((await account.personOf(held))["id"]).toBe(taken);

    const inactive = await account.user("Left", { active: false });
    await account.settle();
    expect(await account.ran(account.person("LEFT@x.example"))).toEqual({ Left: ["person_changed"] });
    expect(await account.personOf(inactive)).toMatchObject({ disabled: true });
    const late = await account.user("Late", { active: false });
    await account.settle();
    const id = await account.person("somebody@x.example");
    expect(await account.ran(account.changePerson(id, { primaryEmail: "late@x.example" }, "primary_email"))).toEqual({
      Late: ["person_changed"],
    });
    expect((await account.personOf(late))["id"]).toBe(id);
  });
});
