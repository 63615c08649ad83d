import type { Step } from "./conversation.ts";
import { ADSCIM, annaAsEntraSends, createAnna, done, patch } from "./entra-users.ts";
import { ENTERPRISE, GROUP, patchOp, USER } from "./scim-messages.ts";

const managerPath = `${ENTERPRISE}:manager`;
/** The ways in which a manager comes, and goes: a value that clears, or undefined for Remove. */
export const managerForms = [
  { name: "plain text", path: managerPath, value: "{boss}", cleared: "" },
  { name: "an object", path: managerPath, value: { value: "{boss}" }, cleared: { value: "" } },
  { name: "a list", path: managerPath, value: [{ $ref: "/Users/{boss}", value: "{boss}" }], cleared: null },
  { name: "plain text without a URN", path: "manager", value: "{boss}", cleared: undefined },
];

export function managerSetAndCleared(path: string, value: unknown, cleared: unknown): Step[] {
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

export const managerProvisionedLater: Step[] = [
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

export function groupAsEntraSends(displayName: string, ...members: string[]) {
  return {
    schemas: [GROUP, `${ADSCIM}/Group`],
    externalId: "8aa1a0c0",
    displayName,
    meta: { resourceType: "Group" },
    members: members.map((value) => ({ $ref: null, value })),
  };
}

const patchGroup = (...Operations: object[]): Step["send"] => ["PATCH", "/Groups/{group}", patchOp(...Operations)];
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

export const membership: Step[] = [
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
