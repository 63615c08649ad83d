import type { ServiceDefinition } from "@grpc/grpc-js";
import { Connection, ScimRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import { ExtensionSchema } from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { Person } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replace } from "../../test/changes.ts";
import {
  as,
  asService,
  type Directory,
  newGroup,
  newUser,
  reasonOf,
  SERVICES,
  startDirectory,
} from "../../test/directory-service.ts";
import { everythingOf } from "../../test/everything-of.ts";
import { equal } from "../../test/filters.ts";
import { all, mappingAttempts, memberAttempts } from "../../test/mapping-attempts.ts";
import { permissions } from "./permissions.ts";

/**
 * Every method, called by account `thief` with ids of account `acme`: it finds
 * nothing and changes nothing. A method without a row here fails.
 */
let directory: Directory;
const thief = as("thief", "scim", "read", "write", "owner", "administrator");
const victim = as("acme", "scim", "read", "write", "owner", "administrator");
let ids: { user: string; group: string; person: string; organization: string; execution: string; hold: string };

beforeAll(async () => {
  directory = await startDirectory("acme", "thief");
  const user = (await directory.users.createScimUser(newUser("ada", { externalId: "e", displayName: "Ada" }), victim))
    .id;
  const group = (await directory.groups.createScimGroup(newGroup("Staff", user), victim)).id;
  const { organizationId: organization } = await directory.accounts.getAccount({ id: "" }, victim);
  const person = (
    await directory.people.createPerson({ person: { ...NOBODY, name: "Ada", primaryEmail: "ada@example.com" } }, victim)
  ).id;
  const execution = "019a0000-0000-7000-8000-000000000001";
  await directory.sql(
    `insert into execution (account_id, id, kind, record_id, causes, rule_set_revision, outcome, "values", changes, person_id, start_time, duration_us)
     values ('acme', $1, 1, $2, '{created}', 1, 1, '{}', '[]', $3, now(), 1)`,
    execution,
    user,
    person,
  );
  for (const extensionSchema of [SCHEMA, THEIR_SCHEMA])
    await directory.extensionSchemas.createExtensionSchema({ extensionSchema }, victim);
  await directory.connections.recordRequests({ requests: [{ ...REQUEST, recordId: user }] }, asService);
  await directory.accounts.setMemberRole({ accountId: "", personId: person, role: 1 }, victim);
  const hold = "019a0000-0000-7000-8000-000000000002";
  await directory.sql(
    `insert into hold (account_id, id, state, create_time, expire_time, people_disabled, people_enabled, max_people, max_percent)
     values ('acme', $1, 1, now(), now() + interval '7 days', 1, 1, 25, 20)`,
    hold,
  );
  await directory.sql(
    `insert into held_record (account_id, hold_id, scim_user_id, person_id, hold_time, restored)
     values ('acme', $1, $2, $3, now(), false)`,
    hold,
    user,
    person,
  );
  ids = { user, group, person, organization, execution, hold };
});
afterAll(() => directory?.stop());

const NOBODY = Person.fromPartial({});
const SCHEMA = ExtensionSchema.fromPartial({
  urn: "urn:example:scim:2.0:User",
  name: "Ours",
  recordKinds: [1],
  attributes: [{ name: "badge", type: 1 }],
});
const THEIR_SCHEMA = { ...SCHEMA, urn: "urn:example:scim:2.0:Theirs" };
const REQUEST = ScimRequest.fromPartial({
  id: v7(),
  accountId: "acme",
  requestTime: new Date(),
  status: 200,
});
const keys = [1, 2, 3].map((attribute) => ({
  attribute: attribute as 1 | 2 | 3,
  value: ["ada", "e", "Ada"][attribute - 1] ?? "",
}));
const page = { pageSize: 500, pageToken: "", startIndex: 0, view: 2 as const };
const changes = [replace("external_id", "stolen")];

/** What the thief tries, and what it must get: a reason, or an answer without anything of the victim's. */
const attempts: Record<string, Record<string, () => Promise<unknown>>> = {
  accounts: {
    createAccount: async () =>
      refused("SCOPE_MISSING", directory.accounts.createAccount({ account: undefined }, thief)),
    getAccount: async () => refused("ACCOUNT_NOT_FOUND", directory.accounts.getAccount({ id: "acme" }, thief)),
    listAccounts: async () =>
      refused("SCOPE_MISSING", directory.accounts.listAccounts({ pageSize: 0, pageToken: "" }, thief)),
    updateAccount: async () => {
      const account = { ...(await directory.accounts.getAccount({ id: "" }, thief)), id: "acme", version: 0 };
      return refused(
        "ACCOUNT_NOT_FOUND",
        directory.accounts.updateAccount({ account, updateMask: ["display_name"] }, thief),
      );
    },
  },
  connections: {
    getConnection: async () => directory.connections.getConnection({}, thief),
    updateConnection: async () =>
      directory.connections.updateConnection(
        {
          connection: Connection.fromPartial({ provider: 1, putPolicy: 2, createConflictPolicy: 2 }),
          updateMask: ["provider", "put_policy"],
        },
        thief,
      ),
    listRequests: async () => {
      const question = { recordId: "", failed: false, startTime: undefined, endTime: undefined };
      const { requests } = await directory.connections.listRequests(
        { ...page, ...question, recordId: ids.user },
        thief,
      );
      expect(requests).toEqual([]);
      return directory.connections.listRequests({ ...page, ...question }, thief);
    },
    recordRequests: async () =>
      refused("SCOPE_MISSING", directory.connections.recordRequests({ requests: [REQUEST] }, thief)),
  },
  extensionSchemas: {
    createExtensionSchema: async () =>
      directory.extensionSchemas.createExtensionSchema({ extensionSchema: { ...SCHEMA, name: "Mine" } }, thief),
    getExtensionSchema: async () =>
      refused(
        "EXTENSION_SCHEMA_NOT_FOUND",
        directory.extensionSchemas.getExtensionSchema({ urn: THEIR_SCHEMA.urn }, thief),
      ),
    listExtensionSchemas: async () => directory.extensionSchemas.listExtensionSchemas({}, thief),
    updateExtensionSchema: async () =>
      refused(
        "EXTENSION_SCHEMA_NOT_FOUND",
        directory.extensionSchemas.updateExtensionSchema({ extensionSchema: THEIR_SCHEMA }, thief),
      ),
    deleteExtensionSchema: async () =>
      refused(
        "EXTENSION_SCHEMA_NOT_FOUND",
        directory.extensionSchemas.deleteExtensionSchema({ urn: THEIR_SCHEMA.urn }, thief),
      ),
  },
  users: {
    createScimUser: async () => directory.users.createScimUser(newUser("ada", { id: ids.user }), thief),
    batchGetScimUsers: async () => directory.users.batchGetScimUsers({ ids: [ids.user], view: 2 }, thief),
    batchLookupScimUsers: async () => directory.users.batchLookupScimUsers({ keys: keys.slice(1), view: 2 }, thief),
    listScimUsers: async () => {
      for (const filter of [
        equal("id", ids.user, true),
        equal("external_id", "e", true),
        equal("groups.value", ids.group, true),
      ])
        expect(await directory.users.listScimUsers({ ...page, filter }, thief)).toMatchObject({
          scimUsers: [],
          totalSize: 0,
        });
      return directory.users.listScimUsers({ ...page, filter: undefined }, thief);
    },
    updateScimUser: async () =>
      refused(
        "SCIM_USER_NOT_FOUND",
        directory.users.updateScimUser({ id: ids.user, changes, ifVersions: [], requiredAttributes: [] }, thief),
      ),
    replaceScimUser: async () =>
      refused(
        "SCIM_USER_NOT_FOUND",
        directory.users.replaceScimUser(
          { id: ids.user, changes, ifVersions: [], immutableAttributes: [], requiredAttributes: [] },
          thief,
        ),
      ),
    deleteScimUser: async () =>
      refused("SCIM_USER_NOT_FOUND", directory.users.deleteScimUser({ id: ids.user, ifVersions: [] }, thief)),
    hardDeleteScimUser: async () =>
      refused("SCIM_USER_NOT_FOUND", directory.users.hardDeleteScimUser({ id: ids.user }, thief)),
  },
  groups: {
    createScimGroup: async () =>
      refused("MEMBER_NOT_FOUND", directory.groups.createScimGroup(newGroup("Staff", ids.user), thief)),
    batchGetScimGroups: async () => directory.groups.batchGetScimGroups({ ids: [ids.group], view: 2 }, thief),
    batchLookupScimGroups: async () =>
      directory.groups.batchLookupScimGroups({ keys: [{ attribute: 3, value: "Staff" }], view: 2 }, thief),
    listScimGroups: async () => {
      const filter = equal("members.value", ids.user, true);
      expect(await directory.groups.listScimGroups({ ...page, filter }, thief)).toMatchObject({
        scimGroups: [],
        totalSize: 0,
      });
      return directory.groups.listScimGroups({ ...page, filter: undefined }, thief);
    },
    updateScimGroup: async () =>
      refused(
        "SCIM_GROUP_NOT_FOUND",
        directory.groups.updateScimGroup({ id: ids.group, changes, ifVersions: [], requiredAttributes: [] }, thief),
      ),
    replaceScimGroup: async () =>
      refused(
        "SCIM_GROUP_NOT_FOUND",
        directory.groups.replaceScimGroup(
          { id: ids.group, changes, ifVersions: [], immutableAttributes: [], requiredAttributes: [] },
          thief,
        ),
      ),
    deleteScimGroup: async () =>
      refused("SCIM_GROUP_NOT_FOUND", directory.groups.deleteScimGroup({ id: ids.group, ifVersions: [] }, thief)),
    hardDeleteScimGroup: async () =>
      refused("SCIM_GROUP_NOT_FOUND", directory.groups.hardDeleteScimGroup({ id: ids.group }, thief)),
  },
  records: {
    listScimRecords: async () => {
      const all = { view: 2 as const, sort: undefined, filter: undefined };
      return directory.records.listScimRecords({ ...page, scimUsers: all, scimGroups: all }, thief);
    },
  },
  people: {
    getPerson: async () => refused("PERSON_NOT_FOUND", directory.people.getPerson({ id: ids.person }, thief)),
    batchGetPeople: async () => directory.people.batchGetPeople({ ids: [ids.person] }, thief),
    listPeople: async () =>
      directory.people.listPeople({ pageSize: 0, pageToken: "", filter: equal("id", ids.person) }, thief),
    createPerson: async () => {
      const person = { ...NOBODY, name: "x", primaryEmail: "x@example.com" };
      await refused(
        "FIELD_INVALID",
        directory.people.createPerson({ person: { ...person, organizationId: ids.organization } }, thief),
      );
      return refused(
        "FIELD_INVALID",
        directory.people.createPerson({ person: { ...person, managerId: ids.person } }, thief),
      );
    },
    updatePerson: async () =>
      refused(
        "PERSON_NOT_FOUND",
        directory.people.updatePerson(
          { person: { ...NOBODY, id: ids.person, name: "x" }, updateMask: ["name"] },
          thief,
        ),
      ),
  },
  organizations: {
    createOrganization: async () =>
      directory.organizations.createOrganization(
        { organization: { id: ids.organization, version: 0, name: "Staff", disabled: false } },
        thief,
      ),
    getOrganization: async () =>
      refused("ORGANIZATION_NOT_FOUND", directory.organizations.getOrganization({ id: ids.organization }, thief)),
    listOrganizations: async () =>
      directory.organizations.listOrganizations({ filter: undefined, pageSize: 0, pageToken: "" }, thief),
    updateOrganization: async () =>
      refused(
        "ORGANIZATION_NOT_FOUND",
        directory.organizations.updateOrganization(
          {
            organization: { id: ids.organization, version: 0, name: "x", disabled: true },
            updateMask: ["name", "disabled"],
          },
          thief,
        ),
      ),
  },
};

async function refused(reason: string, call: Promise<unknown>): Promise<undefined> {
  expect(await reasonOf(call)).toBe(reason);
}

describe("an account's tokens", () => {
  const methods = (Object.keys(SERVICES) as (keyof typeof SERVICES)[]).flatMap((service) =>
    Object.keys(SERVICES[service]).map((method) => [service, method] as const),
  );

  it.each(methods)("find and change nothing of another account's with %s.%s", async (service, method) => {
    const more: typeof attempts = {
      mapping: mappingAttempts(directory, thief, ids, refused),
      accounts: memberAttempts(directory, thief, ids, refused),
    };
    const attempt = attempts[service]?.[method] ?? more[service]?.[method];
    if (!attempt) throw new Error(`${service}.${method} is not tried.`);
    const before = await everythingOf(directory, "acme");
    const answer = JSON.stringify((await attempt()) ?? "");
    for (const id of Object.values(ids)) expect(answer).not.toContain(id);
    expect(await everythingOf(directory, "acme")).toEqual(before);
  });

  it("are asked for a scope by every method", async () => {
    const nobody = as("acme");
    for (const [service, method] of methods) {
      const { path, requestDeserialize } = (SERVICES[service] as unknown as ServiceDefinition)[method] ?? {};
      const client = directory[service] as unknown as Record<
        string,
        (request: unknown, options: object) => Promise<unknown> | AsyncIterable<unknown>
      >;
      const call = client[method]?.(requestDeserialize?.(Buffer.alloc(0)), nobody) ?? Promise.resolve();
      const answered = "then" in call ? call : all(call);
      expect(await reasonOf(answered), path).toBe("SCOPE_MISSING");
    }
    expect(Object.values(permissions).flatMap((table) => Object.keys(table))).toHaveLength(methods.length);
  });

  it("need an account for everything but accounts", async () => {
    const unbound = as("", "scim", "read", "write", "owner", "administrator");
    expect(await reasonOf(directory.users.batchGetScimUsers({ ids: [], view: 0 }, unbound))).toBe("SCOPE_MISSING");
    expect(
      await reasonOf(directory.people.listPeople({ filter: undefined, pageSize: 0, pageToken: "" }, unbound)),
    ).toBe("SCOPE_MISSING");
  });
});
