import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { converse, type Step } from "./conversation.ts";
import { startTestStack, type TestStack } from "./stack.ts";

const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";
const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const ADSCIM = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0";
const PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

const managerPath = `${ENTERPRISE}:manager`;
/** The ways in which a manager comes, and goes: a value that clears, or undefined for Remove. */
const managerForms = [
  { name: "plain text", path: managerPath, value: "{boss}", cleared: "" },
  { name: "an object", path: managerPath, value: { value: "{boss}" }, cleared: { value: "" } },
  { name: "a list", path: managerPath, value: [{ $ref: "/Users/{boss}", value: "{boss}" }], cleared: null },
  { name: "plain text without a URN", path: "manager", value: "{boss}", cleared: undefined },
];

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
  return () => stack.stop();
});

describe("Entra", () => {
  it("tests the connection with names that nobody has", async () => {
    const { scim } = await stack.newAccount();
    const paths = [
      `/Users?filter=userName+eq+%22${randomUUID()}%22`,
      `/Users?filter=externalId+eq+%22${randomUUID()}%22`,
      `/Users?filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22${randomUUID()}%22`,
      `/Groups?excludedAttributes=members&filter=displayName+eq+%22${randomUUID()}%22`,
      `/Groups?excludedAttributes=members&filter=externalId+eq+%22${randomUUID()}%22`,
    ];
    for (const path of paths) {
      const { status, body } = await scim.get(path);
      expect({ path, status, total: body.totalResults }).toEqual({ path, status: 200, total: 0 });
    }
  });

  it("creates a user in its dialect and finds it by each matching attribute", async () => {
    await converse(await stack.newAccount(), creation);
  });

  it("changes attributes one operation each", async () => {
    await converse(await stack.newAccount(), changesByPath);
  });

  it("changes attributes in one value with dotted and URN keys", async () => {
    await converse(await stack.newAccount(), changesInOneValue);
  });

  it("adds an element through a filtered path, and only once", async () => {
    await converse(await stack.newAccount(), addedElements);
  });

  it.for(managerForms)("sets and clears a manager sent as $name", async ({ path, value, cleared }) => {
    await converse(await stack.newAccount(), managerSetAndCleared(path, value, cleared));
  });

  it("provisions a manager after the report, which resolves by itself", async () => {
    await converse(await stack.newAccount(), managerProvisionedLater);
  });

  it("nulls every optional attribute, twice", async () => {
    await converse(await stack.newAccount(), nullUpdates);
  });

  it("disables softly, restores, deletes hard, and the same person comes back", async () => {
    const account = await stack.newAccount();
    await converse(account, lifeOfAnna);
    const [person] = await account.people();
    await converse(account, [
      {
        when: "Entra creates Anna anew after the hard delete",
        send: ["POST", "/Users", { ...annaAsEntraSends, userName: "ANNA@example.com" }],
        status: 201,
        keep: "anna",
        people: { anna: { id: person?.id ?? "", disabled: false, name: "Anna Ōkami" } },
        peopleCount: 1,
      },
    ]);
  });

  it("adds and removes members in its four ways", async () => {
    await converse(await stack.newAccount(), membership);
  });

  it("never sees members that it asked to leave out", async () => {
    const { scim } = await stack.newAccount();
    const { body: user } = await scim.post("/Users", { schemas: [USER], userName: "anna@example.com" });
    const { body: group } = await scim.post("/Groups", groupAsEntraSends("Sales", user.id));
    expect(group["members"]).toMatchObject([{ value: user.id }]);
    const one = await scim.get(`/Groups/${group.id}?excludedAttributes=members`);
    const list = await scim.get(`/Groups?excludedAttributes=members&filter=displayName eq "sales"`);
    expect(one.body).toMatchObject({ id: group.id, displayName: "Sales", externalId: "8aa1a0c0" });
    expect(one.body).not.toHaveProperty("members");
    expect(list.body).toMatchObject({ totalResults: 1, Resources: [{ id: group.id, displayName: "Sales" }] });
    expect(list.body.Resources[0]).not.toHaveProperty("members");
  });

  it("walks eleven users by fives and reads what changed since a time", async () => {
    const { scim } = await stack.newAccount();
    const names = Array.from({ length: 11 }, (_, index) => `user${index}@example.com`);
    for (const userName of names) await scim.post("/Users", { schemas: [USER], userName, active: true });
    const found: unknown[] = [];
    for (const [startIndex, itemsPerPage] of [
      [1, 5],
      [6, 5],
      [11, 1],
    ]) {
      const { body } = await scim.get(`/Users?startIndex=${startIndex}&count=5`);
      expect(body).toMatchObject({ totalResults: 11, startIndex, itemsPerPage });
      found.push(...body.Resources.map((user) => user["userName"]));
    }
    expect(found).toEqual(names);

    const { body: last } = await scim.get(`/Users?filter=userName eq "user10@example.com"`);
    const since = last.Resources[0]?.meta.lastModified;
    const delta = `active eq true and (meta.lastModified ge "${since}" and meta.lastModified le "9999-12-31T00:00:00Z")`;
    const { body } = await scim.get(`/Users?filter=${encodeURIComponent(delta)}&count=5&startIndex=1`);
    expect(body.Resources.map((user) => user["userName"])).toContain("user10@example.com");
    expect(body.totalResults).toBeLessThan(11);
  });

  it("checks references by filter", async () => {
    const { scim } = await stack.newAccount();
    const { body: boss } = await scim.post("/Users", { schemas: [USER], userName: "boss@example.com" });
    const inOtherCase = { Manager: { Value: boss.id } };
    const report = { schemas: [USER, ENTERPRISE], userName: "a@example.com", [ENTERPRISE]: inOtherCase };
    const { body: user } = await scim.post("/Users", report);
    const { body: group } = await scim.post("/Groups", groupAsEntraSends("Sales", user.id));
    const answers = {
      [`/Users?filter=id eq "${user.id}" and manager eq "${boss.id}"&attributes=id`]: [user.id],
      [`/Users?filter=id eq "${boss.id}" and manager eq "${user.id}"&attributes=id`]: [],
      [`/Groups?filter=id eq "${group.id}" and members eq "${user.id}"&attributes=id`]: [group.id],
      [`/Groups?filter=id eq "${group.id}" and members eq "${boss.id}"&attributes=id`]: [],
    };
    for (const [path, ids] of Object.entries(answers)) {
      const { status, body } = await scim.get(path);
      expect({ path, status, ids: (body.Resources ?? []).map(({ id }) => id) }).toEqual({ path, status: 200, ids });
      expect(body.Resources?.[0] ?? {}).not.toHaveProperty("userName");
    }
  });
});

const annaAsEntraSends = {
  schemas: [USER, ENTERPRISE, `${ADSCIM}/User`],
  externalId: "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
  userName: "anna@example.com",
  active: "True",
  addresses: null,
  displayName: "Anna Ōkami",
  emails: [{ Primary: "True", type: "work", value: "anna@example.com" }],
  meta: { resourceType: "User" },
  name: { formatted: "Anna Ōkami", familyName: "Ōkami", givenName: "Anna" },
  roles: [{ primary: "True", type: "WindowsAzureActiveDirectoryRole", value: "User" }],
  title: null,
  department: null,
  manager: null,
  [ENTERPRISE]: { Department: "R&D", employeeNumber: "4711", costCenter: null },
};

const createAnna: Step = {
  when: "Entra creates Anna",
  send: ["POST", "/Users", annaAsEntraSends],
  status: 201,
  keep: "anna",
};
const patch = (id: string, ...Operations: object[]): Step["send"] => [
  "PATCH",
  `/Users/{${id}}`,
  { schemas: [PATCH_OP], Operations },
];
const done = [200, 204];
const found = { totalResults: 1, Resources: [{ id: "{anna}" }] };

const creation: Step[] = [
  {
    ...createAnna,
    body: {
      schemas: expect.arrayContaining([USER, ENTERPRISE]),
      active: true,
      emails: [{ primary: true, type: "work", value: "anna@example.com" }],
      roles: [{ primary: true, type: "WindowsAzureActiveDirectoryRole", value: "User" }],
      [ENTERPRISE]: { department: "R&D", employeeNumber: "4711" },
    },
    absent: ["title", "addresses", "department", "manager"],
    people: { anna: { name: "Anna Ōkami", employeeId: "4711", disabled: false } },
  },
  { when: "by userName", send: ["GET", `/Users?filter=userName eq "Anna@Example.com"`], status: 200, body: found },
  {
    when: "by externalId",
    send: ["GET", `/Users?filter=externalId eq "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"`],
    status: 200,
    body: found,
  },
  {
    when: "by externalId in another case, which is another one",
    send: ["GET", `/Users?filter=externalId eq "0A21F0F2-8D2A-4F8E-BF98-7363C4AED4EF"`],
    status: 200,
    body: { totalResults: 0 },
  },
  {
    when: "by the e-mail of a type",
    send: ["GET", `/Users?filter=emails[type eq "work"].value eq "anna@example.com"`],
    status: 200,
    body: found,
  },
  {
    when: "by two attributes",
    send: [
      "GET",
      `/Users?filter=userName eq "anna@example.com" and emails[type eq "work"].value eq "anna@example.com"`,
    ],
    status: 200,
    body: found,
  },
  { when: "Entra creates her again", send: ["POST", "/Users", annaAsEntraSends], status: 409, peopleCount: 1 },
];

const changesByPath: Step[] = [
  createAnna,
  {
    when: "Entra changes several attributes",
    send: patch(
      "anna",
      { op: "Replace", path: "displayName", value: "Anna Berg" },
      { op: "Replace", path: 'emails[type eq "work"].value', value: "anna.berg@example.com" },
      { op: "Replace", path: "name.familyName", value: "Berg" },
      { op: "Replace", path: "externalId", value: "anna-berg" },
      { op: "Replace", path: `${ENTERPRISE}:employeeNumber`, value: "4712" },
      { op: "Add", path: "title", value: "Head of R&D" },
      { op: "Replace", path: 'roles[primary eq "True"].value', value: "Admin" },
    ),
    status: done,
    people: { anna: { name: "Anna Berg", employeeId: "4712", jobTitle: "Head of R&D" } },
  },
  {
    when: "Entra reads them",
    send: ["GET", "/Users/{anna}"],
    body: {
      externalId: "anna-berg",
      name: { familyName: "Berg", givenName: "Anna", formatted: "Anna Ōkami" },
      emails: [{ primary: true, type: "work", value: "anna.berg@example.com" }],
      roles: [{ value: "Admin", primary: true }],
      [ENTERPRISE]: { employeeNumber: "4712", department: "R&D" },
    },
  },
  {
    when: "Entra replaces by primary",
    send: patch("anna", { op: "Replace", path: "emails[primary eq true].value", value: "ab@example.com" }),
    status: done,
  },
  { when: "it is replaced", send: ["GET", "/Users/{anna}"], body: { emails: [{ value: "ab@example.com" }] } },
  {
    when: "Entra replaces an element that is not there",
    send: patch("anna", { op: "Replace", path: 'phoneNumbers[type eq "fax"].value', value: "+49 30 1" }),
    status: 400,
    body: { scimType: "noTarget", detail: expect.stringContaining("phoneNumbers") },
  },
];

const changesInOneValue: Step[] = [
  { ...createAnna, people: { anna: { disabled: false } } },
  {
    when: "Entra, with aadOptscim062020, changes several attributes",
    send: patch(
      "anna",
      { op: "replace", path: 'emails[type eq "work"].value', value: "a@example.com" },
      {
        op: "replace",
        value: {
          displayName: "Anna Berg",
          "name.familyName": "Berg",
          "name.formatted": "Anna Berg",
          active: false,
          [`${ENTERPRISE}:employeeNumber`]: "4712",
          [`${ENTERPRISE}:department`]: "Design",
        },
      },
    ),
    status: done,
    people: { anna: { name: "Anna Berg", employeeId: "4712", disabled: true } },
  },
  {
    when: "they are nested, not literal keys",
    send: ["GET", "/Users/{anna}"],
    body: {
      active: false,
      name: { familyName: "Berg", givenName: "Anna", formatted: "Anna Berg" },
      emails: [{ value: "a@example.com" }],
      [ENTERPRISE]: { employeeNumber: "4712", department: "Design" },
    },
    absent: ["name.familyName", "name.formatted", `${ENTERPRISE}:employeeNumber`, `${ENTERPRISE}:department`],
  },
];

const addMobile = (value: string) => patch("anna", { op: "Add", path: 'phoneNumbers[type eq "mobile"].value', value });

const addedElements: Step[] = [
  createAnna,
  { when: "Entra adds a mobile number", send: addMobile("+49 170 1"), status: done },
  {
    when: "the element is there with its type",
    send: ["GET", "/Users/{anna}"],
    body: { phoneNumbers: [{ type: "mobile", value: "+49 170 1" }] },
    people: { anna: { contacts: [{ label: "mobile", uri: "+49 170 1" }] } },
  },
  { when: "Entra adds another", send: addMobile("+49 170 2"), status: done },
  {
    when: "it took the other's place",
    send: ["GET", "/Users/{anna}"],
    body: { phoneNumbers: [{ type: "mobile", value: "+49 170 2" }] },
    people: { anna: { contacts: [{ label: "mobile", uri: "+49 170 2" }] } },
  },
  {
    when: "Entra adds a street and then a city",
    send: patch(
      "anna",
      { op: "Add", path: 'addresses[type eq "work"].streetAddress', value: "Unter den Linden 1" },
      { op: "Add", path: 'addresses[type eq "work"].locality', value: "Berlin" },
      { op: "Add", path: 'addresses[type eq "work"].country', value: "DE" },
    ),
    status: done,
  },
  {
    when: "they are one address",
    send: ["GET", "/Users/{anna}"],
    body: { addresses: [{ type: "work", streetAddress: "Unter den Linden 1", locality: "Berlin", country: "DE" }] },
    people: {
      anna: { addresses: [{ label: "mailing", address: "Unter den Linden 1", city: "Berlin", country: "DE" }] },
    },
  },
];

function managerSetAndCleared(path: string, value: unknown, cleared: unknown): Step[] {
  const clear = cleared === undefined ? { op: "Remove", path } : { op: "Replace", path, value: cleared };
  return [
    createAnna,
    {
      when: "Entra creates the boss",
      send: ["POST", "/Users", { schemas: [USER], userName: "boss@example.com", displayName: "Boss" }],
      keep: "boss",
      people: { boss: { name: "Boss" }, anna: { manager: "" } },
    },
    {
      when: "Entra sets the manager",
      send: patch("anna", { op: "Replace", path, value }),
      status: done,
      people: { anna: { manager: "boss" } },
    },
    {
      when: "the manager is an object",
      send: ["GET", "/Users/{anna}"],
      body: { [ENTERPRISE]: { manager: { value: "{boss}" } } },
    },
    {
      when: "Entra clears the manager",
      send: patch("anna", clear),
      status: done,
      // No manager found keeps the person's manager.
      people: { anna: { manager: "boss" } },
    },
    {
      when: "no manager is left on the record",
      send: ["GET", "/Users/{anna}"],
      body: { [ENTERPRISE]: { department: "R&D", employeeNumber: "4711" } },
      absent: [[ENTERPRISE, "manager"]],
    },
  ];
}

const managerProvisionedLater: Step[] = [
  {
    when: "Entra creates the boss, without an e-mail, so no person follows",
    send: ["POST", "/Users", { schemas: [USER], userName: "boss", displayName: "Boss" }],
    status: 201,
    keep: "boss",
    peopleCount: 0,
  },
  {
    when: "Entra creates the report",
    send: ["POST", "/Users", { ...annaAsEntraSends, [ENTERPRISE]: { manager: "{boss}" } }],
    status: 201,
    body: { [ENTERPRISE]: { manager: { value: "{boss}" } } },
    keep: "anna",
    people: { anna: { manager: "" } },
    peopleCount: 1,
  },
  {
    when: "the boss gets an e-mail and so a person",
    send: patch("boss", { op: "Add", path: 'emails[type eq "work"].value', value: "boss@example.com" }),
    status: done,
    people: { boss: { primaryEmail: "boss@example.com" }, anna: { manager: "boss" } },
    peopleCount: 2,
  },
];

const optionalPaths = [
  "title",
  "preferredLanguage",
  "name.middleName",
  "nickName",
  'emails[type eq "other"].value',
  'phoneNumbers[type eq "work"].value',
  'addresses[type eq "work"].streetAddress',
  `${ENTERPRISE}:department`,
  `${ENTERPRISE}:costCenter`,
  `${ENTERPRISE}:manager`,
];
const replaceAll = (value: unknown) => optionalPaths.map((path) => ({ op: "Replace", path, value }));
const dotted = (value: unknown) =>
  Object.fromEntries(optionalPaths.filter((path) => !path.includes("[")).map((path) => [path, value]));
const cleared: Step = {
  when: "nothing is left of them",
  send: ["GET", "/Users/{anna}"],
  status: 200,
  body: { userName: "anna@example.com", [ENTERPRISE]: { employeeNumber: "4711" } },
  absent: ["title", "preferredLanguage", "nickName", "phoneNumbers", "addresses"],
  people: { anna: { jobTitle: "Engineer", contacts: [], addresses: [], disabled: false } },
};

const nullUpdates: Step[] = [
  {
    when: "Entra creates Anna with everything",
    send: [
      "POST",
      "/Users",
      {
        ...annaAsEntraSends,
        title: "Engineer",
        preferredLanguage: "de",
        nickName: "Änni",
        emails: [...annaAsEntraSends.emails, { type: "other", value: "a@example.org" }],
        phoneNumbers: [{ type: "work", value: "1" }],
        addresses: [{ type: "work", streetAddress: "Unter den Linden 1" }],
      },
    ],
    status: 201,
    keep: "anna",
    people: { anna: { jobTitle: "Engineer" } },
  },
  { when: 'with ""', send: patch("anna", ...replaceAll("")), status: done },
  cleared,
  { when: "with null", send: patch("anna", ...replaceAll(null)), status: done },
  cleared,
  { when: 'with "" in one value', send: patch("anna", { op: "replace", value: dotted("") }), status: done },
  { when: "with null in one value", send: patch("anna", { op: "replace", value: dotted(null) }), status: done },
  cleared,
];

const lifeOfAnna: Step[] = [
  { ...createAnna, people: { anna: { disabled: false } } },
  {
    when: "Entra disables Anna, by default",
    send: patch("anna", { op: "Replace", path: "active", value: "False" }),
    status: done,
    people: { anna: { disabled: true, name: "Anna Ōkami" } },
  },
  { when: "she is still there", send: ["GET", "/Users/{anna}"], status: 200, body: { active: false } },
  {
    when: "she is still found",
    send: ["GET", `/Users?filter=userName eq "anna@example.com"`],
    body: { totalResults: 1, Resources: [{ active: false }] },
  },
  {
    when: "Entra restores Anna",
    send: patch("anna", { op: "Replace", path: "active", value: "True" }),
    status: done,
    people: { anna: { disabled: false } },
  },
  {
    when: "Entra disables Anna, with the flag",
    send: patch("anna", { op: "replace", path: "active", value: false }),
    status: done,
    people: { anna: { disabled: true } },
  },
  {
    when: "Entra refuses nonsense for a boolean",
    send: patch("anna", { op: "Replace", path: "active", value: "Yes" }),
    status: 400,
    body: { scimType: "invalidValue", detail: expect.stringContaining("active") },
  },
  { when: "Entra restores Anna", send: patch("anna", { op: "replace", path: "active", value: true }), status: done },
  { when: "Entra deletes Anna for good", send: ["DELETE", "/Users/{anna}"], status: 204 },
  { when: "she is gone", send: ["GET", "/Users/{anna}"], status: 404, people: { anna: { disabled: true } } },
  { when: "she cannot be deleted again", send: ["DELETE", "/Users/{anna}"], status: 404 },
  { when: "nor changed", send: patch("anna", { op: "replace", path: "active", value: true }), status: 404 },
  { when: "nor found", send: ["GET", `/Users?filter=userName eq "anna@example.com"`], body: { totalResults: 0 } },
];

function groupAsEntraSends(displayName: string, ...members: string[]) {
  return {
    schemas: [GROUP, `${ADSCIM}/Group`],
    externalId: "8aa1a0c0",
    displayName,
    meta: { resourceType: "Group" },
    members: members.map((value) => ({ $ref: null, value })),
  };
}

const patchGroup = (...Operations: object[]): Step["send"] => [
  "PATCH",
  "/Groups/{group}",
  { schemas: [PATCH_OP], Operations },
];
const createUser = (name: string): Step => ({
  when: `Entra creates ${name}`,
  send: ["POST", "/Users", { schemas: [USER], userName: `${name}@example.com` }],
  status: 201,
  keep: name,
});
const members = (...names: string[]): Step => ({
  when: `the members are ${names}`,
  send: ["GET", "/Groups/{group}"],
  status: 200,
  ...(names.length === 0
    ? { absent: ["members"] }
    : { body: { members: names.map((name) => ({ value: `{${name}}`, type: "User" })) } }),
});
const element = (name: string) => ({ $ref: null, value: `{${name}}` });

const membership: Step[] = [
  ...["anna", "ben", "cem"].map(createUser),
  { when: "Entra creates a group", send: ["POST", "/Groups", groupAsEntraSends("Sales")], status: 201, keep: "group" },
  { when: "Entra creates it again", send: ["POST", "/Groups", groupAsEntraSends("sales")], status: 409 },
  {
    when: "Entra adds a member",
    send: patchGroup({ op: "Add", path: "members", value: [element("anna")] }),
    status: done,
  },
  {
    when: "Entra adds two more, one of them again",
    send: patchGroup({ op: "Add", path: "members", value: [element("ben"), element("cem"), element("anna")] }),
    status: done,
  },
  members("anna", "ben", "cem"),
  {
    when: "Entra removes one by value",
    send: patchGroup({ op: "Remove", path: "members", value: [element("ben")] }),
    status: done,
  },
  members("anna", "cem"),
  {
    when: "Entra removes one by path",
    send: patchGroup({ op: "remove", path: `members[value eq "{cem}"]` }),
    status: done,
  },
  members("anna"),
  {
    when: "Entra removes one who is not a member",
    send: patchGroup({ op: "Remove", path: "members", value: [element("cem")] }),
    status: done,
  },
  {
    when: "Entra changes other attributes",
    send: patchGroup({ op: "replace", value: { externalId: "9bb", displayName: "Sales EMEA" } }),
    status: done,
  },
  members("anna"),
  { when: "Entra removes all", send: patchGroup({ op: "remove", path: "members" }), status: done },
  members(),
];
