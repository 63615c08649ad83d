import { beforeAll, describe, it } from "vitest";
import { converse, type Step } from "./conversation.ts";
import { GROUP, PATCH_OP, patchOp, USER } from "./scim-messages.ts";
import { startTestStack, type TestStack } from "./stack.ts";

let stack: TestStack;

beforeAll(async () => {
  stack = await startTestStack();
  return () => stack.stop();
});

describe("Google", () => {
  it("sends JSON as such and the SCIM 1.0 URN beside the 2.0 one", async () => {
    await converse(await stack.newAccount(), google);
  });
});

describe("OneLogin", () => {
  it("sends URNs of before the RFC, stray marks and one e-mail as an object", async () => {
    await converse(await stack.newAccount(), oneLogin);
  });
});

describe("JumpCloud", () => {
  it("tries a user and a group, then keeps both up to date", async () => {
    await converse(await stack.newAccount(), jumpCloud);
  });
});

describe("Ping", () => {
  it("puts users, reads all groups by pages and patches members", async () => {
    await converse(await stack.newAccount(), ping);
  });
});

const asJson = { "content-type": "application/json", accept: "*/*", "user-agent": "Google-Auto-Provisioning" };

const google: Step[] = [
  { when: "the probe", send: ["GET", "/Users?count=1"], headers: asJson, status: 200, body: { totalResults: 0 } },
  {
    when: "a user",
    send: [
      "POST",
      "/Users",
      {
        schemas: ["urn:scim:schemas:core:1.0", USER],
        userName: "anna@example.com",
        emails: [{ primary: true, value: "anna@example.com", type: "work" }],
        displayName: "Anna Ōkami",
        name: { givenName: "Anna", familyName: "Ōkami" },
        active: true,
      },
    ],
    headers: asJson,
    status: 201,
    body: { schemas: [USER] },
    keep: "anna",
    people: { anna: { name: "Anna Ōkami", disabled: false } },
  },
  {
    when: "suspension",
    send: ["PATCH", "/Users/{anna}", patchOp({ op: "replace", value: { active: false } })],
    headers: asJson,
    status: [200, 204],
    people: { anna: { disabled: true } },
  },
  {
    when: "removal",
    send: ["DELETE", "/Users/{anna}"],
    headers: asJson,
    status: 204,
    people: { anna: { disabled: true } },
  },
];

const oneLoginSchemas = ["urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"];
const oneLogin: Step[] = [
  {
    when: "the first connection asks for nobody",
    send: ["GET", "/Users?filter=userName+eq+%22nobody%40example.com%22&"],
    headers: { "user-agent": "application/json", accept: "application/json" },
    status: 200,
    body: { totalResults: 0 },
  },
  {
    when: "a user",
    send: [
      "POST",
      "/Users",
      {
        schemas: oneLoginSchemas,
        userName: "anna",
        emails: { value: "anna@example.com" },
        name: { givenName: "Anna", familyName: "Ōkami" },
        "urn:scim:schemas:extension:enterprise:2.0": { employeeNumber: "4711" },
      },
    ],
    headers: { "content-type": "application/json" },
    status: 201,
    body: { emails: [{ value: "anna@example.com" }] },
    keep: "anna",
    people: { anna: { primaryEmail: "anna@example.com", name: "anna", employeeId: "4711" } },
  },
  {
    when: "a change with a stray question mark",
    send: ["PUT", "/Users/{anna}?", { schemas: oneLoginSchemas, userName: "anna", title: "Engineer", active: false }],
    headers: { "content-type": "application/json" },
    status: 200,
    body: { title: "Engineer" },
    people: { anna: { jobTitle: "Engineer", disabled: true } },
  },
  { when: "all groups", send: ["GET", "/Groups"], status: 200, body: { totalResults: 0 } },
];

const patchMembers = (op: string, ...names: string[]): Step => ({
  when: `${op} ${names}`,
  send: [
    "PATCH",
    "/Groups/{group}",
    {
      schemas: [PATCH_OP],
      Operations: [{ op, path: "members", value: names.map((name) => ({ value: `{${name}}` })) }],
    },
  ],
  status: [200, 204],
});

const jumpCloud: Step[] = [
  { when: "a trial user", send: ["POST", "/Users", { schemas: [USER], userName: "t@example.com" }], keep: "trial" },
  {
    when: "a trial group",
    send: ["POST", "/Groups", { schemas: [GROUP], displayName: "JumpCloud Test" }],
    status: 201,
    keep: "group",
  },
  { when: "away with the group", send: ["DELETE", "/Groups/{group}"], status: 204 },
  { when: "away with the user", send: ["DELETE", "/Users/{trial}"], status: 204 },
  {
    when: "a user",
    send: ["POST", "/Users", { schemas: [USER], userName: "anna@example.com", displayName: "Anna", active: true }],
    keep: "anna",
    people: { anna: { name: "Anna" } },
  },
  { when: "another", send: ["POST", "/Users", { schemas: [USER], userName: "ben@example.com" }], keep: "ben" },
  {
    when: "a replace for each attribute",
    send: [
      "PATCH",
      "/Users/{anna}",
      {
        schemas: [PATCH_OP],
        Operations: [
          { op: "replace", path: "displayName", value: "Anna Ōkami" },
          { op: "replace", path: "title", value: "Engineer" },
          { op: "replace", path: "active", value: false },
        ],
      },
    ],
    status: [200, 204],
    people: { anna: { name: "Anna Ōkami", jobTitle: "Engineer", disabled: true } },
  },
  {
    when: "a group",
    send: ["POST", "/Groups", { schemas: [GROUP], displayName: "Sales" }],
    status: 201,
    keep: "sales",
    groups: { sales: "unmatched" },
  },
  ...[patchMembers("add", "anna", "ben"), patchMembers("remove", "anna")].map(
    (step): Step => ({ ...step, send: ["PATCH", "/Groups/{sales}", step.send?.[2]] }),
  ),
  { when: "one is left", send: ["GET", "/Groups/{sales}"], body: { members: [{ value: "{ben}" }] } },
];

const ping: Step[] = [
  {
    when: "a disabled user",
    send: ["POST", "/Users", { schemas: [USER], userName: "anna@example.com", displayName: "Anna", active: false }],
    status: 201,
    keep: "anna",
    peopleCount: 0,
  },
  {
    when: "the user is enabled by PUT",
    send: ["PUT", "/Users/{anna}", { schemas: [USER], userName: "anna@example.com", active: true }],
    status: 200,
    people: { anna: { disabled: false, name: "Anna" } },
  },
  ...["One", "Two", "Three"].map(
    (displayName): Step => ({
      when: "a group",
      send: ["POST", "/Groups", { schemas: [GROUP], displayName }],
      status: 201,
    }),
  ),
  {
    when: "the second page of groups",
    send: ["GET", "/Groups?startIndex=3&count=2"],
    status: 200,
    body: { totalResults: 3, startIndex: 3, itemsPerPage: 1, Resources: [{ displayName: "Three" }] },
  },
];
