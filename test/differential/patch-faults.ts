import type { Json } from "../engine.ts";
import type { Fault, Refused } from "./fault.ts";

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const user = {
  id: "1",
  userName: "anna",
  active: true,
  name: { givenName: "Anna" },
  emails: [
    { value: "a@work", type: "work", primary: true },
    { value: "a@home", type: "home" },
  ],
};
const emails = (isPrimary: boolean) => ({
  emails: [
    { value: "a@work", type: "work", primary: isPrimary },
    { value: "a@home", type: "home", primary: true },
  ],
});

/** What scim-patch gets wrong. */
export const patchFaults: Fault[] = [
  patch(
    "a name in another case is another attribute",
    "RFC 7643 section 2.1: attribute names are case insensitive",
    { op: "replace", path: "USERNAME", value: "ben" },
    { userName: "anna", USERNAME: "ben" },
    { userName: "ben" },
  ),
  patch(
    "the id is overwritten",
    "RFC 7644 section 3.12, table 9: mutability",
    { op: "replace", path: "id", value: "2" },
    { id: "2" },
    { refused: "mutability" },
  ),
  patch(
    '"False" is stored as text',
    "RFC 7643 section 2.3.2: a boolean is true or false",
    { op: "Replace", path: "active", value: "False" },
    { active: "False" },
    { active: false },
  ),
  patch(
    "the URN of an extension is taken apart at its last colon",
    "RFC 7643 section 3.3: an extension's attributes stand under its URN",
    { op: "add", value: { [ENTERPRISE]: { department: "Sales" } } },
    { [ENTERPRISE.slice(0, -":User".length)]: { User: { department: "Sales" } } },
    { [ENTERPRISE]: { department: "Sales" } },
  ),
  patch(
    "two elements are primary",
    "RFC 7644 section 3.5.2: primary SHALL become false for the others",
    { op: "replace", path: 'emails[type eq "home"].primary', value: true },
    emails(true),
    emails(false),
  ),
  patch(
    "a required attribute is removed",
    "RFC 7644 section 3.5.2.2: 400 mutability",
    { op: "remove", path: "userName" },
    { userName: undefined },
    { refused: "mutability" },
  ),
  patch(
    "an attribute that no schema has is added",
    "RFC 7644 section 3.12, table 9: invalidPath",
    { op: "add", path: "favouriteColor", value: "red" },
    { favouriteColor: "red" },
    { refused: "invalidPath" },
  ),
  patch(
    "null is kept as a value",
    "RFC 7643 section 2.5: unassigned and null are the same",
    { op: "replace", path: "title", value: null },
    { title: null },
    { title: undefined },
  ),
  patch(
    "an element that is there already is added a second time where there is no path",
    "RFC 7644 section 3.5.2.1: what is there already SHOULD NOT change anything",
    { op: "add", value: { emails: [{ value: "a@home", type: "home" }] } },
    { emails: [...user.emails, { value: "a@home", type: "home" }] },
    { emails: user.emails },
  ),
  patch(
    "a replace of an element that is not there adds one",
    "RFC 7644 section 3.5.2.3: 400 noTarget",
    { op: "replace", path: 'phoneNumbers[type eq "fax"].value', value: "1" },
    { phoneNumbers: [{ type: "fax", value: "1" }] },
    { refused: "noTarget" },
  ),
  {
    library: "scim-patch",
    fault: "what came before the failing operation stays applied",
    clause: "RFC 7644 section 3.5.2: the original resource MUST be restored",
    kind: "refused patch",
    user,
    operations: [
      { op: "replace", path: "userName", value: "ben" },
      { op: "replace", path: 'emails[type eq "fax"]', value: { value: "1" } },
    ],
    shown: ["userName"],
    theirs: { userName: "ben" },
    ours: { userName: "anna" },
  },
  pollution("by path", { op: "add", path: "__proto__.polluted", value: "yes" }),
  pollution("without a path", { op: "add", value: { "__proto__.polluted": "yes" } }),
  pollution("through constructor", { op: "add", path: "constructor.prototype.polluted", value: "yes" }),
];

function patch(fault: string, clause: string, operation: Json, theirs: Json, ours: Json | Refused): Fault {
  const shown = [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].filter((name) => name !== "refused");
  return { library: "scim-patch", fault, clause, kind: "patch", user, operations: [operation], shown, theirs, ours };
}

function pollution(how: string, operation: Json): Fault {
  return {
    library: "scim-patch",
    fault: `every object of the process gets an attribute, ${how}`,
    clause: "RFC 7644 section 3.12, table 9: invalidPath",
    kind: "pollution",
    operations: [operation],
    theirs: "polluted",
    ours: { refused: "invalidPath" },
  };
}
