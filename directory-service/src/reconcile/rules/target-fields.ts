/** The fields that user rules may set: those of a person, by their contract names. */
export const userFields: ReadonlySet<string> = new Set([
  "name",
  "primary_email",
  "organization",
  "manager",
  "job_title",
  "location",
  "employee_id",
  "support_id",
  "cost_center",
  "vip",
  "disabled",
  "locale",
  "preferred_language",
  "time_zone",
  "contacts",
  "addresses",
  "source",
  "source_id",
]);

/** The fields that group rules may set: the group's organization, and that organization's name. */
export const groupFields: ReadonlySet<string> = new Set(["organization", "name"]);
