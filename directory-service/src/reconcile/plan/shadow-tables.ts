/** A real table that a plan has a temporary copy of, under the same name. */
export interface ShadowTable {
  name: string;
  /** Which rows, apart from the account's. */
  only?: string;
  /** False: it begins empty. */
  filled?: boolean;
  /** Columns that mapping does not look at and that cost much. They keep their defaults. */
  without?: string[];
  /** Indexes that mapping goes by, or that refuse what the real table would refuse. */
  indexes?: string[];
  /** Columns that make no difference: an update that would change nothing else is left out, which is most of them. */
  unheeded?: string[];
}

/**
 * Every table that mapping reads or writes. What it reads only is copied as
 * well: clients go on writing, and what they change meanwhile is no difference.
 */
export const SHADOW_TABLES: ShadowTable[] = [
  { name: "account" },
  { name: "connection" },
  { name: "extension_schema" },
  { name: "account_member", indexes: ["account_member_pkey"] },
  { name: "rule_set", only: "state = 2", without: ["text"] },
  { name: "organization", indexes: ["organization_pkey", "organization_name_unique"] },
  { name: "person", indexes: ["person_pkey", "person_primary_email_unique"] },
  { name: "scim_user", without: ["value_keys"], indexes: ["scim_user_pkey"] },
  { name: "scim_group", without: ["value_keys"], indexes: ["scim_group_pkey"] },
  { name: "scim_group_member", indexes: ["scim_group_member_pkey", "scim_group_member_member"] },
  {
    name: "scim_user_mapping",
    indexes: ["scim_user_mapping_pkey", "scim_user_mapping_person_unique", "scim_user_mapping_candidates"],
    unheeded: ["execution_id", "process_time", "values_execution_id", "values_digest"],
  },
  {
    name: "scim_group_mapping",
    indexes: ["scim_group_mapping_pkey", "scim_group_mapping_organization", "scim_group_mapping_candidates"],
    unheeded: ["execution_id", "process_time"],
  },
  { name: "dirty_record", filled: false, indexes: ["dirty_record_pkey", "dirty_record_order"] },
  { name: "execution", filled: false, indexes: ["execution_record"] },
  { name: "disablement", indexes: ["disablement_pkey"] },
  { name: "hold", only: "state = 1", indexes: ["hold_pkey", "hold_active_unique"] },
  {
    name: "held_record",
    only: "hold_id in (select id from {schema}.hold where account_id = $1 and state = 1)",
    indexes: ["held_record_pkey"],
  },
];

/**
 * Tables of which each row that mapping changes or makes is kept as it was before,
 * in `before_<table>`: (key, created, row). They are what a plan compares with.
 */
export const KEPT_TABLES = [
  { name: "person", key: "id" },
  { name: "organization", key: "id" },
  { name: "scim_user_mapping", key: "scim_user_id" },
  { name: "scim_group_mapping", key: "scim_group_id" },
] as const;
