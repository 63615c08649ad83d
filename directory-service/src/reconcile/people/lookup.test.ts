import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Directory, startDirectory } from "../../../test/directory-service.ts";
import { createDueAccount, type DueAccount } from "../../../test/due-account.ts";

let directory: Directory;
let account: DueAccount;
let accounts = 0;

beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory?.stop());
beforeEach(async () => {
  account = await createDueAccount(directory, `lookup-${++accounts}`);
});

function rule(name: string, when: string, primaryEmail: string): Rule {
  const set = [
    { name: "primary_email", expression: primaryEmail },
    { name: "name", expression: "user.displayName" },
  ];
  return { name, description: "", disabled: false, let: [], when, set, onCreate: [] };
}

describe("where rules give employees and contractors other e-mails, a SCIM user", () => {
  beforeEach(() =>
    account.publish(1, [
      rule("Contractors", "user.userType == 'Contractor'", "user.enterprise.employeeNumber + '@ext.example'"),
      rule("Employees", "user.userType != 'Contractor'", "user.userName"),
    ]),
  );

  it("finds the person by the e-mail of the rule that applies to it", async () => {
    const person = await account.person("jane@x.example");
    const user = await account.user("jane", { enterprise: { employeeNumber: "7" } });
    await account.settle();
    expect(await account.lastRun(user)).toMatchObject({ outcome: 1, error: null, person_id: person });
  });

  it("takes over nobody by the e-mail that a rule would give if it applied", async () => {
    const contractor = await account.user("con", { userType: "Contractor", enterprise: { employeeNumber: "7" } });
    await account.settle();
    const { id: person } = await account.personOf(contractor);
    expect(person).toEqual(expect.any(String));
    await account.deleteUser(contractor);
    await account.settle();
    const employee = await account.user("other", { enterprise: { employeeNumber: "7" } });
    await account.settle();
    expect(await account.personOf(employee)).toMatchObject({ name: "other", primary_email: "other@x.example" });
    expect((await account.personOf(employee))["id"]).not.toBe(person);
  });
});

describe("where a condition depends on the person, a SCIM user", () => {
  it("takes over nobody who gets another e-mail once the person is known", async () => {
    await account.publish(1, [
      rule("All", "true", "user.userName"),
      rule("Bosses", "person.jobTitle == 'Boss'", "user.nickName"),
    ]);
    const person = await account.person("nick@x.example");
    const user = await account.user("jane", { nickName: "Nick@x.example" });
    await account.settle();
    expect(await account.lastRun(user)).toMatchObject({
      outcome: 4,
      error: `Person ${person} was found by one primary e-mail, and the rules give it another: a condition that depends on person decides which. It is not taken over.`,
      failed_rule: "All",
      failed_expression: "primary_email",
      person_id: null,
    });
    const [row] = await directory.sql("select name, primary_email from person where id = $1", person);
    expect(row).toEqual({ name: "By hand", primary_email: "nick@x.example" });
  });

  it("finds the person where the rule gives the e-mail only to who is new", async () => {
    await account.publish(1, [rule("New", "!person.exists", "user.userName"), { ...rule("All", "true", ""), set: [] }]);
    const person = await account.person("jane@x.example");
    const user = await account.user("jane");
    await account.settle();
    expect(await account.lastRun(user)).toMatchObject({ error: null, person_id: person });
  });
});
