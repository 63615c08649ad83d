import type { NamedExpression, Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import fc from "fast-check";

const NAME = "user.enterprise.organization";
const LEAVING = "deleted || user.active == false";
const GROUP_ORGANIZATIONS = 'groups.filter(g, g.organizationId != "").map(g, byId(g.organizationId))';

/** Where a person's organization may come from. */
const organizationCandidates = [
  `[byName(${NAME})]`,
  "[byName(user.enterprise.department)]",
  "[byId(user.enterprise.division)]",
  GROUP_ORGANIZATIONS,
  "groups.map(g, byName(g.displayName))",
  "groups.map(g, byName(g.groupType))",
];

/** Where a person's manager may come from: SCIM users, and a person by its own id. */
const managerCandidates = ["byScimUser(user.enterprise.manager.value)", "byScimUser(user.nickName)"];
const PERSON_ID = "byId(user.enterprise.costCenter)";

const texts = [
  "user.title",
  "user.enterprise.department",
  '"in " + joinPresent(groups.map(g, g.displayName), ", ")',
  '"of " + joinPresent(groups.map(g, g.groupType + g.externalId), ", ")',
  '"is " + user.userType',
];

const leaving = [
  LEAVING,
  `${LEAVING} || user.userType == "left"`,
  `${LEAVING} || groups.exists(g, g.displayName == "A")`,
];

const conditions = (leaves: string) => [
  "true",
  `person.exists || !(${leaves})`,
  `person.exists ? true : !(${leaves}) && user.userType != "left"`,
  'user.userType != "other"',
];

const expression = (name: string, source: string): NamedExpression => ({ name, expression: source });
const rule = (name: string, parts: Partial<Rule>): Rule => ({
  name,
  description: "",
  disabled: false,
  let: [],
  when: "true",
  set: [],
  onCreate: [],
  ...parts,
});

/**
 * `lasting: false` leaves out what depends on how an account came to be as it is: every
 * reference ends with one that is always found, and nobody is named by what a person has.
 */
export function userRules({ lasting, rootId }: { lasting: boolean; rootId: string }): fc.Arbitrary<Rule[]> {
  const managers = lasting ? [...managerCandidates, PERSON_ID] : managerCandidates;
  return fc
    .record({
      organizations: fc.shuffledSubarray(organizationCandidates, { minLength: 1, maxLength: 3 }),
      managers: fc.shuffledSubarray(managers, { minLength: 1 }),
      jobTitle: fc.constantFrom(...texts),
      location: fc.constantFrom(...texts),
      leaves: fc.constantFrom(...leaving),
      when: fc.nat(conditions("").length - 1),
      keeps: fc.boolean(),
      split: fc.boolean(),
    })
    .map(({ organizations, managers, jobTitle, location, leaves, when, keeps, split }) => {
      const last = lasting && keeps ? [] : ["[byId(account.organizationId)]"];
      const root = lasting && keeps ? [] : [`byScimUser("${rootId}")`];
      const references = [
        expression("organization", [...organizations, ...last].join(" + ")),
        expression("manager", `[${[...managers, ...root].join(", ")}]`),
      ];
      const own = [
        expression("primary_email", "firstPresent([trim(user.emails.filter(e, e.primary)[0].value), user.userName])"),
        expression("name", "user.displayName"),
        expression("job_title", jobTitle),
        expression("location", location),
        expression("disabled", leaves),
      ];
      const condition = conditions(leaves)[when] as string;
      return split
        ? [rule("Person", { when: condition, set: own }), rule("References", { when: condition, set: references })]
        : [rule("Person", { when: condition, set: [...own, ...references] })];
    });
}

/** Which organization a group has, and what that is called. */
export function groupRules({ lasting }: { lasting: boolean }): fc.Arbitrary<Rule[]> {
  const kept = "organization.exists ? [] : [byName(group.displayName)]";
  const organization = lasting
    ? fc.constantFrom(
        kept,
        "[byName(group.displayName)]",
        "[byName(group.groupType), byName(group.displayName)]",
        "[byName(group.externalId)]",
        "organization.exists && !organization.disabled ? [] : [byName(group.displayName)]",
      )
    : fc.constant(kept);
  const name = lasting
    ? fc.constantFrom("group.displayName", 'group.displayName.replace("!", "")', "group.groupType", "null")
    : fc.constant("group.displayName");
  const when = lasting ? fc.constantFrom("!deleted", 'group.groupType != "C"') : fc.constant("!deleted");
  return fc
    .record({ organization, name, when })
    .map(({ organization, name, when }) => [
      rule("Organization", { when, set: [expression("organization", organization), expression("name", name)] }),
    ]);
}
