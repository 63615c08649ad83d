import type { NumberedMigration } from "@rollcall/runtime/database";
import { Migration0001Token } from "../migrations/0001-token.ts";

/** All migrations, oldest first. A list and not a folder scan, so that what runs is what was reviewed. */
export const migrations: NumberedMigration[] = [{ name: "0001-token", class: Migration0001Token }];
