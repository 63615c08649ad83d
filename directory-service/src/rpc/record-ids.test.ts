import { ReprocessRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { Organization } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { type DeepPartial, Person } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ScimRecordKind, ScimRecordView } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replace } from "../../test/changes.ts";
import { as, type Directory, newGroup, newUser, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { equal } from "../../test/filters.ts";

let directory: Directory;
const scim = as("acme", "scim");
const staff = as("acme", "read", "write", "owner");
const view = ScimRecordView.SCIM_RECORD_VIEW_FULL;
const changes = (attribute: string) => [replace(attribute, "Changed")];

let userId: string;
let groupId: string;
let person: Person;
let organization: Organization;

beforeAll(async () => {
  directory = await startDirectory("acme");
  userId = (await directory.users.createScimUser(newUser("ada"), scim)).id;
  groupId = (await directory.groups.createScimGroup(newGroup("Staff", userId), scim)).id;
  person = await createPerson({ primaryEmail: "ada@example.com" });
  organization = await directory.organizations.createOrganization(
    { organization: Organization.fromPartial({ name: "Ops" }) },
    staff,
  );
});
afterAll(() => directory?.stop());

const createPerson = (values: DeepPartial<Person>) =>
  directory.people.createPerson({ person: Person.fromPartial({ name: "Ada", ...values }) }, staff);
const capitals = (id: string) => {
  expect(id.toUpperCase()).not.toBe(id);
  return id.toUpperCase();
};

describe("an id in capitals", () => {
  it("is no user's", async () => {
    const id = capitals(userId);
    const { users } = directory;
    expect((await users.batchGetScimUsers({ ids: [id], view }, scim)).scimUsers).toEqual([]);
    expect([
      await reasonOf(
        users.updateScimUser({ id, changes: changes("title"), ifVersions: [], requiredAttributes: [] }, scim),
      ),
      await reasonOf(
        users.replaceScimUser(
          { id, changes: changes("user_name"), ifVersions: [], immutableAttributes: [], requiredAttributes: [] },
          scim,
        ),
      ),
      await reasonOf(users.deleteScimUser({ id, ifVersions: [] }, scim)),
      await reasonOf(users.hardDeleteScimUser({ id }, staff)),
    ]).toEqual(Array(4).fill("SCIM_USER_NOT_FOUND"));
    expect((await users.batchGetScimUsers({ ids: [userId], view }, scim)).scimUsers).toMatchObject([{ version: 1 }]);
  });

  it("is no group's", async () => {
    const id = capitals(groupId);
    const { groups } = directory;
    expect((await groups.batchGetScimGroups({ ids: [id], view }, scim)).scimGroups).toEqual([]);
    expect([
      await reasonOf(
        groups.updateScimGroup({ id, changes: changes("group_type"), ifVersions: [], requiredAttributes: [] }, scim),
      ),
      await reasonOf(
        groups.replaceScimGroup(
          { id, changes: changes("display_name"), ifVersions: [], immutableAttributes: [], requiredAttributes: [] },
          scim,
        ),
      ),
      await reasonOf(groups.deleteScimGroup({ id, ifVersions: [] }, scim)),
      await reasonOf(groups.hardDeleteScimGroup({ id }, staff)),
    ]).toEqual(Array(4).fill("SCIM_GROUP_NOT_FOUND"));
    expect((await groups.batchGetScimGroups({ ids: [groupId], view }, scim)).scimGroups).toMatchObject([
      { version: 1, members: [{ value: userId }] },
    ]);
  });

  it("is no person's, be it asked for, changed or referred to", async () => {
    const id = capitals(person.id);
    const { people } = directory;
    expect(await reasonOf(people.getPerson({ id }, staff))).toBe("PERSON_NOT_FOUND");
    expect((await people.batchGetPeople({ ids: [id] }, staff)).people).toEqual([]);
    const renamed = Person.fromPartial({ id, name: "Bea" });
    expect(await reasonOf(people.updatePerson({ person: renamed, updateMask: ["name"] }, staff))).toBe(
      "PERSON_NOT_FOUND",
    );
    const referring = (values: DeepPartial<Person>) =>
      reasonOf(createPerson({ primaryEmail: "bob@example.com", ...values }));
    expect(await referring({ managerId: id })).toBe("FIELD_INVALID");
    expect(await referring({ organizationId: capitals(organization.id) })).toBe("FIELD_INVALID");
  });

  it("is no organization's", async () => {
    const id = capitals(organization.id);
    const { organizations } = directory;
    expect(await reasonOf(organizations.getOrganization({ id }, staff))).toBe("ORGANIZATION_NOT_FOUND");
    const renamed = Organization.fromPartial({ id, name: "Other" });
    expect(
      await reasonOf(organizations.updateOrganization({ organization: renamed, updateMask: ["name"] }, staff)),
    ).toBe("ORGANIZATION_NOT_FOUND");
  });

  it("is no record's that could be mapped again", async () => {
    const kind = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
    expect(
      await reasonOf(
        directory.mapping.reprocess(ReprocessRequest.fromPartial({ kind, recordId: capitals(userId) }), staff),
      ),
    ).toBe("SCIM_USER_NOT_FOUND");
  });

  it("is no id that an exact filter finds", async () => {
    const found = async (id: string) =>
      (
        await directory.users.listScimUsers(
          { filter: equal("id", id, true), pageSize: 10, pageToken: "", startIndex: 0, view },
          scim,
        )
      ).totalSize;
    expect([await found(userId), await found(capitals(userId))]).toEqual([1, 0]);
  });
});

describe("a reference in capitals", () => {
  it("is the manager of that id, and reads as it was sent", async () => {
    const sent = capitals(userId);
    const report = await directory.users.createScimUser(
      newUser("bob", { enterprise: { manager: { value: sent } } }),
      scim,
    );
    const [row] = await directory.sql("select manager_ref from scim_user where id = $1", report.id);
    expect(row).toEqual({ manager_ref: userId });
    const found = async (value: string, caseExact: boolean) => {
      const filter = equal("enterprise.manager.value", value, caseExact);
      const request = { filter, pageSize: 10, pageToken: "", startIndex: 0, view };
      return (await directory.users.listScimUsers(request, scim)).scimUsers.map(({ id }) => id);
    };
    expect(report.enterprise?.manager?.value).toBe(sent);
    expect([await found(sent, true), await found(userId, false)]).toEqual([[report.id], [report.id]]);
    expect(await found(userId, true)).toEqual([]);
  });
});
