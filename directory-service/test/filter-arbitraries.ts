import { type Filter, ComparisonOperator as Op } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import fc from "fast-check";
import { and, comparison, element, not, or } from "./filters.ts";

/** The extension that random records have attributes of. */
export const URN = "urn:example:2.0:User";

/** The id of the n-th random user or group. */
export const userId = (index: number) => `00000000-0000-7000-8000-${String(index).padStart(12, "0")}`;
export const groupId = (index: number) => `00000000-0000-7000-9000-${String(index).padStart(12, "0")}`;

/** How many users and groups there are at most. */
export const USERS = 10;
export const GROUP_NAMES = ["a", "ab", "É"];

// Few values, so that they meet; among them those on which folding, LIKE and ordering could differ.
const text = fc.constantFrom(
  ...["a", "A", "ab", "é", "e\u0301", "É", "İ", "ΑΣ", "ας", "ß", "ẞ", "50%", "a_b", "a\\b", "'", "\uffff", "😀", " "],
);
const TIMES = ["2024-05-01T08:00:00.000Z", "2024-05-01T08:00:00.001Z", "2024-05-01T00:00:00.000Z"];
// The same times in other words, and what is no time.
const timeText = fc.constantFrom(
  ...["2024-05-01T10:00:00+02:00", "2024-05-01t08:00:00.0009z", "2024-05-01 08:00:00.0010009", "2024-05-01T08:00"],
  ...["2024-05-01", "2024-02-30T00:00:00Z", "0000-01-01", "2024-05-01T24:00:00Z", "2024-05-01T08:00:60Z", "now", "1"],
  ...["2024-05-01T13:30:00+0530", "2024-04-30T18:00:00-14:00", "2024-05-02T00:00:00+16:00", "2024-5-1", "infinity"],
);
const number = fc.constantFrom(-1, -0, 0, 0.1, 1, 2, 1e21);
const multiValue = fc.record(
  { value: text, type: fc.constantFrom("work", "Work", "home"), primary: fc.boolean() },
  { requiredKeys: [] },
);
const json = fc.record({ c: fc.oneof(text, number), d: fc.oneof(timeText, fc.boolean()) }, { requiredKeys: [] });
const extensions = fc.record({
  [URN]: fc.record(
    {
      a: fc.oneof(text, timeText, fc.boolean(), number, fc.array(fc.oneof(text, json), { maxLength: 3 })),
      b: fc.oneof(json, fc.array(json, { maxLength: 3 })),
    },
    { requiredKeys: [] },
  ),
});

/** A user's document, without the user name. */
export const userDocument = fc.record(
  {
    externalId: text,
    displayName: text,
    title: text,
    active: fc.boolean(),
    name: fc.record({ familyName: text, givenName: text }, { requiredKeys: [] }),
    emails: fc.array(multiValue, { maxLength: 3 }),
    addresses: fc.array(fc.record({ streetAddress: text, type: text }, { requiredKeys: [] }), { maxLength: 2 }),
    enterprise: fc.record(
      {
        department: text,
        organization: text,
        manager: fc.record({ value: fc.oneof(text, fc.nat(USERS - 1).map(userId)) }),
      },
      { requiredKeys: [] },
    ),
    extensions,
  },
  { requiredKeys: [] },
);

/** A group's document, without the display name. */
export const groupDocument = fc.record({ externalId: text, groupType: text, extensions }, { requiredKeys: [] });

/** Versions and times that records have. */
export const meta = fc.record({ version: fc.integer({ min: 1, max: 3 }), createTime: fc.constantFrom(...TIMES) });

/** Which users, and which of the groups before it, a group has in it. */
export const membership = fc.record({
  users: fc.subarray(Array.from({ length: USERS }, (_, index) => index)),
  groups: fc.subarray(GROUP_NAMES.map((_, index) => index)),
});

const ORDER = [
  Op.COMPARISON_OPERATOR_EQUAL,
  Op.COMPARISON_OPERATOR_NOT_EQUAL,
  Op.COMPARISON_OPERATOR_GREATER_THAN,
  Op.COMPARISON_OPERATOR_GREATER_OR_EQUAL,
  Op.COMPARISON_OPERATOR_LESS_THAN,
  Op.COMPARISON_OPERATOR_LESS_OR_EQUAL,
];
const PARTS = [Op.COMPARISON_OPERATOR_CONTAINS, Op.COMPARISON_OPERATOR_STARTS_WITH, Op.COMPARISON_OPERATOR_ENDS_WITH];
// Mostly EQUAL, for which SQL takes other ways.
const anyOf = (...operators: Op[]) =>
  fc.oneof(fc.constant(Op.COMPARISON_OPERATOR_EQUAL), fc.constantFrom(...operators));

const on = (paths: string[], value: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.constantFrom(...paths), anyOf(...ORDER, ...PARTS), value, fc.boolean())
    .map((args) => comparison(...args));
const onText = (...paths: string[]) => on(paths, text);
const onId = (id: (index: number) => string, count: number, ...paths: string[]) =>
  on(paths, fc.oneof(fc.nat(count - 1).map(id), fc.constantFrom("a", "0", userId(0).toUpperCase())));
const onBoolean = (...paths: string[]) =>
  fc
    .tuple(fc.constantFrom(...paths), fc.constantFrom(...ORDER.slice(0, 2)), fc.boolean())
    .map((args) => comparison(...args));
const onNumber = (...paths: string[]) =>
  fc
    .tuple(fc.constantFrom(...paths), anyOf(...ORDER), fc.oneof(number, fc.constantFrom(2.5, 3, 1e300)))
    .map((args) => comparison(...args));
const onInstant = (...paths: string[]) =>
  fc
    .tuple(
      fc.constantFrom(...paths),
      anyOf(...ORDER),
      fc.constantFrom(...TIMES).map((time) => new Date(time)),
    )
    .map((args) => comparison(...args));
const presence = (...paths: string[]) =>
  fc.constantFrom(...paths).map((path) => comparison(path, Op.COMPARISON_OPERATOR_PRESENT));
const schemas = on(
  ["schemas"],
  fc.constantFrom(
    URN,
    URN.toUpperCase(),
    "urn:ietf:params:scim:schemas:core:2.0:User",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "urn:",
  ),
);
const onExtension = fc.oneof(
  onText(`${URN}:a`, `${URN}:a.c`, `${URN}:b.c`),
  on([`${URN}:a`, `${URN}:b.d`], timeText),
  onBoolean(`${URN}:a`, `${URN}:b.d`),
  onNumber(`${URN}:a`, `${URN}:b.c`),
  onInstant(`${URN}:a`, `${URN}:b.d`),
  presence(`${URN}:a`, `${URN}:b`, `${URN}:b.c`),
);

/** Alternatives on the same few attributes, which SQL asks all at once. */
const alternatives = (leaf: fc.Arbitrary<Filter>) =>
  fc.array(leaf, { minLength: 2, maxLength: 5 }).map((filters) => or(...filters));

/** Filters, with the given comparisons as their leaves. */
function tree(...leaves: fc.Arbitrary<Filter>[]): fc.Arbitrary<Filter> {
  return fc.letrec<{ filter: Filter }>((tie) => ({
    filter: fc.oneof(
      { depthSize: "small" },
      ...leaves,
      fc.array(tie("filter"), { minLength: 1, maxLength: 3 }).map((filters) => and(...filters)),
      fc.array(tie("filter"), { minLength: 1, maxLength: 3 }).map((filters) => or(...filters)),
      tie("filter").map(not),
    ),
  })).filter;
}

const inEmail = tree(
  onText("value"),
  on(["type"], fc.constantFrom("work", "home")),
  onBoolean("primary"),
  presence("type"),
);
const inJson = tree(
  onText("c", "value"),
  onNumber("c"),
  onBoolean("d"),
  onInstant("d", "value"),
  presence("c", "d", "value"),
);
const inExtension = fc
  .tuple(fc.constantFrom(`${URN}:a`, `${URN}:b`), inJson)
  .map(([path, inner]) => element(path, inner));
const onType = (path: string, ...types: string[]) => on([path], fc.constantFrom(...types, "x"));
const inGroup = tree(
  onText("display"),
  onId(groupId, GROUP_NAMES.length, "value"),
  onType("type", "direct", "Indirect"),
);
const inMember = tree(onText("display"), onId(userId, USERS, "value"), onType("type", "User", "group"));

/** Filters on everything that users have. */
export const userFilter = tree(
  onText("user_name", "external_id", "display_name", "title", "name.family_name", "emails.value", "emails.type"),
  onText("addresses.street_address", "enterprise.department", "enterprise.organization"),
  alternatives(
    fc.oneof(
      onText("emails.value", "emails.type"),
      inEmail.map((inner) => element("emails", inner)),
    ),
  ),
  alternatives(fc.oneof(onText("title", "enterprise.manager.display_name"), onExtension)),
  alternatives(
    fc.oneof(
      onText("groups.display"),
      inGroup.map((inner) => element("groups", inner)),
    ),
  ),
  onText("enterprise.manager.value", "enterprise.manager.display_name", "groups.display"),
  onId(userId, USERS, "id", "enterprise.manager.value"),
  onId(groupId, GROUP_NAMES.length, "groups.value"),
  onType("groups.type", "direct", "INDIRECT"),
  onBoolean("active", "emails.primary"),
  onNumber("version"),
  onInstant("create_time"),
  presence("user_name", "active", "name", "emails", "emails.value", "enterprise.manager", "groups", "groups.display"),
  presence("enterprise.manager.display_name", "schemas", "version"),
  schemas,
  onExtension,
  inEmail.map((inner) => element("emails", inner)),
  inExtension,
  inGroup.map((inner) => element("groups", inner)),
);

/** Filters on everything that groups have. */
export const groupFilter = tree(
  onText("external_id", "display_name", "group_type", "members.display"),
  alternatives(
    fc.oneof(
      onText("members.display"),
      inMember.map((inner) => element("members", inner)),
    ),
  ),
  onId(groupId, GROUP_NAMES.length, "id", "members.value"),
  onId(userId, USERS, "members.value"),
  onType("members.type", "User", "Group", "GROUP"),
  onNumber("version"),
  onInstant("create_time"),
  presence("external_id", "members", "members.value", "schemas"),
  schemas,
  onExtension,
  inExtension,
  inMember.map((inner) => element("members", inner)),
);
