import { ComparisonOperator as Op } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { LookupAttribute, ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { add, replace } from "../../test/changes.ts";
import { as, type Directory, newGroup, newUser, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { comparison, element, equal } from "../../test/filters.ts";

let directory: Directory;
const scim = as("acme", "scim");
const { SCIM_RECORD_VIEW_FULL: FULL, SCIM_RECORD_VIEW_BASIC: BASIC } = ScimRecordView;
const { LOOKUP_ATTRIBUTE_USER_NAME, LOOKUP_ATTRIBUTE_EXTERNAL_ID, LOOKUP_ATTRIBUTE_DISPLAY_NAME } = LookupAttribute;

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
});
afterAll(() => directory?.stop());
beforeEach(() => directory.sql("truncate scim_user, scim_group, scim_record_count, dirty_record, list_walk cascade"));

const create = (userName: string, rest = {}) => directory.users.createScimUser(newUser(userName, rest), scim);
const update = (id: string, changes: ReturnType<typeof add>[], ifVersions: number[] = []) =>
  directory.users.updateScimUser({ id, changes, ifVersions, requiredAttributes: [] }, scim);

describe("BatchGetScimUsers", () => {
  it("leaves out what is unknown, deleted or no UUID, and gives groups in the FULL view only", async () => {
    const user = await create("ada");
    const group = await directory.groups.createScimGroup(newGroup("Staff", user.id), scim);
    const ids = [user.id, "010101001010101011001010101011", "019a0000-0000-7000-8000-000000000000"];
    const full = await directory.users.batchGetScimUsers({ ids, view: FULL }, scim);
    expect(full.scimUsers.map(({ groups }) => groups)).toEqual([
      [{ value: group.id, display: "Staff", type: "direct" }],
    ]);
    const basic = await directory.users.batchGetScimUsers({ ids, view: BASIC }, scim);
    expect(basic.scimUsers.map(({ groups, mapping }) => [groups, mapping])).toEqual([[[], undefined]]);
  });

  it("takes 500 ids and not 501", async () => {
    const ids = Array.from({ length: 501 }, () => "x");
    expect(await reasonOf(directory.users.batchGetScimUsers({ ids, view: BASIC }, scim))).toBe("FIELD_INVALID");
    expect((await directory.users.batchGetScimUsers({ ids: ids.slice(1), view: BASIC }, scim)).scimUsers).toEqual([]);
  });
});

describe("BatchLookupScimUsers", () => {
  it("answers keys of all attributes in their order, with one statement", async () => {
    const ada = await create("Ada@X", { externalId: "Ext", displayName: "Ada L" });
    const bob = await create("Bob@X", { displayName: "ADA L" });
    const { results } = await directory.users.batchLookupScimUsers(
      {
        view: FULL,
        keys: [
          { attribute: LOOKUP_ATTRIBUTE_DISPLAY_NAME, value: "ada l" },
          { attribute: LOOKUP_ATTRIBUTE_USER_NAME, value: "bob@x" },
          { attribute: LOOKUP_ATTRIBUTE_EXTERNAL_ID, value: "Ext" },
          { attribute: LOOKUP_ATTRIBUTE_EXTERNAL_ID, value: "ext" },
          { attribute: LOOKUP_ATTRIBUTE_USER_NAME, value: "BOB@X" },
          { attribute: LOOKUP_ATTRIBUTE_USER_NAME, value: "no\u0000body" },
          { attribute: 0, value: "bob@x" },
        ],
      },
      scim,
    );
    expect(results.map(({ scimUsers }) => scimUsers.map(({ id }) => id))).toEqual([
      [ada.id, bob.id],
      [bob.id],
      [ada.id],
      [],
      [bob.id],
      [],
      [],
    ]);
  });

  it("says where there are more than 500 matches", async () => {
    await directory.sql(
      `insert into scim_user (account_id, id, user_name_key, display_name_key, attributes, create_time, update_time, provision_time)
       select 'acme', gen_random_uuid(), 'u' || n, 'same', '{"userName":"u","displayName":"Same"}', now(), now(), now() from generate_series(1, 501) n`,
    );
    const { results } = await directory.users.batchLookupScimUsers(
      { keys: [{ attribute: LOOKUP_ATTRIBUTE_DISPLAY_NAME, value: "SAME" }], view: BASIC },
      scim,
    );
    expect([results[0]?.scimUsers.length, results[0]?.truncated]).toEqual([500, true]);
  });
});

describe("ListScimUsers", () => {
  const list = (request: Partial<Parameters<Directory["users"]["listScimUsers"]>[0]>, options = scim) =>
    directory.users.listScimUsers(
      { filter: undefined, pageSize: 100, pageToken: "", startIndex: 0, view: BASIC, ...request },
      options,
    );
  const names = async (request: Parameters<typeof list>[0]) =>
    (await list(request)).scimUsers.map(({ userName }) => userName);
  const fill = async (count: number) => {
    for (let n = 0; n < count; n++) await create(`user-${String(n).padStart(3, "0")}`, { active: n % 2 === 0 });
  };

  it("walks by page token to the end, in the order of creation", async () => {
    await fill(7);
    const seen: string[] = [];
    let pageToken = "";
    do {
      const page = await list({ pageSize: 3, pageToken });
      expect(page.totalSize).toBe(7);
      seen.push(...page.scimUsers.map(({ userName }) => userName));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(seen).toEqual(Array.from({ length: 7 }, (_, n) => `user-00${n}`));
  });

  it("skips nobody where users are removed during a walk by index", async () => {
    await fill(9);
    const first = await list({ startIndex: 1, pageSize: 3 });
    for (const { id } of first.scimUsers) await directory.users.deleteScimUser({ id, ifVersions: [] }, scim);
    expect(await names({ startIndex: 4, pageSize: 3 })).toEqual(["user-003", "user-004", "user-005"]);
    expect(await names({ startIndex: 7, pageSize: 3 })).toEqual(["user-006", "user-007", "user-008"]);
    expect((await list({ startIndex: 1, pageSize: 3 })).totalSize).toBe(6);
  });

  it("finds its place by counting where it remembers none", async () => {
    await fill(6);
    expect(await names({ startIndex: 5, pageSize: 2 })).toEqual(["user-004", "user-005"]);
    expect(await names({ startIndex: 7, pageSize: 2 })).toEqual([]);
    expect(await names({ startIndex: 100 })).toEqual([]);
  });

  it("gives totals without filter and with one, and forgets them when users change", async () => {
    await fill(6);
    const active = equal("active", true);
    expect([(await list({ pageSize: 0 })).totalSize, (await list({ filter: active, pageSize: 0 })).totalSize]).toEqual([
      6, 3,
    ]);
    expect((await list({ filter: active, pageSize: 2 })).totalSize).toBe(3);
    const [first] = (await list({ filter: active })).scimUsers;
    await update(first?.id ?? "", [replace("active", false)]);
    expect((await list({ filter: active, pageSize: 1 })).totalSize).toBe(2);
  });

  it("drops a filter's total when a membership changes", async () => {
    const user = await create("ada");
    await create("bob");
    const group = await directory.groups.createScimGroup(newGroup("Staff"), scim);
    const inGroup = equal("groups.value", group.id, true);
    expect((await list({ filter: inGroup, pageSize: 0 })).totalSize).toBe(0);
    await directory.groups.updateScimGroup(
      { id: group.id, changes: [add("members", [{ value: user.id }])], ifVersions: [], requiredAttributes: [] },
      scim,
    );
    expect((await list({ filter: inGroup, pageSize: 0 })).totalSize).toBe(1);
    expect(await names({ filter: inGroup })).toEqual(["ada"]);
    expect(await names({ filter: element("groups", equal("display", "STAFF")) })).toEqual(["ada"]);
  });

  it("answers Entra's reference check and its reader's time window", async () => {
    const manager = await create("boss");
    const user = await create("ada", { enterprise: { manager: { value: manager.id } } });
    const both = (left: ReturnType<typeof equal>, right: ReturnType<typeof equal>) => ({
      expression: { $case: "and" as const, value: { filters: [left, right] } },
    });
    expect(
      await names({ filter: both(equal("id", user.id, true), equal("enterprise.manager.value", manager.id, true)) }),
    ).toEqual(["ada"]);
    expect(
      await names({ filter: both(equal("id", manager.id, true), equal("enterprise.manager.value", manager.id, true)) }),
    ).toEqual([]);
    expect(await names({ filter: equal("id", "not-a-uuid", true) })).toEqual([]);
    const since = comparison("update_time", Op.COMPARISON_OPERATOR_GREATER_OR_EQUAL, user.updateTime);
    expect(await names({ filter: since })).toEqual(["ada"]);
  });

  it("gives the mapping state in either view", async () => {
    await create("ada");
    expect((await list({ view: BASIC })).scimUsers[0]?.mapping?.pending).toBe(true);
    await directory.clean();
    expect((await list({ view: FULL })).scimUsers[0]?.mapping?.pending).toBe(false);
  });

  it("takes a page token for the query that gave it and no other", async () => {
    await fill(3);
    const filter = equal("active", true);
    const { nextPageToken } = await list({ pageSize: 1, filter });
    expect(nextPageToken).not.toBe("");
    const other = as("other", "scim");
    const bad = [
      list({ pageToken: nextPageToken }),
      list({ pageToken: nextPageToken, filter }, other),
      list({ pageToken: "nonsense" }),
      list({ pageToken: `${nextPageToken}x`, filter }),
      directory.groups.listScimGroups(
        { filter: undefined, pageSize: 1, pageToken: nextPageToken, startIndex: 0, view: BASIC },
        scim,
      ),
    ];
    expect(await Promise.all(bad.map(reasonOf))).toEqual(bad.map(() => "PAGE_TOKEN_INVALID"));
    expect((await list({ pageToken: nextPageToken, filter, pageSize: 1 })).scimUsers[0]?.userName).toBe("user-002");
  });

  it("refuses negative sizes, and a token with an index", async () => {
    expect(await reasonOf(list({ pageSize: -1 }))).toBe("FIELD_INVALID");
    expect(await reasonOf(list({ startIndex: -1 }))).toBe("FIELD_INVALID");
    expect(await reasonOf(list({ startIndex: 1, pageToken: "x" }))).toBe("FIELD_INVALID");
    expect(await reasonOf(list({ filter: equal("password", "x") }))).toBe("FILTER_INVALID");
  });
});
