import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTestDatabase } from "../../test/database.ts";
import { databaseUrlsOf, migrateDatabase } from "./databases.ts";

describe("databaseUrlsOf", () => {
  it("names both databases, or none", () => {
    const urls = { DIRECTORY_DATABASE_URL: "postgresql://a/d", TOKEN_DATABASE_URL: "postgresql://a/t" };
    expect(databaseUrlsOf(urls)).toEqual({ directory: "postgresql://a/d", token: "postgresql://a/t" });
    expect(databaseUrlsOf({})).toBeUndefined();
  });

  it("refuses one without the other", () => {
    expect(() => databaseUrlsOf({ TOKEN_DATABASE_URL: "postgresql://a/t" })).toThrow(
      "TOKEN_DATABASE_URL is set and DIRECTORY_DATABASE_URL is not: set both, or neither for the embedded PostgreSQL.",
    );
  });
});

describe("migrateDatabase", () => {
  it("migrates an empty database, and says where its output is when it cannot", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rollcall-migrate-"));
    const log = join(folder, "token.log");
    const { signal } = new AbortController();
    const { url, drop } = await createTestDatabase();
    await migrateDatabase("token-service", url, log, signal);
    const unreachable = migrateDatabase("token-service", "postgresql://127.0.0.1:1/none", log, signal);
    await expect(unreachable).rejects.toThrow(
      `The database of token-service could not be migrated. The end of ${log}:`,
    );
    await Promise.all([drop(), rm(folder, { recursive: true })]);
  });
});
