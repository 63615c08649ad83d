import { ExtensionSchema } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { remove, replace } from "../../test/changes.ts";
import { as, type Directory, newGroup, newUser, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { EXTENSION_USED } from "../storage/extension-schemas.ts";

let directory: Directory;

beforeAll(async () => {
  directory = await startDirectory("acme", "other", "full");
});
afterAll(() => directory?.stop());

const scim = as("acme", "scim");
const administrator = as("acme", "administrator");

let schemas = 0;
const create = (schema: Partial<ExtensionSchema> = {}) =>
  directory.extensionSchemas.createExtensionSchema(
    {
      extensionSchema: ExtensionSchema.fromPartial({
        urn: `urn:example:scim:Test:${++schemas}`,
        name: "Test",
        recordKinds: [1],
        attributes: [{ name: "badge", type: 1 }],
        ...schema,
      }),
    },
    administrator,
  );
const get = (urn: string) => directory.extensionSchemas.getExtensionSchema({ urn }, administrator);
const destroy = (urn: string) => directory.extensionSchemas.deleteExtensionSchema({ urn }, administrator);

describe("DeleteExtensionSchema", () => {
  it("removes a schema that no record uses, by its URN in any letter case", async () => {
    const { urn } = await create();
    await destroy(urn.toUpperCase());
    expect(await reasonOf(get(urn))).toBe("EXTENSION_SCHEMA_NOT_FOUND");
    expect(await reasonOf(destroy(urn))).toBe("EXTENSION_SCHEMA_NOT_FOUND");
    expect(await create({ urn })).toMatchObject({ version: 1 });
  });

  it("waits until no live user has a value", async () => {
    const { urn } = await create();
    const { urn: unused } = await create();
    const change = (id: string, changed: ReturnType<typeof replace>) =>
      directory.users.updateScimUser({ id, changes: [changed], ifVersions: [], requiredAttributes: [] }, scim);
    const { id: changed } = await directory.users.createScimUser(newUser("ada"), scim);
    const { id: deleted } = await directory.users.createScimUser(newUser("ben"), scim);
    for (const id of [changed, deleted]) await change(id, replace(`${urn}:badge`, "7"));
    expect(await reasonOf(destroy(urn))).toBe("EXTENSION_SCHEMA_IN_USE");
    await directory.users.deleteScimUser({ id: deleted, ifVersions: [] }, scim);
    expect(await reasonOf(destroy(urn))).toBe("EXTENSION_SCHEMA_IN_USE");
    await change(changed, remove(urn));
    await destroy(urn);
    await destroy(unused);
  });

  it("waits for groups as well, and not for other accounts' records", async () => {
    const { urn } = await create({ recordKinds: [2] });
    const theirs = as("other", "scim");
    for (const options of [scim, theirs]) {
      const { id } = await directory.groups.createScimGroup(newGroup("Staff"), options);
      await directory.groups.updateScimGroup(
        { id, changes: [replace(`${urn}:badge`, "7")], ifVersions: [], requiredAttributes: [] },
        options,
      );
      if (options === scim) expect(await reasonOf(destroy(urn))).toBe("EXTENSION_SCHEMA_IN_USE");
      if (options === scim) await directory.groups.deleteScimGroup({ id, ifVersions: [] }, scim);
    }
    await destroy(urn);
  });

  it("finds records with values by the index on value keys", async () => {
    for (const table of ["scim_user", "scim_group"])
      await directory.sql(
        `insert into ${table} (account_id, id, ${table === "scim_user" ? "user_name_key" : "display_name_key"}, attributes,
           value_keys, create_time, update_time, provision_time)
         select 'full', gen_random_uuid(), n::text, '{}', array[n, n + 1], now(), now(), now() from generate_series(1, 5000) n`,
      );
    await directory.sql("analyze");
    const plan = (await directory.sql(`explain ${EXTENSION_USED.text}`, "full", "urn:example:x", "7", "8"))
      .map((row) => row["QUERY PLAN"])
      .join("\n");
    expect(plan).toContain("Bitmap Index Scan on scim_user_values");
    expect(plan).toContain("Bitmap Index Scan on scim_group_values");
  });
});
