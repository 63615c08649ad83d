import { type DeepPartial, Organization } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { as, type Directory, newGroup, newUser, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { equal } from "../../test/filters.ts";

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
      newUser("ada", { enterprise: { organization: "widget SÜD" } }),
      scim,
    );
    await directory.clean();
    await create({ name: "Widget Süd" });
    expect([await directory.causes(group), await directory.causes(user), await directory.causes(other)]).toEqual([
      ["organization_changed"],
      ["organization_changed"],
      undefined,
    ]);
  });

  it("leaves a group alone that is linked to another organization", async () => {
    const { id: group } = await directory.groups.createScimGroup(newGroup("Linked"), scim);
    const { id } = await create({ name: "Elsewhere" });
    await directory.sql(
      "insert into scim_group_mapping (account_id, scim_group_id, organization_id) values ('acme', $1, $2)",
      group,
      id,
    );
    await directory.clean();
    await create({ name: "Linked" });
    expect(await directory.causes(group)).toBeUndefined();
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
    const { id: group } = await directory.groups.createScimGroup(newGroup("Renamed"), scim);
    const { id } = await create({ name: "Before" });
    const steps: [DeepPartial<Organization>, string, boolean][] = [
      [{ id, name: "Renamed" }, "name", true],
      [{ id, disabled: true }, "disabled", false],
      [{ id, disabled: false }, "disabled", true],
      [{ id, disabled: false }, "disabled", false],
    ];
    for (const [organization, mask, marks] of steps) {
      await directory.clean();
      await update(organization, mask);
      expect(await directory.causes(group)).toEqual(marks ? ["organization_changed"] : undefined);
    }
    expect(await directory.organizations.getOrganization({ id }, options)).toMatchObject({
      name: "Renamed",
      version: 4,
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
