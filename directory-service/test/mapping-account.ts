import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { Account } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { Organization } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { Person } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { ScimGroup } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { ScimUser } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_user_service";
import type { Database } from "@rollcall/runtime/database";
import { reconcileBatch } from "../src/reconcile/batch.ts";
import { LIVE } from "../src/reconcile/mode.ts";
import { add, remove, replace } from "./changes.ts";
import { as, asOperator, type Directory, logger } from "./directory-service.ts";
import { equal } from "./filters.ts";
import type { GroupValues, Reconcile, Step, UserValues } from "./mapping-history.ts";

/** What a client or somebody by hand may be told: it is taken, gone, or not there yet. */
const REFUSALS = /USER_NAME_TAKEN|DISPLAY_NAME_TAKEN|NAME_TAKEN|EMAIL_TAKEN|NOT_FOUND|VALUE_TAKEN/;
const MOST_BATCHES = 400;

/** The SCIM user that is always the last candidate as manager. */
export const ROOT_ID = idOf("user", 99, 0);

/** An account to which a history happens. */
export interface MappingAccount {
  id: string;
  take(step: Step): Promise<void>;
  /** Maps until nothing waits. Throws where there is no end to it. */
  settle(): Promise<void>;
}

/** Makes an account with rules that everything is mapped by until a history publishes others. */
export async function createMappingAccount(directory: Directory, db: Database, id: string): Promise<MappingAccount> {
  await directory.accounts.createAccount(
    { account: Account.fromPartial({ id, displayName: id, environment: 1 }) },
    asOperator,
  );
  const [scim, owner] = [as(id, "scim"), as(id, "owner", "administrator", "write", "read")];
  // How often each was removed: the next one is another.
  const lives = new Map<string, number>();
  const current = (kind: "user" | "group", number: number) => idOf(kind, number, lives.get(`${kind} ${number}`) ?? 0);
  const end = (kind: "user" | "group", number: number) =>
    lives.set(`${kind} ${number}`, (lives.get(`${kind} ${number}`) ?? 0) + 1);
  const organizations = new Map<number, string>();
  const people = new Map<number, string>();

  await directory.users.createScimUser({ id: ROOT_ID, scimUser: ScimUser.fromPartial(ROOT) }, scim);

  async function writeUser(number: number, values: UserValues): Promise<void> {
    const userId = current("user", number);
    const attributes = {
      displayName: values.displayName,
      title: values.title,
      userType: values.userType,
      emails: [{ value: values.email, primary: true }],
      nickName: current("user", values.deputy),
      enterprise: {
        organization: values.organization,
        department: values.department,
        division: organizations.get(values.division) ?? idOf("group", 98, 0),
        costCenter: people.get(values.chief) ?? idOf("group", 97, 0),
        manager: { value: current("user", values.manager) },
      },
    };
    if ((await directory.sql("select from scim_user where account_id = $1 and id = $2", id, userId)).length === 0) {
      const scimUser = ScimUser.fromPartial({ ...attributes, userName: `login${number}`, active: true });
      await directory.users.createScimUser({ id: userId, scimUser }, scim);
      return;
    }
    const { enterprise, displayName, userType, nickName, title, emails } = attributes;
    const changes = [
      replace("display_name", displayName),
      replace("title", title),
      replace("user_type", userType),
      replace("nick_name", nickName),
      replace("emails", emails),
      replace("enterprise.organization", enterprise.organization),
      replace("enterprise.department", enterprise.department),
      replace("enterprise.division", enterprise.division),
      replace("enterprise.cost_center", enterprise.costCenter),
      replace("enterprise.manager", enterprise.manager),
    ];
    await updateUser(userId, changes);
  }

  async function updateUser(userId: string, changes: ReturnType<typeof replace>[]): Promise<void> {
    await directory.users.updateScimUser({ id: userId, changes, ifVersions: [], requiredAttributes: [] }, scim);
  }

  async function writeGroup(number: number, { displayName, externalId, groupType }: GroupValues): Promise<void> {
    const groupId = current("group", number);
    if ((await directory.sql("select from scim_group where account_id = $1 and id = $2", id, groupId)).length === 0) {
      const scimGroup = ScimGroup.fromPartial({ displayName, externalId, groupType });
      await directory.groups.createScimGroup({ id: groupId, scimGroup }, scim);
      return;
    }
    await updateGroup(groupId, [
      replace("display_name", displayName),
      replace("external_id", externalId),
      replace("group_type", groupType),
    ]);
  }

  async function updateGroup(groupId: string, changes: ReturnType<typeof replace>[]): Promise<void> {
    await directory.groups.updateScimGroup({ id: groupId, changes, ifVersions: [], requiredAttributes: [] }, scim);
  }

  async function writeOrganization(number: number, name: string, disabled: boolean): Promise<void> {
    const known = organizations.get(number);
    const organization = Organization.fromPartial({ id: known ?? "", name, disabled });
    if (known) {
      await directory.organizations.updateOrganization({ organization, updateMask: ["name", "disabled"] }, owner);
      return;
    }
    organizations.set(number, (await directory.organizations.createOrganization({ organization }, owner)).id);
  }

  async function writePerson(number: number, email: string, disabled: boolean): Promise<void> {
    const known = people.get(number);
    const person = Person.fromPartial({ id: known ?? "", name: "By hand", primaryEmail: email, disabled });
    if (!known) {
      people.set(number, (await directory.people.createPerson({ person }, owner)).id);
      return;
    }
    // Of others the fields are the rules': what somebody enters lasts until the next run.
    const linked = "select from scim_user_mapping where account_id = $1 and person_id = $2";
    if ((await directory.sql(linked, id, known)).length > 0) return;
    await directory.people.updatePerson({ person, updateMask: ["primary_email", "disabled"] }, owner);
  }

  async function publish(kind: 1 | 2, rules: Rule[]): Promise<void> {
    const { revision: baseRevision } = await directory.mapping.getRuleSet({ kind }, owner);
    const request = { kind, content: { $case: "rules" as const, value: { rules } }, version: 0, baseRevision };
    const draft = await directory.mapping.saveDraft(request, owner);
    await directory.mapping.publishRuleSet({ kind, version: draft.version, note: "" }, owner);
  }

  async function reconcile({ sizes, aborted, meanwhile }: Reconcile): Promise<void> {
    const batches = async () => {
      for (const [index, batchSize] of sizes.entries()) {
        const isLast = index === sizes.length - 1;
        await reconcileBatch(aborted && isLast ? killed(db) : db, id, logger, { ...LIVE, batchSize }).catch(isKill);
      }
    };
    await Promise.all([batches(), meanwhile && take(meanwhile)]);
  }

  async function take(step: Step): Promise<void> {
    try {
      await doStep(step);
    } catch (error) {
      if (!REFUSALS.test((error as { reason?: string }).reason ?? "")) throw error;
    }
  }

  async function doStep(step: Step): Promise<unknown> {
    switch (step.do) {
      case "user":
        return writeUser(step.user, step);
      case "active":
        return updateUser(current("user", step.user), [replace("active", step.active)]);
      case "delete user": {
        const request = { id: current("user", step.user), ifVersions: [] };
        await (step.hard
          ? directory.users.hardDeleteScimUser(request, owner)
          : directory.users.deleteScimUser(request, scim));
        return end("user", step.user);
      }
      case "group":
        return writeGroup(step.group, step);
      case "members":
        return updateGroup(current("group", step.group), [
          ...step.remove.map((user) =>
            remove("members", undefined, { element: equal("value", current("user", user)) }),
          ),
          ...(await existing(step.add)).map((value) => add("members", [{ value }])),
        ]);
      case "delete group": {
        const request = { id: current("group", step.group), ifVersions: [] };
        await (step.hard
          ? directory.groups.hardDeleteScimGroup(request, owner)
          : directory.groups.deleteScimGroup(request, scim));
        return end("group", step.group);
      }
      case "organization":
        return writeOrganization(step.organization, step.name, step.disabled);
      case "person":
        return writePerson(step.person, step.email, step.disabled);
      case "publish":
        return publish(step.kind, step.rules);
      case "reconcile":
        return reconcile(step);
    }
  }

  async function existing(users: number[]): Promise<string[]> {
    const ids = users.map((number) => current("user", number));
    const rows = await directory.sql(
      "select id from scim_user where account_id = $1 and id = any($2::uuid[]) and delete_time is null order by id",
      id,
      ids,
    );
    return rows.map((row) => row["id"] as string);
  }

  async function settle(): Promise<void> {
    for (let batches = 0; batches < MOST_BATCHES; batches++)
      if ((await reconcileBatch(db, id, logger)) === 0) return checkFaults();
    throw new Error(`Something still waits after ${MOST_BATCHES} batches.`);
  }

  /** What only a fault of this program can lead to. */
  async function checkFaults(): Promise<void> {
    const faults = await directory.sql(
      `select record_id, error from execution
       where account_id = $1 and (error like '%fault of the server%' or error like 'The database refused%')`,
      id,
    );
    if (faults.length > 0) throw new Error(JSON.stringify(faults));
  }

  return { id, take, settle };
}

const ROOT = {
  userName: "root",
  displayName: "Root",
  title: "Root",
  userType: "staff",
  active: true,
  emails: [{ value: "root@example.com", primary: true }],
  enterprise: { organization: "Root", department: "Root" },
};

/** Ids are the same in every account, so that two can be compared. */
export function idOf(kind: "user" | "group", number: number, life: number): string {
  const digits = (value: number) => String(value).padStart(2, "0");
  return `00000000-0000-4000-8000-00${kind === "user" ? "00" : "11"}${digits(0)}${digits(life)}${digits(number)}00`;
}

/** A database whose transactions are taken back at their end, as when the process is killed before the commit. */
function killed(db: Database): Database {
  const em = () => {
    const real = db.em();
    const transactional = (work: (tx: SqlEntityManager) => Promise<unknown>) =>
      real.transactional(async (tx) => {
        await work(tx as SqlEntityManager);
        throw Object.assign(new Error("killed"), { code: KILLED });
      });
    return new Proxy(real, { get: (on, key) => (key === "transactional" ? transactional : Reflect.get(on, key)) });
  };
  return { ...db, em } as Database;
}

// Admin shutdown: what a process meets that is killed.
const KILLED = "57P01";

function isKill(error: unknown): void {
  if ((error as { code?: string }).code !== KILLED) throw error;
}
