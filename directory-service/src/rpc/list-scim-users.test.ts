import type { ListScimUsersRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { replace } from "../../test/changes.ts";
import { as, type Directory, newGroup, newUser, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { equal } from "../../test/filters.ts";

let directory: Directory;
const scim = as("acme", "scim");

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
});
afterAll(() => directory?.stop());
beforeEach(() => directory.sql("truncate scim_user, scim_group, scim_record_count, dirty_record, list_walk cascade"));

type Request = Partial<ListScimUsersRequest>;
const anything = { filter: undefined, sort: undefined, pageSize: 100, pageToken: "", startIndex: 0, view: 1 as const };
const list = (request: Request, options = scim) => directory.users.listScimUsers({ ...anything, ...request }, options);
const names = async (request: Request) => (await list(request)).scimUsers.map(({ userName }) => userName);
const create = (userName: string, rest = {}) => directory.users.createScimUser(newUser(userName, rest), scim);
const remove = (id: string) => directory.users.deleteScimUser({ id, ifVersions: [] }, scim);
const fill = async (count: number) => {
  const users = [];
  for (let n = 0; n < count; n++) users.push(await create(`user-${n}`, { active: n % 2 === 0 }));
  return users;
};
const by = (attribute: string, descending = false) => ({ attribute, descending, caseExact: false });

describe("sorting users", () => {
  it("puts those without a value last, where descending first, and equal ones in the order of creation", async () => {
    const titles: [string, string?][] = [["a", "B"], ["b", "a"], ["c"], ["d", "b"], ["e"]];
    for (const [name, title] of titles) await create(name, title ? { title } : {});
    expect(await names({ sort: by("title") })).toEqual(["b", "a", "d", "c", "e"]);
    expect(await names({ sort: by("title", true) })).toEqual(["c", "e", "a", "d", "b"]);
    expect(await names({ sort: { ...by("title"), caseExact: true } })).toEqual(["a", "b", "d", "c", "e"]);
  });

  it("takes the order of creation for no attribute and for the id, either way round", async () => {
    await fill(3);
    for (const attribute of ["", "id"]) {
      expect(await names({ sort: by(attribute) })).toEqual(["user-0", "user-1", "user-2"]);
      expect(await names({ sort: by(attribute, true) })).toEqual(["user-2", "user-1", "user-0"]);
    }
  });

  it("knows times, versions, groups, schemas and the manager's name", async () => {
    const [first, second, third] = await fill(3);
    for (const sub of [first, third])
      await directory.groups.createScimGroup(newGroup(`For ${sub?.userName}`, sub?.id ?? ""), scim);
    const changes = [replace("enterprise.manager", { value: third?.id }), replace("display_name", "Z")];
    await directory.users.updateScimUser(
      { id: first?.id ?? "", changes, ifVersions: [], requiredAttributes: [] },
      scim,
    );
    const latest = ["user-0", "user-2", "user-1"];
    await directory.sql("update scim_user set update_time = now() where id = $1", second?.id);
    expect(await names({ sort: by("update_time", true) })).toEqual(["user-1", "user-0", "user-2"]);
    expect(await names({ sort: by("create_time", true) })).toEqual(["user-2", "user-1", "user-0"]);
    expect(await names({ sort: by("provision_time", true) })).toEqual(["user-0", "user-2", "user-1"]);
    expect(await names({ sort: by("version", true) })).toEqual(["user-0", "user-1", "user-2"]);
    expect(await names({ sort: by("groups") })).toEqual(latest);
    expect(await names({ sort: by("groups.display", true) })).toEqual(["user-1", "user-2", "user-0"]);
    expect(await names({ sort: by("schemas", true) })).toHaveLength(3);
    expect(await names({ sort: by("enterprise.manager.display_name") })).toEqual(["user-0", "user-1", "user-2"]);
    expect(await names({ sort: by("active") })).toEqual(["user-1", "user-0", "user-2"]);
  });

  it("gives nobody twice at the end of a walk by index, whoever came before its place meanwhile", async () => {
    await fill(5);
    const page = (startIndex: number) => names({ sort: by("user_name"), pageSize: 2, startIndex });
    expect([await page(1), await page(3), await page(5)]).toEqual([
      ["user-0", "user-1"],
      ["user-2", "user-3"],
      ["user-4"],
    ]);
    await create("another");
    expect(await page(6)).toEqual([]);
  });

  it("refuses what is no attribute, by its name", async () => {
    for (const attribute of ["password", "emails.nothing", "user_name; drop table account", "urn:x", "name.x.y"])
      await expect(list({ sort: by(attribute) })).rejects.toMatchObject({
        reason: "SORT_INVALID",
        message: expect.stringContaining(`"${attribute}"`),
      });
  });

  it("asks for the total of a filter once, whatever the order", async () => {
    await fill(4);
    const filter = equal("active", true);
    expect((await list({ filter, pageSize: 1 })).totalSize).toBe(2);
    // A user that nobody counted: only a remembered total can miss it.
    await directory.sql("alter table scim_user disable trigger scim_user_count");
    await directory.sql(
      "update scim_user set active = true, value_keys = (select value_keys from scim_user where user_name_key = 'user-0')",
    );
    await directory.sql("alter table scim_user enable trigger scim_user_count");
    for (const sort of [by("user_name"), by("title", true)])
      expect((await list({ filter, sort, pageSize: 1 })).totalSize).toBe(2);
  });
});

describe("a walk by token", () => {
  const filter = equal("active", true);

  it("gives the same pages backwards as forwards, in whatever order", async () => {
    await fill(7);
    for (const sort of [
      undefined,
      by("", true),
      by("user_name"),
      by("title"),
      by("update_time", true),
      by("active", true),
    ]) {
      const pages = [await list({ pageSize: 3, sort })];
      for (let pageToken = pages[0]?.nextPageToken; pageToken; pageToken = pages.at(-1)?.nextPageToken)
        pages.push(await list({ pageSize: 3, sort, pageToken }));
      expect(pages.map(({ scimUsers }) => scimUsers.length)).toEqual([3, 3, 1]);
      expect(pages[0]?.previousPageToken).toBe("");
      const second = await list({ pageSize: 3, sort, pageToken: pages[2]?.previousPageToken });
      const first = await list({ pageSize: 3, sort, pageToken: second.previousPageToken });
      expect([first.scimUsers, second.scimUsers]).toEqual([pages[0]?.scimUsers, pages[1]?.scimUsers]);
      expect(first.previousPageToken).toBe("");
      const again = await list({ pageSize: 3, sort, pageToken: first.nextPageToken });
      expect(again.scimUsers).toEqual(second.scimUsers);
    }
  });

  it("takes another page size on its way", async () => {
    await fill(7);
    const first = await list({ pageSize: 2 });
    const second = await list({ pageSize: 4, pageToken: first.nextPageToken });
    expect(second.scimUsers.map(({ userName }) => userName)).toEqual(["user-2", "user-3", "user-4", "user-5"]);
    const back = await list({ pageSize: 1, pageToken: second.previousPageToken });
    expect(back.scimUsers.map(({ userName }) => userName)).toEqual(["user-1"]);
    expect(back.previousPageToken).not.toBe("");
    const none = await list({ pageSize: 0, pageToken: first.nextPageToken });
    expect([none.totalSize, none.scimUsers, none.nextPageToken, none.previousPageToken]).toEqual([7, [], "", ""]);
  });

  it("goes on where the records around it have gone", async () => {
    const users = await fill(6);
    const first = await list({ pageSize: 2 });
    const second = await list({ pageSize: 2, pageToken: first.nextPageToken });
    for (const { id } of users.slice(0, 4)) await remove(id);
    const third = await list({ pageSize: 2, pageToken: second.nextPageToken });
    expect(third.scimUsers.map(({ userName }) => userName)).toEqual(["user-4", "user-5"]);
    const before = await list({ pageSize: 2, pageToken: third.previousPageToken });
    expect([before.scimUsers, before.previousPageToken]).toEqual([[], ""]);
    const start = await list({ pageSize: 2, pageToken: before.nextPageToken });
    expect([start.scimUsers, start.previousPageToken]).toEqual([third.scimUsers, ""]);
    for (const { id } of users.slice(4)) await remove(id);
    await create("new");
    await remove((await list({})).scimUsers[0]?.id ?? "");
    const empty = await list({ pageSize: 2, pageToken: second.nextPageToken });
    expect([empty.scimUsers, empty.nextPageToken]).toEqual([[], ""]);
    await create("newer");
    expect(await names({ pageSize: 2, pageToken: empty.previousPageToken })).toEqual(["newer"]);
  });

  it("takes a token for the account, kind, filter and order that gave it, and no other", async () => {
    await fill(5);
    const sort = by("user_name");
    const { nextPageToken: pageToken } = await list({ pageSize: 1, filter, sort });
    expect(await names({ pageToken, filter, sort, pageSize: 1 })).toEqual(["user-2"]);
    const bad = [
      list({ pageToken, filter }),
      list({ pageToken, sort }),
      list({ pageToken, filter, sort: by("user_name", true) }),
      list({ pageToken, filter, sort: { ...sort, caseExact: true } }),
      list({ pageToken, filter, sort }, as("other", "scim")),
      list({ pageToken: `${pageToken}A`, filter, sort }),
      directory.groups.listScimGroups({ ...anything, pageToken }, scim),
    ];
    expect(await Promise.all(bad.map(reasonOf))).toEqual(bad.map(() => "PAGE_TOKEN_INVALID"));
  });
});

describe("an index", () => {
  it("of 0 is 1, a negative one is refused, one beyond the end gives an empty page with the total", async () => {
    await fill(4);
    expect(await names({ startIndex: 0, pageSize: 2 })).toEqual(["user-0", "user-1"]);
    expect(await reasonOf(list({ startIndex: -1 }))).toBe("FIELD_INVALID");
    expect(await reasonOf(list({ pageSize: -1 }))).toBe("FIELD_INVALID");
    for (const startIndex of [5, 1_000, 2 ** 31 - 1])
      for (const sort of [undefined, by("title")])
        expect(await list({ startIndex, sort, pageSize: 500 })).toMatchObject({
          scimUsers: [],
          totalSize: 4,
          nextPageToken: "",
          previousPageToken: "",
        });
  });

  it("with a page size of 0 gives the total alone, with too large a one 500 records", async () => {
    await directory.sql(
      `insert into scim_user (account_id, id, user_name_key, attributes, create_time, update_time, provision_time)
       select 'acme', gen_random_uuid(), 'u' || n, '{}', now(), now(), now() from generate_series(1, 501) n`,
    );
    for (const sort of [undefined, by("user_name")]) {
      expect(await list({ pageSize: 0, startIndex: 2, sort })).toMatchObject({
        scimUsers: [],
        totalSize: 501,
        nextPageToken: "",
      });
      const page = await list({ pageSize: 501, startIndex: 1, sort });
      expect([page.scimUsers.length, page.totalSize]).toEqual([500, 501]);
    }
  });

  it("leaves its place only where a client may go on, and only once", async () => {
    await fill(4);
    const places = async () => Number((await directory.sql("select count(*) from list_walk"))[0]?.["count"]);
    await list({ pageSize: 4 });
    await list({ pageSize: 100, sort: by("title") });
    await list({ pageSize: 0 });
    expect(await places()).toBe(0);
    await list({ pageSize: 2 });
    expect(await places()).toBe(1);
    const written = await directory.sql("select xmin, ctid from list_walk");
    await list({ pageSize: 2 });
    expect(await directory.sql("select xmin, ctid from list_walk")).toEqual(written);
    await list({ pageSize: 2, startIndex: 3 });
    expect(await places()).toBe(2);
  });

  it("walks to the end of what is left, which its total does not hide", async () => {
    const users = await fill(9);
    await list({ pageSize: 3, startIndex: 1 });
    for (const { id } of users.slice(0, 3)) await remove(id);
    const second = await list({ pageSize: 3, startIndex: 4 });
    expect(second.scimUsers.map(({ userName }) => userName)).toEqual(["user-3", "user-4", "user-5"]);
    // 6 are left; a client that stops there would not ask for the third page.
    expect(second.totalSize).toBe(7);
    const third = await list({ pageSize: 3, startIndex: 7 });
    expect([third.scimUsers.length, third.totalSize]).toEqual([3, 9]);
    expect((await list({ pageSize: 3 })).totalSize).toBe(6);
  });
});
