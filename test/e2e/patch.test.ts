import { beforeAll, describe, expect, it } from "vitest";
import { patchCases } from "./patch-cases.ts";
import { clientPatches } from "./patch-clients.ts";
import type { ScimBody, ScimClient } from "./scim-client.ts";
import { ENTERPRISE, GROUP, PATCH_OP, USER } from "./scim-messages.ts";
import { type Account, type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;
let account: Account;
let scim: ScimClient;

beforeAll(async () => {
  stack = await sharedTestStack();
  account = await stack.newAccount();
  scim = account.scim;
  return () => stack.stop();
});

let made = 0;

async function newUser(more: object = {}): Promise<ScimBody> {
  made += 1;
  return (await scim.post("/Users", { schemas: [USER], userName: `user${made}@example.com`, ...more })).body;
}

async function newGroup(...members: ScimBody[]): Promise<ScimBody> {
  made += 1;
  const body = { schemas: [GROUP], displayName: `Group ${made}`, members: members.map(({ id }) => ({ value: id })) };
  return (await scim.post("/Groups", body)).body;
}

const read = async ({ meta }: ScimBody) => (await scim.get(new URL(meta.location).pathname.replace(/^.*v2/, ""))).body;
const memberIds = ({ members = [] }: ScimBody) => (members as { value: string }[]).map(({ value }) => value).sort();

describe("PATCH of a user", () => {
  it.each([...patchCases, ...clientPatches])(
    "$clause: $name",
    async ({ before, operations, after, status = 200, scimType }) => {
      const user = await newUser(before);
      const answer = await scim.patch(`/Users/${user.id}`, ...operations);
      expect([answer.status, answer.body["scimType"]], answer.text).toEqual([status, scimType]);
      const now = await read(user);
      const changes = after !== undefined;
      const expected = Object.entries(after ?? {}).filter(([, value]) => value !== undefined);
      const gone = Object.entries(after ?? {}).filter(([, value]) => value === undefined);
      expect(now).toMatchObject(Object.fromEntries(expected));
      for (const [name] of gone) expect(now).not.toHaveProperty([name]);
      expect(now.meta.version).toBe(changes ? 'W/"2"' : 'W/"1"');
      if (!changes) expect(now).toEqual(user);
      if (status === 200) {
        expect(answer.body).toEqual(now);
        expect(answer.headers["etag"]).toBe(now.meta.version);
        // The same again changes nothing: there is no second element, no new version and no later lastModified.
        const again = await scim.patch(`/Users/${user.id}`, ...operations);
        if (again.status === 200) expect(await read(user)).toEqual(now);
      }
    },
  );

  it("takes every spelling of names, operations and messages", async () => {
    const { id } = await newUser();
    const body = {
      SCHEMAS: [PATCH_OP.toUpperCase()],
      operations: [
        { OP: "ADD", PATH: "NickName", VALUE: "Nick" },
        { Op: "Replace", Path: `${ENTERPRISE.toUpperCase()}:DEPARTMENT`, Value: "R&D" },
        { op: "aDD", path: 'EMAILS[TYPE EQ "work"].VALUE', value: "n@example.com" },
        { op: "add", value: { TITLE: "Boss", "NAME.givenname": "N", [USER.toUpperCase()]: { userTYPE: "T" } } },
      ],
    };
    const { status, body: now, text } = await scim.send("PATCH", `/Users/${id}`, body);
    expect(status, text).toBe(200);
    expect(now).toMatchObject({
      nickName: "Nick",
      title: "Boss",
      userType: "T",
      name: { givenName: "N" },
      emails: [{ type: "work", value: "n@example.com" }],
      [ENTERPRISE]: { department: "R&D" },
    });
  });

  it("makes one element however many operations, requests and ops add through a filter", async () => {
    const user = await newUser();
    const path = (name: string) => `addresses[type eq "work"].${name}`;
    const add = (name: string, value: string) => ({ op: "Add", path: path(name), value });
    await scim.patch(`/Users/${user.id}`, add("streetAddress", "1 Way"), add("locality", "Delft"));
    await scim.patch(`/Users/${user.id}`, add("country", "NL"), {
      op: "replace",
      path: path("locality"),
      value: "Gouda",
    });
    await scim.patch(`/Users/${user.id}`, { op: "add", value: { [path("postalCode")]: "1234" } });
    const primary = { op: "Add", path: 'emails[type eq "work" and primary eq true].value', value: "a@example.com" };
    await scim.patch(`/Users/${user.id}`, primary, primary);
    await scim.patch(`/Users/${user.id}`, { ...primary, value: "b@example.com" });
    const now = await read(user);
    expect(now["addresses"]).toEqual([
      { type: "work", streetAddress: "1 Way", locality: "Gouda", country: "NL", postalCode: "1234" },
    ]);
    expect(now["emails"]).toEqual([{ type: "work", primary: true, value: "b@example.com" }]);
  });

  it("applies all operations or none", async () => {
    const user = await newUser({ title: "Boss" });
    const { status, body } = await scim.patch(
      `/Users/${user.id}`,
      { op: "replace", path: "title", value: "Other" },
      { op: "remove", path: "title" },
      { op: "replace", path: 'emails[type eq "fax"].value', value: "x" },
    );
    expect([status, body["scimType"]]).toEqual([400, "noTarget"]);
    expect(await read(user)).toEqual(user);
  });

  it("takes the partial resource of before RFC 7644", async () => {
    const user = await newUser({ title: "Boss", nickName: "B", name: { givenName: "G", familyName: "F" } });
    const body = { schemas: [USER], title: "Chief", nickName: null, name: { givenName: "H" }, active: "True" };
    expect((await scim.send("PATCH", `/Users/${user.id}`, body)).status).toBe(200);
    const now = await read(user);
    expect(now).toMatchObject({ title: "Chief", name: { givenName: "H", familyName: "F" }, active: true });
    expect(now).not.toHaveProperty("nickName");
  });
});

describe("PATCH of a group", () => {
  it("answers 204 with the new tag, and with the group where attributes are asked for", async () => {
    const [ann, group] = [await newUser(), await newGroup()];
    const add = { op: "add", path: "members", value: [{ value: ann.id }] };
    const answer = await scim.patch(`/Groups/${group.id}`, add);
    expect([answer.status, answer.headers["etag"]]).toEqual([204, 'W/"2"']);
    const shown = await scim.patch(`/Groups/${group.id}?attributes=members`, add);
    expect([shown.status, memberIds(shown.body)]).toEqual([200, [ann.id]]);
  });

  it("adds, removes and replaces members in every dialect", async () => {
    const [ann, ben, cem] = [await newUser(), await newUser(), await newUser()];
    const group = await newGroup();
    const membersAfter = async (...operations: unknown[]) => {
      const { status, text } = await scim.patch(`/Groups/${group.id}`, ...operations);
      expect(status, text).toBe(204);
      return memberIds(await read(group));
    };
    const sorted = (...users: ScimBody[]) => users.map(({ id }) => id).sort();
    expect(await membersAfter({ op: "Add", path: "members", value: [{ $ref: null, value: ann.id }] })).toEqual(
      sorted(ann),
    );
    expect(await membersAfter({ op: "add", path: "members", value: [ben.id, { value: ann.id }] })).toEqual(
      sorted(ann, ben),
    );
    expect(await membersAfter({ op: "add", value: { members: [{ value: cem.id }] } })).toEqual(sorted(ann, ben, cem));
    expect(await membersAfter({ op: "Remove", path: "members", value: [{ value: ann.id }] })).toEqual(sorted(ben, cem));
    expect(await membersAfter({ op: "remove", path: `members[value eq "${ben.id}" or value eq "${cem.id}"]` })).toEqual(
      [],
    );
    expect(await membersAfter({ op: "add", path: `members[value eq "${ann.id}"]`, value: {} })).toEqual(sorted(ann));
    expect(await membersAfter({ op: "replace", path: "members", value: [{ value: ben.id }] })).toEqual(sorted(ben));
    expect(await membersAfter({ op: "replace", value: { id: group.id, members: [{ value: cem.id }] } })).toEqual(
      sorted(cem),
    );
    expect(await membersAfter({ op: "remove", path: "members", value: [] })).toEqual(sorted(cem));
    expect(await membersAfter({ op: "remove", path: "members" })).toEqual([]);
  });

  it("takes members out by any filter", async () => {
    const [ann, ben, cem] = [await newUser(), await newUser(), await newUser()];
    const inner = await newGroup(ann);
    const group = await newGroup(ann, ben, cem, inner);
    const left = async (filter: string) => {
      const { status, text } = await scim.patch(`/Groups/${group.id}`, { op: "remove", path: `members[${filter}]` });
      expect(status, text).toBe(204);
      return memberIds(await read(group));
    };
    const sorted = (...resources: ScimBody[]) => resources.map(({ id }) => id).sort();
    const name = String(ann["userName"]).toUpperCase();
    expect(await left('display eq "nobody"')).toEqual(sorted(ann, ben, cem, inner));
    expect(await left(`display eq "${name}"`)).toEqual(sorted(ben, cem, inner));
    expect(await left(`$ref eq "${ben.meta.location.replace("Users", "Groups")}"`)).toEqual(sorted(ben, cem, inner));
    expect(await left(`$ref eq "${ben.meta.location}"`)).toEqual(sorted(cem, inner));
    expect(await left(`not (value eq "${inner.id}")`)).toEqual(sorted(inner));
    expect(await left('type eq "Group"')).toEqual([]);
    expect(memberIds(await read(inner))).toEqual([ann.id]);
  });

  it("keeps its version and lastModified where members are as they are to be", async () => {
    const [ann, ben] = [await newUser(), await newUser()];
    const group = await newGroup(ann);
    const nothing = [
      { op: "add", path: "members", value: [{ value: ann.id }] },
      { op: "remove", path: `members[value eq "${ben.id}"]` },
      { op: "remove", path: "members", value: [{ value: ben.id }] },
      { op: "replace", path: "members", value: [{ value: ann.id }] },
      { op: "replace", path: "displayName", value: group["displayName"] },
      { op: "replace", value: { displayName: group["displayName"], members: [{ value: ann.id }] } },
    ];
    for (const operation of nothing) {
      const answer = await scim.patch(`/Groups/${group.id}`, operation);
      expect([answer.status, answer.headers["etag"]], JSON.stringify(operation)).toEqual([204, 'W/"1"']);
    }
    expect(await read(group)).toEqual(group);
  });

  it("takes the partial resource of before RFC 7644: members are added, or deleted by their operation", async () => {
    const [ann, ben] = [await newUser(), await newUser()];
    const group = await newGroup(ann);
    const members = [{ value: ann.id, operation: "delete" }, { value: ben.id }];
    const { status } = await scim.send("PATCH", `/Groups/${group.id}`, {
      schemas: [GROUP],
      members,
      groupType: "Team",
    });
    expect(status).toBe(204);
    const now = await read(group);
    expect([memberIds(now), now["groupType"]]).toEqual([[ben.id], "Team"]);
  });

  it("refuses 20,001 member values", async () => {
    const group = await newGroup();
    const values = Array.from({ length: 20_001 }, (_, at) => `0191f0a5-0000-7000-8000-${String(at).padStart(12, "0")}`);
    const [first, ...rest] = values;
    const operations = [
      { op: "add", path: "members", value: rest },
      { op: "remove", path: `members[value eq "${first}"]` },
    ];
    for (const given of [[{ op: "add", path: "members", value: values }], operations]) {
      const { status, body } = await scim.patch(`/Groups/${group.id}`, ...given);
      expect([status, body["scimType"], body.detail]).toEqual([
        400,
        "invalidValue",
        expect.stringContaining("members"),
      ]);
    }
    expect(await read(group)).toEqual(group);
  });
});
