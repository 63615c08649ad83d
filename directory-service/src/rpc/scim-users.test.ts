import { Connection } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { LookupAttribute, ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { add, remove, replace } from "../../test/changes.ts";
import {
  as,
  type Directory,
  newGroup,
  newUser,
  reasonOf,
  startDirectory,
  TRACEPARENT,
} from "../../test/directory-service.ts";
import { equal } from "../../test/filters.ts";

let directory: Directory;
const scim = as("acme", "scim");
const owner = as("acme", "owner");
const { SCIM_RECORD_VIEW_FULL: FULL, SCIM_RECORD_VIEW_BASIC: BASIC } = ScimRecordView;
const { LOOKUP_ATTRIBUTE_EXTERNAL_ID } = LookupAttribute;

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
});
afterAll(() => directory?.stop());
beforeEach(() => directory.sql("truncate scim_user, scim_group, scim_record_count, dirty_record cascade"));

const create = (userName: string, rest = {}) => directory.users.createScimUser(newUser(userName, rest), scim);
const update = (id: string, changes: ReturnType<typeof add>[], ifVersions: number[] = []) =>
  directory.users.updateScimUser({ id, changes, ifVersions, requiredAttributes: [] }, scim);
const get = async (id: string, view: ScimRecordView = FULL) =>
  (await directory.users.batchGetScimUsers({ ids: [id], view }, scim)).scimUsers[0];

describe("CreateScimUser", () => {
  it("stores what is given, without output-only fields and empty values", async () => {
    const created = await create("Ada@Example.com", {
      id: "mine",
      version: 7,
      externalId: "00u1",
      title: "",
      active: true,
      name: { familyName: "Lovelace", givenName: "" },
      emails: [{ value: "ada@example.com", type: "work", primary: true }, {}],
      enterprise: { department: "R&D", manager: { value: "m1", displayName: "M" } },
      groups: [{ value: "g", display: "g", type: "direct" }],
      extensions: { "urn:example:2.0:User": { badge: 7, none: null } },
    });
    expect(created).toMatchObject({
      version: 1,
      userName: "Ada@Example.com",
      externalId: "00u1",
      active: true,
      groups: [],
    });
    expect(created.title).toBeUndefined();
    expect(created.name).toEqual({ familyName: "Lovelace" });
    expect(created.emails).toHaveLength(1);
    expect(created.enterprise?.manager).toEqual({ value: "m1" });
    expect(created.extensions).toEqual({ "urn:example:2.0:User": { badge: 7 } });
    expect(created.createTime).toEqual(created.updateTime);
    const { mapping, ...read } = (await get(created.id)) ?? {};
    expect(read).toEqual({ ...created, mapping: undefined, ...read });
    expect(mapping).toMatchObject({ pending: true, outcome: 0, personId: "" });
  });

  it("marks the user with cause and trace", async () => {
    const { id } = await create("ada");
    const [mark] = await directory.sql("select causes, traceparent from dirty_record where record_id = $1", id);
    expect(mark).toEqual({ causes: ["created"], traceparent: TRACEPARENT });
  });

  it("refuses a user name that somebody has, in any case", async () => {
    await create("Ada");
    expect(await reasonOf(create("ADA"))).toBe("USER_NAME_TAKEN");
    expect(await reasonOf(directory.users.createScimUser(newUser("ada"), as("other", "scim")))).toBeUndefined();
  });

  it("brings an inactive user back under its id, active, with what is given and what is not", async () => {
    const { id } = await create("ada", { title: "Engineer", name: { familyName: "Lovelace" }, active: true });
    await update(id, [replace("active", false)]);
    const back = await create("ADA", { name: { givenName: "Ada" }, emails: [{ value: "a@x" }] });
    expect(back).toMatchObject({ id, version: 3, userName: "ADA", active: true, title: "Engineer" });
    expect(back.name).toEqual({ familyName: "Lovelace", givenName: "Ada" });
    expect(await directory.causes(id)).toContain("reactivated");
  });

  it("refuses even an inactive one where the connection says conflict", async () => {
    const policy = async (createConflictPolicy: 1 | 2) =>
      directory.connections.updateConnection(
        {
          connection: Connection.fromPartial({ createConflictPolicy }),
          updateMask: ["create_conflict_policy"],
        },
        owner,
      );
    const { id } = await create("ada", { active: false });
    await policy(2);
    expect(await reasonOf(create("ada"))).toBe("USER_NAME_TAKEN");
    await policy(1);
    expect((await create("ada")).id).toBe(id);
  });

  it("gives a deleted user's name to a new user", async () => {
    const { id } = await create("ada");
    await directory.users.deleteScimUser({ id, ifVersions: [] }, scim);
    expect((await create("ada")).id).not.toBe(id);
  });

  it.each([
    ["no user name", "", {}, "REQUIRED_ATTRIBUTE_MISSING"],
    ["a user name of 256 characters", "x".repeat(256), {}, "FIELD_INVALID"],
    ["an external id of 256 characters", "ada", { externalId: "x".repeat(256) }, "FIELD_INVALID"],
    ["a title of 1,025 characters", "ada", { title: "x".repeat(1_025) }, "FIELD_INVALID"],
    [
      "101 e-mail addresses",
      "ada",
      { emails: Array.from({ length: 101 }, (_, index) => ({ value: `a${index}@x` })) },
      "FIELD_INVALID",
    ],
    ["U+0000", "ada", { title: "\u0000" }, "FIELD_INVALID"],
  ])("refuses %s", async (_, userName, rest, reason) => {
    expect(await reasonOf(create(userName, rest))).toBe(reason);
  });

  it("takes what an index just holds", async () => {
    // Of code points with four bytes: it is characters that are counted.
    const wide = Array.from({ length: 255 }, (_, n) => String.fromCodePoint(0x20000 + 97 * n)).join("");
    const enterprise = { organization: wide, manager: { value: wide } };
    const stored = await create(wide, { externalId: wide, displayName: wide, enterprise });
    expect(await get(stored.id)).toMatchObject({ userName: wide, externalId: wide, displayName: wide, enterprise });
  });

  it("creates a user name once however many ask at once", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => create(n % 2 ? "ADA" : "ada", { active: true })),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("does not know an account that the token names and the directory lacks", async () => {
    expect(await reasonOf(directory.users.createScimUser(newUser("ada"), as("nowhere", "scim")))).toBe(
      "ACCOUNT_NOT_FOUND",
    );
  });
});

describe("UpdateScimUser", () => {
  it("applies changes, counts the version and marks", async () => {
    const { id, updateTime } = await create("ada", { active: true });
    await directory.clean();
    const updated = await update(id, [replace("active", false), add("emails", [{ value: "a@x", type: "work" }])]);
    expect(updated).toMatchObject({ version: 2, active: false, emails: [{ value: "a@x", type: "work" }] });
    expect(updated.updateTime?.getTime()).toBeGreaterThanOrEqual(updateTime?.getTime() ?? 0);
    expect(await directory.causes(id)).toEqual(["deactivated"]);
    await update(id, [replace("active", true)]);
    await update(id, [replace("title", "Engineer")]);
    expect(await directory.causes(id)).toEqual(["activated", "deactivated", "updated"]);
  });

  it("changes neither version nor time nor mark where nothing differs, but notes the write", async () => {
    const { id, updateTime, provisionTime } = await create("ada", { active: true });
    await directory.clean();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const same = await update(id, [replace("active", true)]);
    expect(same).toMatchObject({ version: 1, updateTime });
    expect(same.provisionTime?.getTime()).toBeGreaterThan(provisionTime?.getTime() ?? 0);
    expect(await directory.causes(id)).toBeUndefined();
    expect((await get(id))?.provisionTime).toEqual(same.provisionTime);
  });

  it("applies all changes or none", async () => {
    const { id } = await create("ada", { title: "x" });
    expect(
      await reasonOf(
        update(id, [replace("title", "y"), replace("emails", "a@x", { element: equal("type", "work"), sub: "value" })]),
      ),
    ).toBe("TARGET_NOT_FOUND");
    expect(await reasonOf(update(id, [replace("title", "y"), remove("user_name")]))).toBe("REQUIRED_ATTRIBUTE_MISSING");
    expect(await get(id)).toMatchObject({ version: 1, title: "x" });
  });

  it("holds the version that the caller requires", async () => {
    const { id } = await create("ada");
    expect(await reasonOf(update(id, [replace("title", "x")], [2, 3]))).toBe("VERSION_MISMATCH");
    expect((await update(id, [replace("title", "x")], [7, 1])).version).toBe(2);
  });

  it("refuses another's user name", async () => {
    const { id } = await create("ada");
    await create("bob");
    expect(await reasonOf(update(id, [replace("user_name", "BOB")]))).toBe("USER_NAME_TAKEN");
    expect((await update(id, [replace("user_name", "ADA")])).userName).toBe("ADA");
  });

  it("loses no update where many come at once", async () => {
    const { id } = await create("ada");
    await Promise.all(Array.from({ length: 12 }, (_, n) => update(id, [add("emails", [{ value: `${n}@x` }])])));
    const user = await get(id);
    expect(user?.version).toBe(13);
    expect(user?.emails).toHaveLength(12);
  });

  it("lets one of two win that require the same version", async () => {
    const { id } = await create("ada");
    const results = await Promise.all([1, 2].map((n) => reasonOf(update(id, [replace("title", `${n}`)], [1]))));
    expect(results.sort()).toEqual(["VERSION_MISMATCH", undefined]);
  });

  it("keeps columns and attributes in step", async () => {
    const { id } = await create("Ada", {
      displayName: "Ada",
      externalId: "e1",
      enterprise: { organization: "ÄCME", manager: { value: "m" } },
    });
    await update(id, [
      replace("user_name", "BOB"),
      replace("display_name", ""),
      remove("external_id"),
      replace("enterprise.organization", "Ünit"),
      remove("enterprise.manager"),
      replace("active", false),
    ]);
    const [row] = await directory.sql(
      "select user_name_key, display_name_key, external_id, organization_key, manager_ref, active from scim_user where id = $1",
      id,
    );
    expect(row).toEqual({
      user_name_key: "bob",
      display_name_key: null,
      external_id: null,
      organization_key: "ünit",
      manager_ref: null,
      active: false,
    });
  });
});

describe("ReplaceScimUser", () => {
  const put = (id: string, changes: ReturnType<typeof add>[]) =>
    directory.users.replaceScimUser(
      { id, changes, ifVersions: [], immutableAttributes: [], requiredAttributes: [] },
      scim,
    );

  it("leaves what it does not name under MERGE and clears it under REPLACE", async () => {
    const { id } = await create("ada", { title: "x", name: { familyName: "L", givenName: "A" } });
    expect(await put(id, [replace("user_name", "ada"), replace("name", { givenName: "B" })])).toMatchObject({
      title: "x",
      name: { familyName: "L", givenName: "B" },
    });
    const connection = Connection.fromPartial({ putPolicy: 2 });
    await directory.connections.updateConnection({ connection, updateMask: ["put_policy"] }, owner);
    const replaced = await put(id, [replace("user_name", "ada"), replace("name", { givenName: "B" })]);
    expect([replaced.title, replaced.name]).toEqual([undefined, { givenName: "B" }]);
    await directory.connections.updateConnection(
      { connection: { ...connection, putPolicy: 1 }, updateMask: ["put_policy"] },
      owner,
    );
  });

  it("leaves immutable values as they are, under REPLACE too, and refuses others as PATCH does", async () => {
    const urn = "urn:example:2.0:User";
    const { id } = await create("eve", { title: "x", extensions: { [urn]: { badge: 7, site: "Rome" } } });
    const policy = (putPolicy: 1 | 2) =>
      directory.connections.updateConnection(
        { connection: Connection.fromPartial({ putPolicy }), updateMask: ["put_policy"] },
        owner,
      );
    const request = { id, ifVersions: [], immutableAttributes: [`${urn}:badge`], requiredAttributes: [] };
    const replaced = async (...changes: ReturnType<typeof add>[]) =>
      directory.users.replaceScimUser({ ...request, changes: [replace("user_name", "eve"), ...changes] }, scim);
    await policy(2);
    expect((await replaced()).extensions).toEqual({ [urn]: { badge: 7 } });
    expect(await reasonOf(replaced(replace(`${urn}:badge`, 8)))).toBe("ATTRIBUTE_IMMUTABLE");
    await policy(1);
    expect(await reasonOf(replaced(replace(`${urn}:badge`, 8)))).toBe("ATTRIBUTE_IMMUTABLE");
    const changes = [replace(`${urn}:badge`, 8, { immutable: true })];
    await expect(
      directory.users.updateScimUser({ id, changes, ifVersions: [], requiredAttributes: [] }, scim),
    ).rejects.toMatchObject({
      reason: "ATTRIBUTE_IMMUTABLE",
      metadata: { attribute: `${urn}:badge` },
    });
    expect((await replaced(replace(`${urn}:badge`, 7))).extensions).toEqual({ [urn]: { badge: 7 } });
  });
});

describe("DeleteScimUser", () => {
  it("leaves a tombstone that no method finds, takes the user out of its groups and marks it", async () => {
    const user = await create("ada", { externalId: "e1" });
    const group = await directory.groups.createScimGroup(newGroup("Staff", user.id), scim);
    await directory.clean();
    await directory.users.deleteScimUser({ id: user.id, ifVersions: [] }, scim);
    expect(await get(user.id)).toBeUndefined();
    expect(await reasonOf(update(user.id, [replace("title", "x")]))).toBe("SCIM_USER_NOT_FOUND");
    expect(await reasonOf(directory.users.deleteScimUser({ id: user.id, ifVersions: [] }, scim))).toBe(
      "SCIM_USER_NOT_FOUND",
    );
    expect(await directory.causes(user.id)).toEqual(["deleted"]);
    expect(await directory.sql("select id from scim_user where id = $1", user.id)).toHaveLength(1);
    const { scimGroups } = await directory.groups.batchGetScimGroups({ ids: [group.id], view: FULL }, scim);
    expect(scimGroups[0]).toMatchObject({ version: 2, members: [] });
    const { results } = await directory.users.batchLookupScimUsers(
      { keys: [{ attribute: LOOKUP_ATTRIBUTE_EXTERNAL_ID, value: "e1" }], view: BASIC },
      scim,
    );
    expect(results).toEqual([{ scimUsers: [], truncated: false }]);
  });

  it("holds the version that the caller requires", async () => {
    const { id } = await create("ada");
    expect(await reasonOf(directory.users.deleteScimUser({ id, ifVersions: [9] }, scim))).toBe("VERSION_MISMATCH");
    expect(await get(id)).toBeDefined();
  });
});

describe("HardDeleteScimUser", () => {
  it("removes a tombstone and a live user for good, with mark and membership", async () => {
    const [ada, bob] = [await create("ada"), await create("bob")];
    await directory.groups.createScimGroup(newGroup("Staff", ada.id), scim);
    await directory.users.deleteScimUser({ id: bob.id, ifVersions: [] }, scim);
    for (const { id } of [ada, bob]) await directory.users.hardDeleteScimUser({ id }, owner);
    expect(await directory.sql("select id from scim_user")).toEqual([]);
    expect(await directory.sql("select member_id from scim_group_member")).toEqual([]);
    expect(await directory.causes(ada.id)).toBeUndefined();
    expect(await reasonOf(directory.users.hardDeleteScimUser({ id: ada.id }, owner))).toBe("SCIM_USER_NOT_FOUND");
  });
});
