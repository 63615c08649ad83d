/**
 * The mappings of account $1 whose latest run looked up a key, for a cross join with the
 * rows that have the keys: one look into the index for each row. PostgreSQL cannot know
 * how few they are. Left to itself it reads the whole table once instead, or all of the
 * account's part of it, and compares each with each.
 */
export function holdersOf(table: "scim_user_mapping" | "scim_group_mapping", key: string): string {
  return `lateral (select * from ${table} where candidate_keys @> array[${key}] and (account_id = $1) is true offset 0)`;
}
