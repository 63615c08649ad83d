import type { Directory } from "./directory-service.ts";

const TABLES = [
  "account",
  "connection",
  "extension_schema",
  "organization",
  "person",
  "scim_user",
  "scim_group",
  "scim_group_member",
  "dirty_record",
  "execution",
  "scim_request",
  "rule_set",
  "hold",
  "account_member",
  "account_member",
  "hold",
  "held_record",
];

/** All that the tables have of an account. */
export async function everythingOf(directory: Directory, accountId: string): Promise<unknown> {
  const rows = TABLES.map((table) =>
    directory.sql(`select * from ${table} where account_id = $1 order by ${table}::text`, accountId),
  );
  return Promise.all(rows);
}
