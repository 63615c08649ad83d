import { type DeepPartial, Organization } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { as, type Directory, newGroup, newUser, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { equal } from "../../test/filters.ts";
import { candidateKey } from "../domain/candidate-keys.ts";

let directory: Directory;
const options = as("acme", "read", "write");
const scim = as("acme", "scim");

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
});
afterAll(() => directory?.stop());
beforeEach(() => directory.sql("truncate scim_user, scim_group, scim_record_count, dirty_record cascade"));

const create = (organization: DeepPartial<Organization>, as = options) =>
  directory.organizations.createOrganization({ organization: Organization.fromPartial(organization) }, as);
const update = (organization: DeepPartial<Organization>, ...updateMask: string[]) =>
  directory.organizations.updateOrganization(
    { organization: Organization.fromPartial(organization), updateMask },
    options,
  );

describe("CreateOrganization", () => {
  it("marks the groups and users that name it, in any case, and nobody else", async () => {
    const { id: group } = await directory.groups.createScimGroup(newGroup("WIDGET süd"), scim);
    const { id: other } = await directory.groups.createScimGroup(newGroup("Other"), scim);
    const { id: user } = await directory.users.createScimUser(
      newUser("ada@example.com", { displayName: "Ada", enterprise: { organization: "widget SÜD" } }),
      scim,
    );
    await directory.reconcile("acme");
    await create({ name: "Widget Süd" });
    expect([await directory.causes(group), await directory.causes(user), await directory.causes(other)]).toEqual([
      ["organization_changed"],
      ["organization_changed"],
      undefined,
    ]);
  });

  it("leaves a group alone that is linked to another organization", async () => {
    const { id: group } = await directory.groups.createScimGroup(newGroup("Linked"), scim);
    const { id } = await create({ name: "Linked" });
    await directory.reconcile("acme");
    await create({ name: "Elsewhere" });
    expect(await directory.causes(group)).toBeUndefined();
    await update({ id, name: "Linked no more" }, "name");
    expect(await directory.causes(group)).toEqual(["organization_changed"]);
  });

  it("waits for the batch that is being mapped, and marks who looked it up meanwhile", async () => {
    const { id: user } = await directory.users.createScimUser(newUser("eve"), scim);
    await directory.clean();
    const batch = new pg.Client(directory.url);
    await batch.connect();
    await batch.query("begin");
    await batch.query("select pg_advisory_xact_lock(hashtextextended('rollcall.reconcile acme', 0))");
    const created = create({ name: "Looked up" });
    const waiting = "select from pg_locks where locktype = 'advisory' and not granted";
    while ((await directory.sql(waiting)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    await batch.query(
      "insert into scim_user_mapping (account_id, scim_user_id, candidate_keys) values ('acme', $1, $2)",
      [user, [candidateKey("acme", "organization_name", "LOOKED UP")]],
    );
    await batch.query("commit");
    await created;
    await batch.end();
    expect(await directory.causes(user)).toEqual(["organization_changed"]);
  });

  it("refuses a taken name in any case, no name, and a long one", async () => {
    await create({ name: "Once" });
    expect(await reasonOf(create({ name: "ONCE" }))).toBe("ORGANIZATION_NAME_TAKEN");
    expect(await reasonOf(create({ name: "Once" }, as("other", "write")))).toBeUndefined();
    expect(await reasonOf(create({ name: "" }))).toBe("FIELD_INVALID");
    expect(await reasonOf(create({ name: "x".repeat(129) }))).toBe("FIELD_INVALID");
  });
});

describe("UpdateOrganization", () => {
  it("renames, disables and enables, marking whenever it can be found anew", async () => {
    const naming = newUser("ben@example.com", { displayName: "Ben", enterprise: { organization: "Renamed" } });
    const { id: user } = await directory.users.createScimUser(naming, scim);
    const { id } = await create({ name: "Before" });
    await directory.reconcile("acme");
    const steps: [DeepPartial<Organization>, string, boolean][] = [
      [{ id, name: "Renamed" }, "name", true],
      [{ id, disabled: true }, "disabled", true],
      [{ id, disabled: true }, "disabled", false],
      [{ id, name: "Another" }, "name", false],
      [{ id, name: "Renamed" }, "name", false],
    ];
    for (const [organization, mask, marks] of steps) {
      await update(organization, mask);
      expect(await directory.causes(user)).toEqual(marks ? ["organization_changed"] : undefined);
      await directory.reconcile("acme");
    }
    // Its person is in it still: whoever is there already learns nothing new.
    await update({ id, disabled: false }, "disabled");
    expect(await directory.causes(user)).toBeUndefined();
    expect(await directory.organizations.getOrganization({ id }, options)).toMatchObject({
      name: "Renamed",
      version: 6,
    });
  });

  it("holds name, version and existence", async () => {
    const { id } = await create({ name: "Held" });
    await create({ name: "Taken" });
    expect(await reasonOf(update({ id, name: "TAKEN" }, "name"))).toBe("ORGANIZATION_NAME_TAKEN");
    expect(await reasonOf(update({ id, version: 9, name: "x" }, "name"))).toBe("VERSION_MISMATCH");
    expect(await reasonOf(update({ id: "x", name: "x" }, "name"))).toBe("ORGANIZATION_NOT_FOUND");
    expect(await reasonOf(update({ id, name: "x" }, "id"))).toBe("FIELD_INVALID");
  });
});

describe("ListOrganizations", () => {
  it("finds by name in any case and walks pages", async () => {
    const other = as("other", "read", "write");
    for (const name of ["L1", "L2", "L3"]) await create({ name }, other);
    const list = (request: object) =>
      directory.organizations.listOrganizations({ filter: undefined, pageSize: 0, pageToken: "", ...request }, other);
    expect((await list({ filter: equal("name", "l2") })).organizations.map(({ name }) => name)).toEqual(["L2"]);
    const first = await list({ pageSize: 2 });
    const second = await list({ pageSize: 50, pageToken: first.nextPageToken });
    expect([...first.organizations, ...second.organizations].map(({ name }) => name)).toEqual(
      expect.arrayContaining(["The other", "L1", "L2", "L3"]),
    );
    expect(second).toMatchObject({ nextPageToken: "", totalSize: first.totalSize });
  });
});
