import type { NumberedMigration } from "@rollcall/runtime/database";
import { Migration0001Directory } from "../migrations/0001-directory.ts";
import { Migration0002Scim } from "../migrations/0002-scim.ts";
import { Migration0003Mapping } from "../migrations/0003-mapping.ts";

/** The directory's migrations in order. A hand-kept list: their names are what the database remembers. */
export const migrations: NumberedMigration[] = [
  { name: "0001-directory", class: Migration0001Directory },
  { name: "0002-scim", class: Migration0002Scim },
  { name: "0003-mapping", class: Migration0003Mapping },
];
