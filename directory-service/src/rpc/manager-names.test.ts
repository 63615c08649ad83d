import { LookupAttribute, ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type add, remove, replace } from "../../test/changes.ts";
import { as, type Directory, newUser, startDirectory } from "../../test/directory-service.ts";
import { equal } from "../../test/filters.ts";

let directory: Directory;
const scim = as("acme", "scim");
const { SCIM_RECORD_VIEW_FULL: FULL, SCIM_RECORD_VIEW_BASIC: BASIC } = ScimRecordView;

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
});
afterAll(() => directory?.stop());
beforeEach(() => directory.sql("truncate scim_user, scim_group, scim_record_count, dirty_record cascade"));

const create = (userName: string, rest = {}) => directory.users.createScimUser(newUser(userName, rest), scim);
const update = (id: string, ...changes: ReturnType<typeof add>[]) =>
  directory.users.updateScimUser({ id, changes, ifVersions: [], requiredAttributes: [] }, scim);
const reportTo = (value: string) => ({ enterprise: { department: "R&D", manager: { value } } });

/** What every way of reading a user says of its manager, which has to be the same. */
async function managerOf(id: string, userName: string): Promise<unknown> {
  const { users } = directory;
  const key = { attribute: LookupAttribute.LOOKUP_ATTRIBUTE_USER_NAME, value: userName };
  const answers = await Promise.all(
    [BASIC, FULL].flatMap((view) => [
      users.batchGetScimUsers({ ids: [id], view }, scim).then(({ scimUsers }) => scimUsers[0]),
      users.batchLookupScimUsers({ keys: [key], view }, scim).then(({ results }) => results[0]?.scimUsers[0]),
      users
        .listScimUsers(
          { filter: equal("user_name", userName), pageSize: 1, pageToken: "", startIndex: 1, view, sort: undefined },
          scim,
        )
        .then(({ scimUsers }) => scimUsers[0]),
    ]),
  );
  const managers = answers.map((user) => user?.enterprise?.manager);
  for (const manager of managers) expect(manager).toEqual(managers[0]);
  expect(answers.map((user) => user?.enterprise?.department)).toEqual(Array(answers.length).fill("R&D"));
  return managers[0];
}

describe("the manager's display name", () => {
  it("is read with the user, as the manager's record has it now", async () => {
    const boss = await create("boss", { displayName: "The Boss" });
    const ada = await create("ada", reportTo(boss.id));
    expect(ada.enterprise?.manager).toEqual({ value: boss.id, displayName: "The Boss" });
    expect(await managerOf(ada.id, "ada")).toEqual({ value: boss.id, displayName: "The Boss" });
    await update(boss.id, replace("display_name", "El Jefe"));
    expect(await managerOf(ada.id, "ada")).toEqual({ value: boss.id, displayName: "El Jefe" });
    const [row] = await directory.sql("select version, attributes from scim_user where id = $1", ada.id);
    expect(row).toMatchObject({ version: "1", attributes: { enterprise: { manager: { value: boss.id } } } });
    expect(JSON.stringify(row)).not.toContain("Jefe");
  });

  it("follows a change of manager in the answer to it", async () => {
    const [boss, chief] = [
      await create("boss", { displayName: "Boss" }),
      await create("chief", { displayName: "Chief" }),
    ];
    const ada = await create("ada", reportTo(boss.id));
    const moved = await update(ada.id, replace("enterprise.manager", { value: chief.id }));
    expect(moved.enterprise?.manager).toEqual({ value: chief.id, displayName: "Chief" });
    const same = await update(ada.id, replace("enterprise.manager", { value: chief.id }));
    expect(same).toMatchObject({ version: 2, enterprise: { manager: { displayName: "Chief" } } });
    const alone = await update(ada.id, remove("enterprise.manager"));
    expect(alone.enterprise).toEqual({ ...ada.enterprise, manager: undefined });
  });

  it("is not there where the reference leads to nobody", async () => {
    const boss = await create("boss", { displayName: "Boss" });
    const theirs = await directory.users.createScimUser(newUser("x", { displayName: "X" }), as("other", "scim"));
    const nameless = await create("nameless");
    for (const value of ["not an id", `${boss.id}0`, theirs.id, nameless.id]) {
      const name = `report of ${value}`;
      const { id } = await create(name, reportTo(value));
      expect(await managerOf(id, name)).toEqual({ value, displayName: undefined });
    }
    const ada = await create("ada", reportTo(boss.id.toUpperCase()));
    expect(await managerOf(ada.id, "ada")).toEqual({ value: boss.id.toUpperCase(), displayName: "Boss" });
    await directory.users.deleteScimUser({ id: boss.id, ifVersions: [] }, scim);
    expect(await managerOf(ada.id, "ada")).toEqual({ value: boss.id.toUpperCase(), displayName: undefined });
  });
});
