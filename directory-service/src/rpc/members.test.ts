import { AccountRole } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { Person } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import type { RpcOptions } from "@rollcall/runtime/client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { as, asOperator, type Directory, reasonOf, startDirectory } from "../../test/directory-service.ts";

const {
  ACCOUNT_ROLE_OWNER: OWNER,
  ACCOUNT_ROLE_ADMINISTRATOR: ADMINISTRATOR,
  ACCOUNT_ROLE_VIEWER: VIEWER,
} = AccountRole;
const owner = as("acme", "owner");
const writer = as("acme", "read", "write");

let directory: Directory;
/** Ada, Ben and Cleo. */
let people: string[];

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
  people = [];
  for (const name of ["Ada", "Ben", "Cleo"]) {
    const person = Person.fromPartial({ name, primaryEmail: `${name}@example.com` });
    people.push((await directory.people.createPerson({ person }, writer)).id);
  }
});
afterAll(() => directory?.stop());
beforeEach(async () => {
  await directory.sql("delete from account_member");
  await directory.sql("update person set disabled = false");
});

const id = (index: number) => people[index] as string;
const set = (index: number, role: AccountRole, options: RpcOptions = owner, accountId = "") =>
  directory.accounts.setMemberRole({ accountId, personId: id(index), role }, options);
const remove = (index: number) => directory.accounts.removeMember({ accountId: "", personId: id(index) }, owner);
const list = (options: RpcOptions = owner, rest = {}) =>
  directory.accounts.listMembers({ accountId: "", pageSize: 0, pageToken: "", ...rest }, options);
const disable = (index: number, disabled = true) =>
  directory.people.updatePerson(
    { person: Person.fromPartial({ id: id(index), disabled }), updateMask: ["disabled"] },
    writer,
  );
const enabledOwners = async () =>
  (await list()).members.filter(({ role, disabled }) => role === OWNER && !disabled).length;

describe("members", () => {
  it("are listed page by page in the order in which they became so, with name, e-mail and state", async () => {
    await set(2, OWNER);
    await set(0, VIEWER);
    await set(1, ADMINISTRATOR);
    await disable(0);
    const first = await list(owner, { pageSize: 2 });
    expect(first.members).toMatchObject([
      { personId: id(2), role: OWNER, displayName: "Cleo", primaryEmail: "Cleo@example.com", disabled: false },
      { personId: id(0), role: VIEWER, displayName: "Ada", disabled: true },
    ]);
    const second = await list(owner, { pageSize: 2, pageToken: first.nextPageToken });
    expect(second).toMatchObject({ members: [{ personId: id(1) }], nextPageToken: "" });
    expect(await reasonOf(list(owner, { pageToken: "nonsense" }))).toBe("PAGE_TOKEN_INVALID");
    expect(await reasonOf(list(owner, { pageSize: -1 }))).toBe("FIELD_INVALID");
  });

  it("get another role and keep their place", async () => {
    const before = await set(0, VIEWER);
    await set(1, VIEWER);
    const after = await set(0, ADMINISTRATOR);
    expect(after).toMatchObject({ role: ADMINISTRATOR, createTime: before.createTime });
    expect((await list()).members.map(({ personId }) => personId)).toEqual([id(0), id(1)]);
    expect(await set(0, ADMINISTRATOR)).toEqual(after);
  });

  it("are removed, once or twice, and the person stays", async () => {
    await set(0, VIEWER);
    await remove(0);
    await remove(0);
    expect((await list()).members).toEqual([]);
    expect(await directory.people.getPerson({ id: id(0) }, writer)).toMatchObject({ name: "Ada" });
  });

  it("are people of the account with one of the roles", async () => {
    expect(await reasonOf(set(0, AccountRole.ACCOUNT_ROLE_UNSPECIFIED))).toBe("FIELD_INVALID");
    expect(await reasonOf(set(0, 9 as AccountRole))).toBe("FIELD_INVALID");
    for (const personId of ["", "nonsense", "0191f0a5-0000-7000-8000-000000000001"]) {
      const request = { accountId: "", personId };
      expect(await reasonOf(directory.accounts.setMemberRole({ ...request, role: VIEWER }, owner))).toBe(
        "PERSON_NOT_FOUND",
      );
      expect(await reasonOf(directory.accounts.removeMember(request, owner))).toBe("PERSON_NOT_FOUND");
    }
  });

  it("are an owner's and an operator's to set, and an administrator's to see", async () => {
    await set(0, OWNER, asOperator, "acme");
    expect((await list(as("acme", "administrator"))).members).toHaveLength(1);
    expect((await list(asOperator, { accountId: "acme" })).members).toHaveLength(1);
    expect((await list(asOperator, { accountId: "other" })).members).toEqual([]);
    expect(await reasonOf(list(asOperator, { accountId: "none" }))).toBe("ACCOUNT_NOT_FOUND");
    expect(await reasonOf(set(0, OWNER, asOperator, "none"))).toBe("ACCOUNT_NOT_FOUND");
    expect(await reasonOf(set(0, OWNER, as("acme", "administrator")))).toBe("SCOPE_MISSING");
    expect(await reasonOf(set(0, OWNER, as("other", "owner")))).toBe("PERSON_NOT_FOUND");
    expect(await reasonOf(set(0, OWNER, as("other", "owner"), "acme"))).toBe("ACCOUNT_NOT_FOUND");
  });
});

describe("an account's last owner who is enabled", () => {
  beforeEach(() => set(0, OWNER));

  it("keeps the role and stays enabled", async () => {
    await set(1, ADMINISTRATOR);
    for (const change of [() => set(0, VIEWER), () => remove(0), () => disable(0)])
      await expect(change()).rejects.toMatchObject({ reason: "LAST_OWNER", metadata: { person_id: id(0) } });
    expect(await enabledOwners()).toBe(1);
  });

  it("is the one who is enabled, of several", async () => {
    await set(1, OWNER);
    await disable(1);
    expect(await reasonOf(disable(0))).toBe("LAST_OWNER");
    await set(1, VIEWER);
    expect(await reasonOf(remove(0))).toBe("LAST_OWNER");
  });

  it("may go once somebody else owns the account", async () => {
    await set(1, OWNER);
    await disable(0);
    expect(await reasonOf(disable(1))).toBe("LAST_OWNER");
    await disable(0, false);
    await remove(1);
    expect(await enabledOwners()).toBe(1);
  });

  it("may be changed in everything else", async () => {
    const person = Person.fromPartial({ id: id(0), jobTitle: "Boss", disabled: false });
    const updated = directory.people.updatePerson({ person, updateMask: ["job_title", "disabled"] }, writer);
    expect(await updated).toMatchObject({ jobTitle: "Boss" });
  });

  it("is left by any number of changes at once", async () => {
    for (let round = 0; round < 5; round++) {
      for (const index of [0, 1, 2]) await set(index, OWNER);
      const changes = [disable(0), remove(1), set(2, VIEWER), disable(1), remove(0), disable(2)];
      const outcomes = await Promise.all(changes.map(reasonOf));
      expect(outcomes).toContain("LAST_OWNER");
      expect(outcomes.filter((reason) => reason !== undefined && reason !== "LAST_OWNER")).toEqual([]);
      expect(await enabledOwners()).toBe(1);
      await directory.sql("update person set disabled = false");
      await directory.sql("delete from account_member");
    }
  });
});

it("another owner makes due whom the rules could not disable", async () => {
  await set(0, OWNER);
  const [user, execution] = ["019a0000-0000-7000-8000-000000000001", "019a0000-0000-7000-8000-000000000002"];
  await directory.sql(
    `insert into scim_user (account_id, id, user_name_key, attributes, create_time, update_time, provision_time)
     values ('acme', $1, 'ada', '{}', now(), now(), now())`,
    user,
  );
  await directory.sql(
    `insert into execution (account_id, id, kind, record_id, causes, rule_set_revision, outcome, failed_expression, "values",
       changes, person_id, start_time, duration_us) values ('acme', $1, 1, $2, '{updated}', 1, 4, 'disabled', '{}', '[]', $3, now(), 1)`,
    execution,
    user,
    id(0),
  );
  await directory.sql(
    "insert into scim_user_mapping (account_id, scim_user_id, person_id, outcome, execution_id) values ('acme', $1, $2, 4, $3)",
    user,
    id(0),
    execution,
  );
  await directory.clean();
  await set(1, ADMINISTRATOR);
  await set(0, OWNER);
  expect(await directory.causes(user)).toBeUndefined();
  await set(1, OWNER);
  expect(await directory.causes(user)).toEqual(["owner_added"]);
  await directory.clean();
  await disable(1);
  await disable(1, false);
  expect(await directory.causes(user)).toEqual(["owner_added"]);
});
