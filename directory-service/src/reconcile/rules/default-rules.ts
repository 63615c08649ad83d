import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";

/** What maps SCIM users to people in a new account. docs/rules.md explains it line by line. */
export const defaultUserRules: Rule[] = [
  {
    name: "SCIM user to person",
    description:
      "Finds the person by the stored link, then by primary e-mail, or creates one, and keeps it in line with the SCIM user. What the SCIM user leaves blank stays as the person has it.",
    disabled: false,
    let: [
      { name: "user_name_is_email", expression: "isEmail(user.userName)" },
      {
        name: "primary_email",
        expression:
          "user_name_is_email ? trim(user.userName) : firstPresent(user.emails.filter(e, e.primary).map(e, e.value) + user.emails.map(e, e.value))",
      },
      { name: "full_name", expression: 'join([user.name.givenName, user.name.familyName], " ")' },
      {
        name: "name",
        expression:
          "user_name_is_email ? firstPresent([user.displayName, user.name.formatted, full_name]) : firstPresent([user.displayName, user.userName, user.name.formatted, full_name])",
      },
      {
        name: "other_emails",
        expression: "user.emails.filter(e, isPresent(e.value) && lower(trim(e.value)) != lower(trim(primary_email)))",
      },
      { name: "leaving", expression: "deleted || user.active == false" },
    ],
    when: "person.exists ? (leaving || isPresent(primary_email)) : (!leaving && isPresent(primary_email) && isPresent(name))",
    set: [
      { name: "name", expression: "name" },
      { name: "primary_email", expression: "primary_email" },
      { name: "job_title", expression: "user.title" },
      {
        name: "organization",
        expression:
          '[byName(user.enterprise.organization)] + groups.filter(g, g.organizationId != "").map(g, byId(g.organizationId)) + (person.exists ? [] : [byId(account.organizationId)])',
      },
      { name: "manager", expression: "[byScimUser(user.enterprise.manager.value)]" },
      { name: "location", expression: "user.enterprise.location" },
      { name: "employee_id", expression: "user.enterprise.employeeNumber" },
      { name: "support_id", expression: "user.enterprise.supportId" },
      { name: "cost_center", expression: "user.enterprise.costCenter" },
      { name: "preferred_language", expression: "user.preferredLanguage" },
      { name: "vip", expression: 'isPresent(user.userType) ? user.userType.contains("VIP") : null' },
      {
        name: "contacts",
        expression:
          'other_emails.map(e, {"protocol": "email", "label": lower(e.type) == "work" ? "work" : "personal", "uri": e.value}) + user.phoneNumbers.filter(p, isPresent(p.value)).map(p, {"protocol": "telephone", "label": lower(p.type) in ["home", "mobile", "fax", "pager"] ? lower(p.type) : "work", "uri": p.value})',
      },
      {
        name: "addresses",
        expression:
          'user.addresses.map(a, {"label": lower(a.type) == "home" ? "home" : "mailing", "address": firstPresent([a.streetAddress, a.formatted]), "city": a.locality, "state": a.region, "zip": a.postalCode, "country": a.country})',
      },
      {
        name: "disabled",
        expression: "leaving ? true : (user.active == true || !person.linked ? false : null)",
      },
      { name: "source", expression: '"SCIM"' },
      { name: "source_id", expression: "user.id" },
    ],
    onCreate: [
      { name: "locale", expression: "firstPresent([user.locale, firstLanguage(user.preferredLanguage)])" },
      { name: "time_zone", expression: "user.timezone" },
    ],
  },
];

/** What matches SCIM groups with organizations in a new account. */
export const defaultGroupRules: Rule[] = [
  {
    name: "SCIM group to organization",
    description:
      "Keeps the organization that the group is linked to, or else finds an enabled one by the group's display name; keeps the organization's name in line. Never creates an organization.",
    disabled: false,
    let: [],
    when: "!deleted",
    set: [
      { name: "organization", expression: "organization.exists ? [] : [byName(group.displayName)]" },
      { name: "name", expression: "group.displayName" },
    ],
    onCreate: [],
  },
];
