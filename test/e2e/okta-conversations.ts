import { expect } from "vitest";
import type { Step } from "./conversation.ts";
import { GROUP, patchOp, USER } from "./scim-messages.ts";
import type { Account } from "./stack.ts";

/** What a list of nothing has. */
export const EMPTY_LIST = { totalResults: 0, itemsPerPage: 0, startIndex: 1 };

const headers = { "content-type": "application/scim+json; charset=utf-8", "accept-charset": "utf-8" };

export const annaAsOktaSends = {
  schemas: [USER],
  userName: "anna@example.com",
  name: { givenName: "Anna", familyName: "Ōkami" },
  emails: [{ primary: true, value: "anna@example.com", type: "work" }],
  displayName: "Anna Ōkami",
  locale: "de-DE",
  externalId: "00ujl29u0le5T6Aj10h7",
  groups: [],
  password: "1mz050nq",
  active: true,
};

export const assignment: Step[] = [
  {
    when: "Okta asks whether Anna exists",
    send: ["GET", `/Users?filter=userName%20eq%20%22anna%40example.com%22&startIndex=1&count=100`],
    status: 200,
    body: EMPTY_LIST,
  },
  {
    when: "Okta creates Anna",
    send: ["POST", "/Users", annaAsOktaSends],
    headers,
    status: 201,
    body: { id: expect.any(String), userName: "anna@example.com", active: true, name: { familyName: "Ōkami" } },
    absent: ["password", "groups"],
    keep: "anna",
    people: {
      anna: {
        name: "Anna Ōkami",
        primaryEmail: "anna@example.com",
        locale: "de-DE",
        organization: "own",
        source: "SCIM",
        disabled: false,
      },
    },
    peopleCount: 1,
  },
  {
    when: "Okta reads Anna back",
    send: ["GET", "/Users/{anna}"],
    status: 200,
    body: { id: "{anna}", externalId: "00ujl29u0le5T6Aj10h7", meta: { resourceType: "User" } },
    absent: ["password"],
  },
  {
    when: "Okta creates Anna again",
    send: ["POST", "/Users", annaAsOktaSends],
    status: 409,
    body: { scimType: "uniqueness", detail: expect.stringContaining("userName"), status: "409" },
    peopleCount: 1,
  },
  {
    when: "Okta finds Anna in capitals",
    send: ["GET", `/Users?filter=userName eq "ANNA@EXAMPLE.COM"&startIndex=1&count=100`],
    status: 200,
    body: { totalResults: 1, itemsPerPage: 1, Resources: [{ id: "{anna}", userName: "anna@example.com" }] },
  },
  {
    when: "Okta synchronises a password",
    send: ["PATCH", "/Users/{anna}", patchOp({ op: "replace", value: { password: "x" } })],
    status: [200, 204],
    people: { anna: { disabled: false } },
  },
];

const setActive = (active: boolean) => patchOp({ op: "replace", value: { active } });

export const deactivation: Step[] = [
  {
    when: "Okta creates Anna",
    send: ["POST", "/Users", { ...annaAsOktaSends, title: "Engineer" }],
    status: 201,
    keep: "anna",
    people: { anna: { disabled: false, jobTitle: "Engineer" } },
  },
  {
    when: "Okta deactivates Anna",
    send: ["PATCH", "/Users/{anna}", setActive(false)],
    status: [200, 204],
    people: {
      anna: { disabled: true, name: "Anna Ōkami", jobTitle: "Engineer", locale: "de-DE", organization: "own" },
    },
  },
  {
    when: "Okta reads Anna",
    send: ["GET", "/Users/{anna}"],
    status: 200,
    body: { active: false, title: "Engineer", displayName: "Anna Ōkami" },
  },
  {
    when: "Okta reactivates Anna",
    send: ["PATCH", "/Users/{anna}", setActive(true)],
    status: [200, 204],
    people: { anna: { disabled: false, name: "Anna Ōkami", jobTitle: "Engineer" } },
    peopleCount: 1,
  },
  {
    when: "Okta deactivates Anna again",
    send: ["PATCH", "/Users/{anna}", setActive(false)],
    status: [200, 204],
    people: { anna: { disabled: true, name: "Anna Ōkami" } },
  },
  {
    when: "Okta, having forgotten her, creates Anna anew while she is inactive",
    send: ["POST", "/Users", annaAsOktaSends],
    status: 201,
    body: { id: "{anna}", active: true },
    keep: "anna",
    people: { anna: { disabled: false, name: "Anna Ōkami" } },
    peopleCount: 1,
  },
];

const createAnna: Step = {
  when: "Okta creates Anna",
  send: ["POST", "/Users", annaAsOktaSends],
  status: 201,
  keep: "anna",
};
const createBen: Step = {
  when: "Okta creates Ben",
  send: ["POST", "/Users", { schemas: [USER], userName: "ben@example.com", displayName: "Ben O'Hara", active: true }],
  status: 201,
  keep: "ben",
};
const pushGroup = (displayName: string, ...members: string[]): Step => ({
  when: `Okta pushes the group ${displayName}`,
  send: ["POST", "/Groups", { schemas: [GROUP], displayName, members: members.map((value) => ({ value })) }],
  status: 201,
  body: { id: expect.any(String), displayName },
  keep: "group",
});
const patchGroup = (...Operations: object[]): Step["send"] => ["PATCH", "/Groups/{group}", patchOp(...Operations)];
const rename = (displayName: string) => ({ op: "replace", value: { id: "{group}", displayName } });

export const groupPush: Step[] = [
  createAnna,
  createBen,
  {
    when: "Okta asks whether the group exists",
    send: ["GET", `/Groups?filter=displayName eq "Sales"&startIndex=1&count=100`],
    status: 200,
    body: EMPTY_LIST,
  },
  { ...pushGroup("Sales"), groups: { group: "matched" } },
  {
    when: "Okta adds Anna and Ben, and renames as it always does",
    send: patchGroup(rename("Sales"), {
      op: "add",
      path: "members",
      value: [
        { value: "{anna}", display: "anna@example.com" },
        { value: "{ben}", display: "ben@example.com" },
      ],
    }),
    status: [200, 204],
    people: { anna: { organization: "Sales" }, ben: { organization: "Sales", name: "Ben O'Hara" } },
  },
  {
    when: "Okta renames the group",
    send: patchGroup(rename("Sales & Marketing")),
    status: [200, 204],
    organizations: ["Sales & Marketing"],
    people: { anna: { organization: "Sales & Marketing" } },
    groups: { group: "matched" },
  },
  {
    when: "Okta takes Ben out and puts Anna in again, in one PATCH",
    send: patchGroup(
      { op: "remove", path: `members[value eq "{ben}"]` },
      { op: "add", path: "members", value: [{ value: "{anna}", display: "anna@example.com" }] },
    ),
    status: [200, 204],
    // He has nowhere else to be, so he keeps the organization.
    people: { anna: { organization: "Sales & Marketing" }, ben: { organization: "Sales & Marketing" } },
  },
  {
    when: "Okta reads the group",
    send: ["GET", "/Groups/{group}"],
    status: 200,
    body: { id: "{group}", displayName: "Sales & Marketing", members: [{ value: "{anna}", type: "User" }] },
  },
  {
    when: "Okta reads Anna and sees her group",
    send: ["GET", "/Users/{anna}"],
    status: 200,
    body: { groups: [{ value: "{group}", display: "Sales & Marketing", type: "direct" }] },
  },
];

export const unmatchedGroup: Step[] = [
  createAnna,
  {
    ...pushGroup("Field Service", "{anna}"),
    groups: { group: "unmatched" },
    people: { anna: { organization: "own" } },
  },
  {
    when: "an administrator creates the organization",
    act: (account: Account) => account.createOrganization("field service"),
    groups: { group: "matched" },
    people: { anna: { organization: "Field Service" } },
    // The organization follows the group's spelling.
    organizations: ["Field Service"],
  },
];

export const pushNow: Step[] = [
  createAnna,
  createBen,
  pushGroup("Everyone", "{anna}"),
  {
    when: "Okta pushes the members now",
    send: patchGroup({ op: "replace", path: "members", value: [{ value: "{ben}" }] }),
    status: [200, 204],
  },
  { when: "the members are replaced", send: ["GET", "/Groups/{group}"], body: { members: [{ value: "{ben}" }] } },
  {
    when: "Okta pushes an empty group",
    send: patchGroup({ op: "replace", path: "members", value: [] }),
    status: [200, 204],
  },
  { when: "the group is empty", send: ["GET", "/Groups/{group}"], status: 200, absent: ["members"] },
  {
    when: "Okta adds Anna",
    send: patchGroup({ op: "add", path: "members", value: [{ value: "{anna}" }] }),
    status: [200, 204],
  },
  { when: "Anna is in", send: ["GET", "/Groups/{group}"], body: { members: [{ value: "{anna}" }] } },
  {
    when: "Okta pushes an empty group in its other form",
    send: patchGroup({ op: "replace", value: { members: [], id: "{group}", displayName: "Everybody" } }),
    status: [200, 204],
  },
  {
    when: "the group is empty and renamed",
    send: ["GET", "/Groups/{group}"],
    status: 200,
    body: { displayName: "Everybody" },
    absent: ["members"],
  },
  {
    when: "a wizard-made app puts the whole group",
    send: ["PUT", "/Groups/{group}", { schemas: [GROUP], displayName: "All", members: [{ value: "{ben}" }] }],
    status: 200,
    body: { displayName: "All", members: [{ value: "{ben}", display: "ben@example.com" }] },
  },
];

export const groupDeletion: Step[] = [
  createAnna,
  { ...pushGroup("Sales", "{anna}"), people: { anna: { organization: "Sales" } } },
  { when: "Okta deletes the group", send: ["DELETE", "/Groups/{group}"], status: 204 },
  {
    when: "Okta reads the group",
    send: ["GET", "/Groups/{group}"],
    status: 404,
    body: { detail: expect.stringMatching(/\S/) },
    people: { anna: { organization: "Sales" } },
    organizations: ["Sales"],
  },
  { when: "Okta reads Anna", send: ["GET", "/Users/{anna}"], status: 200, absent: ["groups"] },
  { when: "Okta deletes it twice", send: ["DELETE", "/Groups/{group}"], status: 404 },
  {
    when: "Okta pushes a group of the same name",
    send: ["POST", "/Groups", { schemas: [GROUP], displayName: "SALES", members: [{ value: "{anna}" }] }],
    status: 201,
    keep: "successor",
    groups: { successor: "matched" },
  },
];
