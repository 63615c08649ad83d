import { ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { add, remove, replace } from "../../test/changes.ts";
import { as, type Directory, newGroup, newUser, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { and, element, equal, not } from "../../test/filters.ts";

let directory: Directory;
const scim = as("acme", "scim");
const { SCIM_RECORD_VIEW_FULL: FULL, SCIM_RECORD_VIEW_BASIC: BASIC } = ScimRecordView;

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
});
afterAll(() => directory?.stop());
beforeEach(() => directory.sql("truncate scim_user, scim_group, scim_record_count, dirty_record cascade"));

const user = async (name: string) => (await directory.users.createScimUser(newUser(name), scim)).id;
const group = async (name: string, ...members: string[]) =>
  (await directory.groups.createScimGroup(newGroup(name, ...members), scim)).id;
const update = (id: string, ...changes: ReturnType<typeof add>[]) =>
  directory.groups.updateScimGroup({ id, changes, ifVersions: [], requiredAttributes: [] }, scim);
const put = (id: string, ...members: string[]) =>
  update(
    id,
    add(
      "members",
      members.map((value) => ({ value })),
    ),
  );
const take = (id: string, member: string) =>
  update(id, remove("members", undefined, { element: equal("value", member) }));

/** The groups of a user, by name. */
async function groupsOf(id: string): Promise<Record<string, string>> {
  const { scimUsers } = await directory.users.batchGetScimUsers({ ids: [id], view: FULL }, scim);
  return Object.fromEntries((scimUsers[0]?.groups ?? []).map(({ display, type }) => [display, type]));
}

/** The names of the users that a filter finds. */
async function found(filter: ReturnType<typeof equal>): Promise<string[]> {
  const request = { filter, pageSize: 10, pageToken: "", startIndex: 0, view: BASIC, sort: undefined };
  const { scimUsers } = await directory.users.listScimUsers(request, scim);
  return scimUsers.map(({ userName }) => userName);
}

describe("members that leave by a filter", () => {
  const leave = (filter: ReturnType<typeof equal>) => remove("members", undefined, { element: filter });
  const membersOf = async (id: string) => {
    const { scimGroups } = await directory.groups.batchGetScimGroups({ ids: [id], view: FULL }, scim);
    return scimGroups.flatMap(({ members }) => members.map(({ display }) => display)).toSorted();
  };

  it("are those that match it, of this group alone", async () => {
    const [ada, ben, cem] = [await user("Ada"), await user("ben"), await user("cem")];
    const team = await group("Team", ada, ben);
    const firm = await group("Firm", ada, ben, cem, team);
    await update(firm, leave(equal("display", "ADA")));
    expect(await membersOf(firm)).toEqual(["Team", "ben", "cem"]);
    await update(firm, leave(and(equal("type", "User"), not(equal("value", cem)))));
    expect(await membersOf(firm)).toEqual(["Team", "cem"]);
    await update(firm, leave(equal("type", "Group")));
    expect(await membersOf(firm)).toEqual(["cem"]);
    expect(await membersOf(team)).toEqual(["Ada", "ben"]);
    expect(await groupsOf(ada)).toEqual({ Team: "direct" });
  });

  it("leave at the place of the filter among the changes", async () => {
    const [ada, ben, cem] = [await user("ada"), await user("ben"), await user("cem")];
    const team = await group("Team", ada);
    await update(team, add("members", [{ value: ben }]), leave(equal("type", "User")), add("members", { value: cem }));
    expect(await membersOf(team)).toEqual(["cem"]);
  });

  it("change nothing where none matches, or where those who left come back", async () => {
    const [ada, ben] = [await user("ada"), await user("ben")];
    const team = await group("Team", ada);
    await directory.sql("truncate dirty_record");
    await update(team, leave(equal("display", "ben")));
    await update(team, leave(equal("display", "ada")), add("members", { value: ada }));
    await update(team, add("members", { value: ben }), leave(equal("display", "ben")));
    const { scimGroups } = await directory.groups.batchGetScimGroups({ ids: [team], view: FULL }, scim);
    expect(scimGroups).toMatchObject([{ version: 1, members: [{ display: "ada" }] }]);
    expect(await directory.sql("select from dirty_record")).toEqual([]);
  });

  it("are not chosen by what members do not have", async () => {
    const team = await group("Team");
    for (const filter of [equal("colour", "red"), equal("constructor", "x"), element("groups", equal("value", "x"))])
      expect(await reasonOf(update(team, leave(filter)))).toBe("FILTER_INVALID");
  });
});

describe("a user's groups", () => {
  it("are right after every change of a membership, direct and indirect", async () => {
    const ada = await user("ada");
    const team = await group("Team");
    const unit = await group("Unit");
    const firm = await group("Firm");
    expect(await groupsOf(ada)).toEqual({});
    await put(team, ada);
    expect(await groupsOf(ada)).toEqual({ Team: "direct" });
    await put(unit, team);
    expect(await groupsOf(ada)).toEqual({ Team: "direct", Unit: "indirect" });
    await put(firm, unit);
    expect(await groupsOf(ada)).toEqual({ Team: "direct", Unit: "indirect", Firm: "indirect" });
    await put(firm, ada);
    expect(await groupsOf(ada)).toEqual({ Team: "direct", Unit: "indirect", Firm: "direct" });
    await update(unit, replace("display_name", "Division"));
    expect(await groupsOf(ada)).toEqual({ Team: "direct", Division: "indirect", Firm: "direct" });
    await take(firm, ada);
    expect(await groupsOf(ada)).toEqual({ Team: "direct", Division: "indirect", Firm: "indirect" });
    await take(unit, team);
    expect(await groupsOf(ada)).toEqual({ Team: "direct" });
    await put(unit, team);
    await directory.groups.deleteScimGroup({ id: unit, ifVersions: [] }, scim);
    expect(await groupsOf(ada)).toEqual({ Team: "direct" });
    await put(firm, team);
    await directory.groups.deleteScimGroup({ id: team, ifVersions: [] }, scim);
    expect(await groupsOf(ada)).toEqual({});
  });

  it("name a group once that is reached on several ways", async () => {
    const ada = await user("ada");
    const [left, right] = [await group("Left", ada), await group("Right", ada)];
    const top = await group("Top", left, right);
    await group("Roof", top, left);
    const { scimUsers } = await directory.users.batchGetScimUsers({ ids: [ada], view: FULL }, scim);
    expect(scimUsers[0]?.groups.map(({ display }) => display).sort()).toEqual(["Left", "Right", "Roof", "Top"]);
  });

  it("come with the answer to a write, and are not another account's", async () => {
    const ada = await user("ada");
    await group("Top", await group("Team", ada));
    const stranger = as("other", "scim");
    const theirs = (await directory.users.createScimUser(newUser("ada"), stranger)).id;
    const written = await directory.users.updateScimUser(
      { id: ada, changes: [replace("title", "Boss")], ifVersions: [], requiredAttributes: [] },
      scim,
    );
    expect(written.groups.map(({ display, type }) => [display, type]).sort()).toEqual([
      ["Team", "direct"],
      ["Top", "indirect"],
    ]);
    const { scimUsers } = await directory.users.batchGetScimUsers({ ids: [theirs], view: FULL }, stranger);
    expect(scimUsers[0]?.groups).toEqual([]);
  });

  it("can be searched by, whatever way leads to them", async () => {
    const [ada, bob] = [await user("ada"), await user("bob")];
    await user("cyd");
    const team = await group("Team", ada);
    const top = await group("Top", team, bob);
    expect(await found(equal("groups.value", top, true))).toEqual(["ada", "bob"]);
    expect(await found(equal("groups.display", "TEAM"))).toEqual(["ada"]);
    expect(await found(equal("groups.type", "indirect"))).toEqual(["ada"]);
    const direct = element("groups", and(equal("value", top, true), equal("type", "direct")));
    expect(await found(direct)).toEqual(["bob"]);
    await take(top, team);
    expect(await found(equal("groups.value", top, true))).toEqual(["bob"]);
  });
});

describe("circles", () => {
  it("are refused however long they are, and leave nothing behind", async () => {
    const ids = [await group("A")];
    for (const name of ["B", "C", "D", "E"]) ids.push(await group(name, ids.at(-1) ?? ""));
    const [first = ""] = ids;
    for (const outer of ids) expect(await reasonOf(put(first, outer))).toBe("MEMBER_CYCLE");
    expect(await reasonOf(update(first, replace("members", [{ value: ids[3] }])))).toBe("MEMBER_CYCLE");
    const { scimGroups } = await directory.groups.batchGetScimGroups({ ids: [first], view: FULL }, scim);
    expect(scimGroups).toMatchObject([{ version: 1, members: [] }]);
  });

  it("are closed from three sides at once by nobody", async () => {
    for (let round = 0; round < 5; round++) {
      const [a, b, c] = [await group(`A${round}`), await group(`B${round}`), await group(`C${round}`)];
      const results = await Promise.all([put(a, b), put(b, c), put(c, a)].map(reasonOf));
      expect(results.filter((reason) => reason === "MEMBER_CYCLE")).toHaveLength(1);
      expect(results.filter((reason) => reason === undefined)).toHaveLength(2);
    }
  });
});
