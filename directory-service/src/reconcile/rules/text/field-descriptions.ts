/** What editors show of the fields that user rules may set. docs/rules.md says more. */
export const userFieldDescriptions: Readonly<Record<string, string>> = {
  name: "The person's name, at most 128 characters.",
  primary_email: "The e-mail address by which the person is found, at most 128 characters. May not depend on person.",
  organization: "The organization, best candidate first.",
  manager: "The manager, best candidate first.",
  job_title: "The job title, at most 80 characters.",
  location: "Where the person works, at most 80 characters.",
  employee_id: "The number that the employer gives, at most 128 characters.",
  support_id: "What the person tells a service desk, at most 50 characters.",
  cost_center: "The cost center, at most 128 characters.",
  vip: "Whether the person is a VIP.",
  disabled: "Whether the person is disabled.",
  locale: "A BCP 47 tag such as de-DE. One that is invalid gives the account's.",
  preferred_language: "The languages that the person prefers, at most 128 characters.",
  time_zone: "An IANA name such as Europe/Berlin. One that is invalid gives the account's.",
  contacts: "Telephone numbers and further e-mail addresses. Those that rules made before are replaced.",
  addresses: "Home and mailing addresses. Those that rules made before are replaced.",
  source: "Where the person is from, at most 30 characters.",
  source_id: "The person's id there, at most 128 characters.",
};

/** Of the fields that group rules may set. */
export const groupFieldDescriptions: Readonly<Record<string, string>> = {
  organization: "The organization that the group is linked to, best candidate first.",
  name: "What the linked organization is called, at most 128 characters.",
};
