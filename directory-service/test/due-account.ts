import { Account } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import type { NamedExpression, Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { type DeepPartial, Organization } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { Person } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ScimGroup } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import { add, remove, replace } from "./changes.ts";
import { as, asOperator, type Directory } from "./directory-service.ts";
import { equal } from "./filters.ts";

/** An account, and what clients and people do to it over gRPC. Nothing is mapped by itself. */
export type DueAccount = Awaited<ReturnType<typeof createDueAccount>>;

const write = { ifVersions: [], requiredAttributes: [] };

/** Makes an account to see in it which records are due. */
export async function createDueAccount(directory: Directory, id: string) {
  const [scim, owner] = [as(id, "scim"), as(id, "owner", "administrator", "read", "write")];
  const settle = () => directory.reconcile(id);
  await directory.accounts.createAccount(
    { account: Account.fromPartial({ id, displayName: id, environment: 1 }) },
    asOperator,
  );
  const account = {
    id,
    owner,
    settle,

    /** A SCIM user with an e-mail by its name. */
    async user(name: string, attributes: DeepPartial<ScimUser> = {}): Promise<string> {
      const userName = `${name}@x.example`;
      const scimUser = ScimUser.fromPartial({ displayName: name, active: true, userName, ...attributes });
      return (await directory.users.createScimUser({ id: "", scimUser }, scim)).id;
    },
    changeUser: (userId: string, path: string, value: unknown) =>
      directory.users.updateScimUser({ id: userId, changes: [replace(path, value)], ...write }, scim),
    deleteUser: (userId: string) => directory.users.deleteScimUser({ id: userId, ifVersions: [] }, scim),
    removeUser: (userId: string) => directory.users.hardDeleteScimUser({ id: userId }, owner),

    async group(displayName: string, members: string[] = [], attributes: DeepPartial<ScimGroup> = {}): Promise<string> {
      const scimGroup = ScimGroup.fromPartial({
        ...attributes,
        displayName,
        members: members.map((value) => ({ value })),
      });
      return (await directory.groups.createScimGroup({ id: "", scimGroup }, scim)).id;
    },
    changeGroup: (groupId: string, path: string, value: unknown) =>
      directory.groups.updateScimGroup({ id: groupId, changes: [replace(path, value)], ...write }, scim),
    changeMembers: (groupId: string, added: string[], removed: string[] = []) =>
      directory.groups.updateScimGroup(
        {
          id: groupId,
          changes: [
            ...removed.map((value) => remove("members", undefined, { element: equal("value", value) })),
            ...added.map((value) => add("members", [{ value }])),
          ],
          ...write,
        },
        scim,
      ),
    deleteGroup: (groupId: string) => directory.groups.deleteScimGroup({ id: groupId, ifVersions: [] }, scim),

    async organization(name: string, disabled = false): Promise<string> {
      const organization = Organization.fromPartial({ name, disabled });
      return (await directory.organizations.createOrganization({ organization }, owner)).id;
    },
    changeOrganization: (organizationId: string, to: { name?: string; disabled?: boolean }) =>
      directory.organizations.updateOrganization(
        { organization: Organization.fromPartial({ id: organizationId, ...to }), updateMask: Object.keys(to) },
        owner,
      ),
    async nameOf(organizationId: string): Promise<string> {
      return (await directory.organizations.getOrganization({ id: organizationId }, owner)).name;
    },

    /** Somebody made by hand. */
    async person(primaryEmail: string): Promise<string> {
      const person = Person.fromPartial({ name: "By hand", primaryEmail });
      return (await directory.people.createPerson({ person }, owner)).id;
    },
    changePerson: (personId: string, to: DeepPartial<Person>, ...updateMask: string[]) =>
      directory.people.updatePerson({ person: Person.fromPartial({ id: personId, ...to }), updateMask }, owner),

    /** Publishes rules and maps everything by them. */
    async publish(kind: 1 | 2, rules: Rule[]): Promise<void> {
      const { revision: baseRevision } = await directory.mapping.getRuleSet({ kind }, owner);
      const request = { kind, content: { $case: "rules" as const, value: { rules } }, version: 0, baseRevision };
      const { version } = await directory.mapping.saveDraft(request, owner);
      await directory.mapping.publishRuleSet({ kind, version, note: "" }, owner);
      await settle();
    },

    /** The records that run after what was done, by name, with the causes of each run. */
    async ran(...work: Promise<unknown>[]): Promise<Record<string, string[]>> {
      await Promise.all(work);
      const [last] = await directory.sql("select max(id::text) as id from execution where account_id = $1", id);
      await settle();
      const rows = await directory.sql(
        `select e.causes, coalesce(u.attributes ->> 'displayName', g.attributes ->> 'displayName') as name
         from execution e left join scim_user u on u.account_id = e.account_id and u.id = e.record_id
         left join scim_group g on g.account_id = e.account_id and g.id = e.record_id
         where e.account_id = $1 and e.id::text > coalesce($2, '') order by name, e.id`,
        id,
        last?.["id"],
      );
      const runs = Map.groupBy(rows, (row) => row["name"] as string);
      return Object.fromEntries(
        Array.from(runs, ([name, own]) => [name, own.map((row) => (row["causes"] as string[]).join("+"))]),
      );
    },

    /** A record's latest run. */
    async lastRun(recordId: string): Promise<Record<string, unknown>> {
      const [latest] = await directory.sql(
        "select * from execution where account_id = $1 and record_id = $2 order by id desc limit 1",
        id,
        recordId,
      );
      return latest ?? {};
    },

    /** The person of a SCIM user with its organization by name and its manager by SCIM user; {} where it has none. */
    async personOf(userId: string): Promise<Record<string, unknown>> {
      const [row] = await directory.sql(
        `select p.*, o.name as organization, boss.scim_user_id as manager from scim_user_mapping m
         join person p on p.account_id = m.account_id and p.id = m.person_id
         join organization o on o.account_id = p.account_id and o.id = p.organization_id
         left join scim_user_mapping boss on boss.account_id = p.account_id and boss.person_id = p.manager_id
         where m.account_id = $1 and m.scim_user_id = $2`,
        id,
        userId,
      );
      return row ?? {};
    },
  };
  return account;
}

/** Rules with other expressions for some fields. */
export function withFields(rules: Rule[], fields: Record<string, string>): Rule[] {
  const replaced = (each: NamedExpression) => ({ ...each, expression: fields[each.name] ?? each.expression });
  return rules.map((rule) => ({ ...rule, set: rule.set.map(replaced) }));
}
