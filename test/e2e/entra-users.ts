import { expect } from "vitest";
import type { Step } from "./conversation.ts";
import { ENTERPRISE, patchOp, USER } from "./scim-messages.ts";

export const ADSCIM = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0";

export const annaAsEntraSends = {
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

export const createAnna: Step = {
  when: "Entra creates Anna",
  send: ["POST", "/Users", annaAsEntraSends],
  status: 201,
  keep: "anna",
};
export const patch = (id: string, ...Operations: object[]): Step["send"] => [
  "PATCH",
  `/Users/{${id}}`,
  patchOp(...Operations),
];
export const done = [200, 204];
const found = { totalResults: 1, Resources: [{ id: "{anna}" }] };

export const creation: Step[] = [
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

export const changesByPath: Step[] = [
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

export const changesInOneValue: Step[] = [
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

export const addedElements: Step[] = [
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

export const nullUpdates: Step[] = [
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

export const lifeOfAnna: Step[] = [
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
