import type {
  ListScimRecordsRequest,
  ScimRecord,
  ScimRecordSelection,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record_service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { as, type Directory, newGroup, newUser, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { equal } from "../../test/filters.ts";

let directory: Directory;
const scim = as("acme", "scim");

beforeAll(async () => {
  directory = await startDirectory("acme");
  const users = [];
  for (const [userName, displayName, active] of [
    ["u1", "Delta", true],
    ["u2", "bravo", true],
    ["u3", undefined, false],
  ] as const) {
    users.push(
      await directory.users.createScimUser(
        newUser(userName, { ...(displayName ? { displayName } : {}), active }),
        scim,
      ),
    );
    await directory.groups.createScimGroup(newGroup(`Group ${userName}`, users[0]?.id ?? ""), scim);
  }
  await directory.groups.createScimGroup(newGroup("Charlie"), scim);
});
afterAll(() => directory?.stop());

type Request = Partial<ListScimRecordsRequest>;
const list = (request: Request) =>
  directory.records.listScimRecords(
    { scimUsers: undefined, scimGroups: undefined, pageSize: 100, pageToken: "", startIndex: 0, ...request },
    scim,
  );
const name = ({ record }: ScimRecord) =>
  record?.$case === "scimUser" ? record.value.userName : record?.$case === "scimGroup" ? record.value.displayName : "";
const names = async (request: Request) => (await list(request)).scimRecords.map(name);
const by = (attribute: string, descending = false) => ({ sort: { attribute, descending, caseExact: false } });
const all: ScimRecordSelection = { filter: undefined, view: 1, sort: undefined };
const both = (scimUsers: Partial<ScimRecordSelection> = {}, scimGroups: Partial<ScimRecordSelection> = {}) => ({
  scimUsers: { ...all, ...scimUsers },
  scimGroups: { ...all, ...scimGroups },
});
const created = ["u1", "Group u1", "u2", "Group u2", "u3", "Group u3", "Charlie"];

describe("ListScimRecords", () => {
  it("lists users and groups in the order of their creation, with the total over both", async () => {
    expect(await names(both())).toEqual(created);
    expect((await list(both())).totalSize).toBe(7);
    expect(await list({ ...both(), pageSize: 0 })).toMatchObject({ scimRecords: [], totalSize: 7 });
    expect(await names(both(by("", true), by("", true)))).toEqual(created.toReversed());
  });

  it("lists one kind alone, and none", async () => {
    expect(await names({ scimUsers: all })).toEqual(["u1", "u2", "u3"]);
    expect(await names({ scimGroups: { ...all, ...by("display_name") } })).toEqual([
      "Charlie",
      "Group u1",
      "Group u2",
      "Group u3",
    ]);
    expect(await list({})).toEqual({ scimRecords: [], nextPageToken: "", previousPageToken: "", totalSize: 0 });
    expect(await reasonOf(list({ pageToken: "x" }))).toBe("PAGE_TOKEN_INVALID");
  });

  it("sorts each kind by its own attribute, those without a value last", async () => {
    expect(await names(both(by("display_name"), by("display_name")))).toEqual([
      "u2",
      "Charlie",
      "u1",
      "Group u1",
      "Group u2",
      "Group u3",
      "u3",
    ]);
    expect(await names(both(by("user_name"), by("")))).toEqual([
      "u1",
      "u2",
      "u3",
      "Group u1",
      "Group u2",
      "Group u3",
      "Charlie",
    ]);
    expect(await names(both(by("user_name", true), by("", true)))).toEqual([
      "Group u1",
      "Group u2",
      "Group u3",
      "Charlie",
      "u3",
      "u2",
      "u1",
    ]);
    expect(await names(both(by("id"), by("id")))).toEqual(created);
    expect(await names(both({}, by("id")))).toEqual(["Group u1", "Group u2", "Group u3", "Charlie", "u1", "u2", "u3"]);
    expect(await names(both({}, by("display_name")))).toEqual([
      "Charlie",
      "Group u1",
      "Group u2",
      "Group u3",
      "u1",
      "u2",
      "u3",
    ]);
    expect(await names(both(by("create_time", true), by("create_time", true)))).toEqual(created.toReversed());
  });

  it("refuses an order that there is not for both", async () => {
    for (const request of [
      both(by("user_name"), by("display_name", true)),
      both(by("user_name"), by("create_time")),
      both(by("user_name"), by("user_name")),
      both(by("nothing"), {}),
    ])
      expect(await reasonOf(list(request))).toBe("SORT_INVALID");
    expect(await reasonOf(list(both({ filter: equal("nothing", "x") })))).toBe("FILTER_INVALID");
  });

  it("filters each kind and counts what is left of both", async () => {
    const request = both({ filter: equal("active", true) }, { filter: equal("display_name", "group U2") });
    expect(await names(request)).toEqual(["u1", "u2", "Group u2"]);
    expect((await list({ ...request, pageSize: 1 })).totalSize).toBe(3);
    expect((await list({ ...both({ filter: equal("active", true) }), pageSize: 2 })).totalSize).toBe(6);
  });

  it("walks by index and by token, forwards and backwards, in every order", async () => {
    for (const request of [
      both(),
      both(by("", true), by("", true)),
      both(by("display_name"), by("display_name")),
      both(by("user_name", true), by("", true)),
      both({ filter: equal("active", true), ...by("display_name", true) }, by("display_name", true)),
    ]) {
      const sorted = await names(request);
      for (const pageSize of [1, 2, 3]) {
        const chunks = Array.from({ length: Math.ceil(sorted.length / pageSize) }, (_, page) =>
          sorted.slice(page * pageSize, (page + 1) * pageSize),
        );
        const pages = [await list({ ...request, pageSize })];
        for (let pageToken = pages[0]?.nextPageToken; pageToken; pageToken = pages.at(-1)?.nextPageToken)
          pages.push(await list({ ...request, pageSize, pageToken }));
        expect(pages.map(({ scimRecords }) => scimRecords.map(name))).toEqual(chunks);
        const back = [];
        for (let pageToken = pages.at(-1)?.previousPageToken; pageToken; pageToken = back.at(-1)?.previousPageToken)
          back.push(await list({ ...request, pageSize, pageToken }));
        expect(back.reverse().map(({ scimRecords }) => scimRecords.map(name))).toEqual(chunks.slice(0, -1));
        for (const [page, chunk] of chunks.entries())
          expect(await names({ ...request, pageSize, startIndex: page * pageSize + 1 })).toEqual(chunk);
      }
    }
  });

  it("gives each kind in its own view", async () => {
    const { scimRecords } = await list(both({ view: 2 }, { view: 1 }));
    const values = scimRecords.map(({ record }) => record?.value);
    expect(values[0]).toMatchObject({ userName: "u1", groups: [{}, {}, {}], mapping: { pending: true } });
    expect(values[1]).toMatchObject({ displayName: "Group u1", members: [] });
    const full = await list(both({ view: 1 }, { view: 2 }));
    expect(full.scimRecords[0]?.record?.value).toMatchObject({ groups: [] });
    expect(full.scimRecords[1]?.record?.value).toMatchObject({ members: [{ display: "u1" }] });
  });
});
