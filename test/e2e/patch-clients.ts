import { CUSTOM, mail, type PatchCase, two } from "./patch-cases.ts";
import { ENTERPRISE, USER } from "./scim-messages.ts";

/** What identity providers make of PATCH, beyond the RFC. */
export const clientPatches: PatchCase[] = [
  {
    clause: "Entra",
    name: "listed values, whatever their case",
    before: {
      ...two,
      roles: [{ value: "r" }, { value: "s" }],
      addresses: [{ country: "NL" }, { country: "DE", locality: "Bonn" }],
    },
    operations: [
      { op: "Remove", path: "emails", value: [{ $ref: null, value: "B@x" }] },
      { op: "Remove", path: "roles", value: ["r"] },
      { op: "Remove", path: "addresses", value: [{ country: "de", locality: "bonn" }] },
    ],
    after: { emails: [two.emails[0]], roles: [{ value: "s" }], addresses: [{ country: "NL" }] },
  },
  {
    clause: "Entra",
    name: "null updates, twice, of what may be there or not",
    before: { title: "x", ...two, [ENTERPRISE]: { manager: "m", department: "d" } },
    operations: ["", null].flatMap((value) => [
      { op: "replace", path: "title", value },
      { op: "replace", path: "nickName", value },
      { op: "replace", path: 'emails[type eq "work"].value', value },
      { op: "replace", path: `${ENTERPRISE}:manager`, value },
      { op: "replace", value: { "name.givenName": value, [`${ENTERPRISE}:department`]: value } },
    ]),
    after: { title: undefined, emails: [two.emails[1]], [ENTERPRISE]: undefined },
  },
  {
    clause: "Entra",
    name: "dotted keys, URN keys, whole-URN objects and filters as keys of a value",
    before: two,
    operations: [
      {
        op: "replace",
        value: {
          "name.familyName": "F",
          [`${ENTERPRISE}:employeeNumber`]: "7",
          [ENTERPRISE]: { department: "d" },
          [`${USER}:nickName`]: "N",
          'emails[type eq "home"].value': "c@x",
          [CUSTOM]: { custom_fields: [{ id: "payroll", value: 1 }] },
        },
      },
    ],
    after: {
      name: { familyName: "F" },
      nickName: "N",
      emails: [two.emails[0], mail("c@x", "home")],
      [ENTERPRISE]: { employeeNumber: "7", department: "d" },
      [CUSTOM]: { payroll: 1 },
    },
  },
  ...["m", { value: "m" }, [{ value: "m" }], { $ref: "../Users/m" }, { Value: "m", displayName: "Mia" }].map(
    (value) => ({
      clause: "Entra",
      name: `the manager as ${JSON.stringify(value)}`,
      operations: [{ op: "Add", path: "manager", value }],
      after: { [ENTERPRISE]: { manager: { value: "m" } } },
    }),
  ),
  {
    clause: "Okta",
    name: "read-only attributes in a value",
    operations: [{ op: "replace", value: { id: "other", meta: { version: "x" }, groups: [], active: false } }],
    after: { active: false },
  },
  {
    clause: "SailPoint",
    name: "active and a list of one, by their paths",
    before: two,
    operations: [
      { op: "replace", path: "active", value: false },
      { op: "add", path: "phoneNumbers", value: [{ type: "work", value: "1", primary: false }] },
      { op: "remove", path: 'emails[value eq "b@x"]' },
    ],
    after: { active: false, phoneNumbers: [{ type: "work", value: "1", primary: false }], emails: [two.emails[0]] },
  },
  {
    clause: "Rippling",
    name: "the primary address and the name, by their paths",
    before: two,
    operations: [
      { op: "replace", path: "emails[primary eq true].value", value: "c@x" },
      { op: "replace", path: "name.familyName", value: "F" },
    ],
    after: { emails: [mail("c@x", "work", true), two.emails[1]], name: { familyName: "F" } },
  },
];
