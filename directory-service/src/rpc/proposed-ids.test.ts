import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { as, type Directory, newGroup, newUser, reasonOf, startDirectory } from "../../test/directory-service.ts";

let directory: Directory;
const scim = as("acme", "scim");
const ID = "019a0000-0000-7000-8000-000000000001";

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
});
afterAll(() => directory?.stop());
beforeEach(() => directory.sql("truncate scim_user, scim_group, scim_record_count, dirty_record cascade"));

const user = (name: string, id: string, rest = {}, options = scim) =>
  directory.users.createScimUser({ ...newUser(name, rest), id }, options);
const group = (name: string, id: string, options = scim) =>
  directory.groups.createScimGroup({ ...newGroup(name), id }, options);

describe("a proposed id", () => {
  it("is the new record's", async () => {
    expect((await user("ada", ID)).id).toBe(ID);
    expect((await group("Staff", "019a0000-0000-7000-8000-000000000002")).id).toBe(
      "019a0000-0000-7000-8000-000000000002",
    );
  });

  it("is refused where a record of the account has it, deleted ones included, and nothing is stored", async () => {
    await user("ada", ID);
    expect(await reasonOf(user("bob", ID))).toBe("SCIM_ID_TAKEN");
    await directory.users.deleteScimUser({ id: ID, ifVersions: [] }, scim);
    expect(await reasonOf(user("bob", ID))).toBe("SCIM_ID_TAKEN");
    expect(await directory.sql("select id from scim_user")).toHaveLength(1);
    await group("Staff", ID);
    expect(await reasonOf(group("Crew", ID))).toBe("SCIM_ID_TAKEN");
    await directory.groups.deleteScimGroup({ id: ID, ifVersions: [] }, scim);
    expect(await reasonOf(group("Crew", ID))).toBe("SCIM_ID_TAKEN");
    expect(await directory.sql("select record_id from dirty_record where record_id <> $1", ID)).toEqual([]);
  });

  it("says nothing of other accounts", async () => {
    await user("ada", ID);
    expect((await user("ada", ID, {}, as("other", "scim"))).id).toBe(ID);
  });

  it.each(["x", ID.toUpperCase().replaceAll("0", "A"), `{${ID}}`, "019a0000000070008000000000000001"])(
    "is refused where it is no UUID in lower case: %s",
    async (id) => {
      expect(await reasonOf(user("ada", id))).toBe("FIELD_INVALID");
      expect(await reasonOf(group("Staff", id))).toBe("FIELD_INVALID");
    },
  );

  it("is not taken by a user who comes back", async () => {
    const { id } = await user("ada", "", { active: false });
    expect((await user("ADA", ID)).id).toBe(id);
    expect(await directory.sql("select id from scim_user")).toEqual([{ id }]);
  });
});
