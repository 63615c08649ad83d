import { ENTERPRISE, USER } from "./scim-messages.ts";

/** A PATCH and what it makes of a user. */
export interface PatchCase {
  /** The clause of RFC 7644, or the client, that wants it so. */
  clause: string;
  name: string;
  /** Attributes that the user has. */
  before?: object;
  operations: object[];
  /** What is different afterwards; undefined values are gone. Left out: nothing is, the version included. */
  after?: object;
  /** 200 where nothing is said. */
  status?: number;
  scimType?: string;
}

/** Custom fields. */
export const CUSTOM = "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields";
const ADD = "3.5.2.1";
const REMOVE = "3.5.2.2";
const REPLACE = "3.5.2.3";

/** An e-mail address, with what is given of it. */
export const mail = (value: string, type?: string, primary?: boolean) => ({
  value,
  ...(type && { type }),
  ...(primary !== undefined && { primary }),
});
/** The primary address for work, another one for home. */
export const two = { emails: [mail("a@x", "work", true), mail("b@x", "home")] };

/** One for each way of changing something that RFC 7644 section 3.5.2 has. */
export const patchCases: PatchCase[] = [
  // Section 3.5.2.1.
  {
    clause: ADD,
    name: "a new single value",
    operations: [{ op: "add", path: "title", value: "x" }],
    after: { title: "x" },
  },
  {
    clause: ADD,
    name: "a single value replaces the one there is",
    before: { title: "x" },
    operations: [{ op: "add", path: "title", value: "y" }],
    after: { title: "y" },
  },
  {
    clause: ADD,
    name: "a value that exists already changes nothing",
    before: { ...two, title: "x", name: { givenName: "G" }, active: true },
    operations: [
      { op: "add", path: "title", value: "x" },
      { op: "add", path: "name", value: { givenName: "G" } },
      { op: "add", path: "emails", value: [mail("b@x", "home")] },
      { op: "add", path: "active", value: "True" },
      { op: "replace", path: 'emails[type eq "work"].primary', value: true },
      { op: "replace", path: "emails", value: two.emails },
    ],
  },
  {
    clause: ADD,
    name: "without a path: each attribute of the value",
    before: { emails: [mail("a@x")] },
    operations: [{ op: "add", value: { nickName: "N", emails: [mail("b@x", "home")], name: { familyName: "F" } } }],
    after: { nickName: "N", emails: [mail("a@x"), mail("b@x", "home")], name: { familyName: "F" } },
  },
  {
    clause: ADD,
    name: "to a complex attribute leaves its other parts",
    before: { name: { givenName: "G", familyName: "F" } },
    operations: [{ op: "add", path: "name", value: { givenName: "H", middleName: "M" } }],
    after: { name: { givenName: "H", familyName: "F", middleName: "M" } },
  },
  {
    clause: ADD,
    name: "a sub-attribute of what is not there",
    operations: [{ op: "add", path: "name.givenName", value: "G" }],
    after: { name: { givenName: "G" } },
  },
  {
    clause: ADD,
    name: "one element, given bare",
    before: two,
    operations: [{ op: "add", path: "emails", value: mail("c@x") }],
    after: { emails: [...two.emails, mail("c@x")] },
  },
  {
    clause: "3.5.2",
    name: "a new primary makes the others none",
    before: two,
    operations: [{ op: "add", path: "emails", value: [mail("c@x", "other", true)] }],
    after: { emails: [mail("a@x", "work", false), mail("b@x", "home"), mail("c@x", "other", true)] },
  },
  {
    clause: "3.5.2",
    name: "primary moves by a filtered path",
    before: two,
    operations: [{ op: "replace", path: 'emails[type eq "home"].primary', value: "True" }],
    after: { emails: [mail("a@x", "work", false), mail("b@x", "home", true)] },
  },
  {
    clause: "3.5.2",
    name: "primary moves with the whole element",
    before: two,
    operations: [{ op: "replace", path: 'emails[value eq "B@X"]', value: mail("c@x", "home", true) }],
    after: { emails: [mail("a@x", "work", false), mail("c@x", "home", true)] },
  },
  {
    clause: "3.5.2",
    name: "of several elements made primary at once the last one is",
    before: { emails: [mail("a@x", "work"), mail("b@x", "work")] },
    operations: [{ op: "replace", path: 'emails[type eq "work"].primary', value: true }],
    after: { emails: [mail("a@x", "work", false), mail("b@x", "work", true)] },
  },
  {
    clause: "3.5.2",
    name: "an element that its path makes primary takes it from the others",
    before: { emails: [mail("b@x", "home", true)] },
    operations: [{ op: "add", path: 'emails[type eq "work" and primary eq true].value', value: "c@x" }],
    after: { emails: [mail("b@x", "home", false), { type: "work", primary: true, value: "c@x" }] },
  },
  {
    clause: "3.5.2",
    name: "two primaries in one value",
    operations: [{ op: "add", path: "emails", value: [mail("a@x", "work", true), mail("b@x", "home", true)] }],
    status: 400,
    scimType: "invalidValue",
  },
  // Section 3.5.2.2.
  {
    clause: REMOVE,
    name: "a single value",
    before: { title: "x" },
    operations: [{ op: "remove", path: "title" }],
    after: { title: undefined },
  },
  {
    clause: REMOVE,
    name: "all values",
    before: two,
    operations: [{ op: "remove", path: "emails" }],
    after: { emails: undefined },
  },
  {
    clause: REMOVE,
    name: "a sub-attribute, and with the last one the whole",
    before: { name: { givenName: "G" } },
    operations: [{ op: "remove", path: "name.givenName" }],
    after: { name: undefined },
  },
  {
    clause: REMOVE,
    name: "selected values",
    before: two,
    operations: [{ op: "remove", path: 'emails[type eq "home" or not (value co "@x")]' }],
    after: { emails: [two.emails[0]] },
  },
  {
    clause: REMOVE,
    name: "a sub-attribute of selected values",
    before: two,
    operations: [{ op: "remove", path: 'emails[value ew "a@x" and type eq "work"].type' }],
    after: { emails: [mail("a@x", undefined, true), mail("b@x", "home")] },
  },
  {
    clause: REMOVE,
    name: "what is not there",
    before: two,
    operations: [
      { op: "remove", path: "title" },
      { op: "remove", path: "name.givenName" },
      { op: "remove", path: 'emails[type eq "fax"]' },
      { op: "remove", path: 'emails[type eq "fax"].value' },
      { op: "remove", path: "emails", value: [mail("z@x")] },
      { op: "remove", path: `${ENTERPRISE}:manager` },
      { op: "remove", path: ENTERPRISE },
      { op: "remove", path: CUSTOM },
    ],
  },
  { clause: REMOVE, name: "without a path", operations: [{ op: "remove" }], status: 400, scimType: "noTarget" },
  {
    clause: REMOVE,
    name: "what is required",
    operations: [{ op: "remove", path: "userName" }],
    status: 400,
    scimType: "mutability",
  },
  {
    clause: REMOVE,
    name: "what is read-only",
    operations: [{ op: "remove", path: "meta" }],
    status: 400,
    scimType: "mutability",
  },
  {
    clause: REMOVE,
    name: "all of an extension by its URN",
    before: { title: "x", [ENTERPRISE]: { department: "d", manager: { value: "m" } }, [CUSTOM]: { a: 1, b: ["c"] } },
    operations: [
      { op: "remove", path: ENTERPRISE },
      { op: "remove", path: CUSTOM.toUpperCase() },
    ],
    after: { title: "x", schemas: [USER], [ENTERPRISE]: undefined, [CUSTOM]: undefined },
  },
  // Section 3.5.2.3.
  {
    clause: REPLACE,
    name: "of what does not exist is an add",
    operations: [
      { op: "replace", path: "title", value: "x" },
      { op: "replace", path: "name.givenName", value: "G" },
      { op: "replace", path: "phoneNumbers.value", value: "1" },
      { op: "replace", path: "emails", value: [mail("a@x")] },
    ],
    after: { title: "x", name: { givenName: "G" }, phoneNumbers: [{ value: "1" }], emails: [mail("a@x")] },
  },
  {
    clause: REPLACE,
    name: "of a complex attribute leaves the parts that it does not name",
    before: { name: { givenName: "G", familyName: "F", middleName: "M" } },
    operations: [{ op: "replace", path: "name", value: { givenName: "H", middleName: null } }],
    after: { name: { givenName: "H", familyName: "F" } },
  },
  {
    clause: REPLACE,
    name: "of a list replaces all its values",
    before: two,
    operations: [{ op: "replace", path: "emails", value: [mail("c@x")] }],
    after: { emails: [mail("c@x")] },
  },
  {
    clause: REPLACE,
    name: "of selected values replaces them whole",
    before: {
      addresses: [
        { type: "work", country: "NL", locality: "Delft" },
        { type: "home", country: "DE" },
      ],
    },
    operations: [{ op: "replace", path: 'addresses[type eq "work"]', value: { type: "work", country: "BE" } }],
    after: {
      addresses: [
        { type: "work", country: "BE" },
        { type: "home", country: "DE" },
      ],
    },
  },
  {
    clause: REPLACE,
    name: "of a sub-attribute of all selected values",
    before: two,
    operations: [{ op: "replace", path: 'emails[type eq "work" or type eq "home"].display', value: "D" }],
    after: { emails: two.emails.map((given) => ({ ...given, display: "D" })) },
  },
  {
    clause: REPLACE,
    name: "where the filter selects nothing",
    before: two,
    operations: [{ op: "replace", path: 'emails[type eq "fax"].value', value: "x" }],
    status: 400,
    scimType: "noTarget",
  },
  {
    clause: ADD,
    name: "through a filter that no element can be made from",
    operations: [{ op: "add", path: 'emails[type eq "fax" or type eq "x"].value', value: "x" }],
    status: 400,
    scimType: "noTarget",
  },
  {
    clause: "3.5.2",
    name: "an extension's URN added to schemas, then its attribute",
    operations: [
      { op: "add", path: "schemas", value: [ENTERPRISE] },
      { op: "add", path: `${ENTERPRISE}:costCenter`, value: "c" },
    ],
    after: { schemas: [USER, ENTERPRISE], [ENTERPRISE]: { costCenter: "c" } },
  },
  {
    clause: "3.5.2",
    name: "an unknown URN added to schemas",
    operations: [{ op: "add", path: "schemas", value: ["urn:example:2.0:Nothing"] }],
    status: 400,
    scimType: "invalidValue",
  },
  {
    clause: "3.5.2",
    name: "a read-only attribute by its path",
    operations: [{ op: "replace", path: "id", value: "x" }],
    status: 400,
    scimType: "mutability",
  },
  { clause: "3.5.2", name: "no operations", operations: [] },
];
