import { MemberType } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { LookupAttribute, ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { add, remove, replace } from "../../test/changes.ts";
import { as, type Directory, newGroup, newUser, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { equal } from "../../test/filters.ts";

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
const get = async (id: string, view: ScimRecordView = FULL) =>
  (await directory.groups.batchGetScimGroups({ ids: [id], view }, scim)).scimGroups[0];
const memberIds = async (id: string) => (await get(id))?.members.map(({ value }) => value) ?? [];

describe("CreateScimGroup", () => {
  it("stores a group with its members and marks all of them", async () => {
    const [ada, bob] = [await user("Ada"), await user("bob")];
    const inner = await group("Inner");
    await directory.clean();
    const id = await group("Staff", ada, bob, inner, ada);
    expect(await get(id)).toMatchObject({
      version: 1,
      displayName: "Staff",
      members: [
        { value: ada, display: "Ada", type: MemberType.MEMBER_TYPE_USER },
        { value: bob, display: "bob", type: MemberType.MEMBER_TYPE_USER },
        { value: inner, display: "Inner", type: MemberType.MEMBER_TYPE_GROUP },
      ],
    });
    expect((await get(id, BASIC))?.members).toEqual([]);
    expect([await directory.causes(id), await directory.causes(ada), await directory.causes(inner)]).toEqual([
      ["created"],
      ["member_added"],
      undefined,
    ]);
  });

  it("refuses a taken name in any case, an unknown member, no name; and stores nothing then", async () => {
    await group("Staff");
    expect(await reasonOf(group("STAFF"))).toBe("DISPLAY_NAME_TAKEN");
    expect(await reasonOf(group("New", "019a0000-0000-7000-8000-000000000000"))).toBe("MEMBER_NOT_FOUND");
    expect(await reasonOf(group("New", "x"))).toBe("MEMBER_NOT_FOUND");
    expect(await reasonOf(group(""))).toBe("REQUIRED_ATTRIBUTE_MISSING");
    expect(await directory.sql("select id from scim_group")).toHaveLength(1);
  });

  it("names the member that it does not know, be it another account's or deleted", async () => {
    const stranger = (await directory.users.createScimUser(newUser("x"), as("other", "scim"))).id;
    const gone = await user("gone");
    await directory.users.deleteScimUser({ id: gone, ifVersions: [] }, scim);
    await expect(group("A", stranger)).rejects.toThrow(stranger);
    await expect(group("B", gone)).rejects.toThrow(gone);
  });
});

describe("UpdateScimGroup", () => {
  it("adds and removes members as Okta and Entra do, and marks those alone", async () => {
    const [ada, bob, cyd] = [await user("ada"), await user("bob"), await user("cyd")];
    const id = await group("Staff", ada, bob);
    await directory.clean();
    const okta = await update(
      id,
      remove("members", undefined, { element: equal("value", ada) }),
      add("members", [{ value: cyd, display: "x" }]),
    );
    expect(okta.version).toBe(2);
    expect(await memberIds(id)).toEqual([bob, cyd]);
    expect([
      await directory.causes(ada),
      await directory.causes(bob),
      await directory.causes(cyd),
      await directory.causes(id),
    ]).toEqual([["member_removed"], undefined, ["member_added"], undefined]);
    await update(id, remove("members", [{ $ref: null, value: bob }]));
    expect(await memberIds(id)).toEqual([cyd]);
  });

  it("takes adding twice, and removing who is not there, for no change", async () => {
    const ada = await user("ada");
    const id = await group("Staff", ada);
    await directory.clean();
    const same = await update(
      id,
      add("members", [{ value: ada.toUpperCase() }]),
      remove("members", [{ value: "nobody" }]),
    );
    expect(same.version).toBe(1);
    expect(await directory.causes(ada)).toBeUndefined();
  });

  it("replaces all members, and empties the group with nothing", async () => {
    const [ada, bob] = [await user("ada"), await user("bob")];
    const id = await group("Staff", ada);
    await directory.clean();
    await update(id, replace("members", [{ value: bob }]));
    expect(await memberIds(id)).toEqual([bob]);
    expect([await directory.causes(ada), await directory.causes(bob)]).toEqual([["member_removed"], ["member_added"]]);
    await update(id, replace("members", []));
    expect(await memberIds(id)).toEqual([]);
    await update(id, add("members", [{ value: ada }]));
    await update(id, remove("members"));
    expect(await memberIds(id)).toEqual([]);
  });

  it("renames with the members untouched and marks the group", async () => {
    const ada = await user("ada");
    const id = await group("Staff", ada);
    await directory.clean();
    expect(await update(id, replace("display_name", "Crew"))).toMatchObject({ version: 2, displayName: "Crew" });
    expect(await memberIds(id)).toEqual([ada]);
    expect([await directory.causes(id), await directory.causes(ada)]).toEqual([["updated"], undefined]);
    const other = await group("Other");
    expect(await reasonOf(update(other, replace("display_name", "CREW")))).toBe("DISPLAY_NAME_TAKEN");
  });

  it("applies all or none where a member is unknown", async () => {
    const ada = await user("ada");
    const id = await group("Staff");
    expect(
      await reasonOf(update(id, replace("display_name", "Crew"), add("members", [{ value: ada }, { value: "x" }]))),
    ).toBe("MEMBER_NOT_FOUND");
    expect(await get(id)).toMatchObject({ version: 1, displayName: "Staff", members: [] });
  });

  it("nests groups and refuses circles of any length", async () => {
    const a = await group("A");
    const b = await group("B", a);
    const c = await group("C", b);
    expect(await reasonOf(update(a, add("members", [{ value: a }])))).toBe("MEMBER_CYCLE");
    expect(await reasonOf(update(a, add("members", [{ value: c }])))).toBe("MEMBER_CYCLE");
    expect(await memberIds(a)).toEqual([]);
    expect(await reasonOf(update(c, add("members", [{ value: a }])))).toBeUndefined();
  });

  it("closes no circle from two sides at once", async () => {
    for (let round = 0; round < 5; round++) {
      const [a, b] = [await group(`A${round}`), await group(`B${round}`)];
      const results = await Promise.all(
        [update(a, add("members", [{ value: b }])), update(b, add("members", [{ value: a }]))].map(reasonOf),
      );
      expect(results.filter((reason) => reason === undefined)).toHaveLength(1);
    }
  });

  it("lets members come at once to one group, none lost", async () => {
    const users = await Promise.all(Array.from({ length: 10 }, (_, n) => user(`u${n}`)));
    const id = await group("Staff");
    await Promise.all(users.map((value) => update(id, add("members", [{ value }]))));
    expect((await memberIds(id)).sort()).toEqual(users.sort());
    expect((await get(id))?.version).toBe(11);
  });
});

describe("ReplaceScimGroup", () => {
  it("replaces the membership where members are named and leaves it where not", async () => {
    const [ada, bob] = [await user("ada"), await user("bob")];
    const id = await group("Staff", ada);
    const put = (...changes: ReturnType<typeof add>[]) =>
      directory.groups.replaceScimGroup(
        { id, changes, ifVersions: [], immutableAttributes: [], requiredAttributes: [] },
        scim,
      );
    await put(replace("display_name", "Staff"), replace("group_type", "Organization"));
    expect(await get(id)).toMatchObject({ groupType: "Organization", members: [{ value: ada }] });
    await put(replace("display_name", "Staff"), replace("members", [{ value: bob }]));
    expect(await get(id)).toMatchObject({ groupType: "Organization", members: [{ value: bob }] });
  });
});

describe("DeleteScimGroup", () => {
  it("leaves a tombstone without members, out of the groups around it, and marks those who were in it", async () => {
    const ada = await user("ada");
    const inner = await group("Inner", ada);
    const outer = await group("Outer", inner);
    await directory.clean();
    await directory.groups.deleteScimGroup({ id: inner, ifVersions: [] }, scim);
    expect(await get(inner)).toBeUndefined();
    expect(await get(outer)).toMatchObject({ version: 2, members: [] });
    expect([await directory.causes(inner), await directory.causes(ada)]).toEqual([["deleted"], ["member_removed"]]);
    expect((await directory.users.batchGetScimUsers({ ids: [ada], view: FULL }, scim)).scimUsers[0]?.groups).toEqual(
      [],
    );
    expect(await reasonOf(directory.groups.deleteScimGroup({ id: inner, ifVersions: [] }, scim))).toBe(
      "SCIM_GROUP_NOT_FOUND",
    );
    expect(await reasonOf(group("Inner"))).toBeUndefined();
  });

  it("removes tombstones and live groups for good", async () => {
    const ada = await user("ada");
    const [live, dead] = [await group("Live", ada), await group("Dead")];
    await directory.groups.deleteScimGroup({ id: dead, ifVersions: [] }, scim);
    await directory.clean();
    for (const id of [live, dead]) await directory.groups.hardDeleteScimGroup({ id }, as("acme", "owner"));
    expect(await directory.sql("select id from scim_group")).toEqual([]);
    expect(await directory.causes(ada)).toEqual(["member_removed"]);
  });
});

describe("reads of groups", () => {
  it("looks up by display name and external id", async () => {
    const { id } = await directory.groups.createScimGroup(
      { scimGroup: { ...newGroup("Staff").scimGroup, externalId: "E" }, id: "" },
      scim,
    );
    const keys = [
      { attribute: LookupAttribute.LOOKUP_ATTRIBUTE_DISPLAY_NAME, value: "STAFF" },
      { attribute: LookupAttribute.LOOKUP_ATTRIBUTE_EXTERNAL_ID, value: "E" },
      { attribute: LookupAttribute.LOOKUP_ATTRIBUTE_USER_NAME, value: "Staff" },
    ];
    const { results } = await directory.groups.batchLookupScimGroups({ keys, view: FULL }, scim);
    expect(results.map(({ scimGroups }) => scimGroups.map((found) => found.id))).toEqual([[id], [id], []]);
  });

  it("lists with a filter by member, and counts", async () => {
    const ada = await user("ada");
    const id = await group("Staff", ada);
    await group("Empty");
    const list = (filter: ReturnType<typeof equal>) =>
      directory.groups.listScimGroups({ filter, pageSize: 10, pageToken: "", startIndex: 1, view: BASIC }, scim);
    for (const filter of [
      equal("members.value", ada, true),
      equal("members.display", "ADA"),
      equal("members.type", "User", true),
    ]) {
      const { scimGroups, totalSize } = await list(filter);
      expect([scimGroups.map((found) => found.id), totalSize]).toEqual([[id], 1]);
    }
  });
});
