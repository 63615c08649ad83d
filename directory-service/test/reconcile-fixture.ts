import { type Database, openDatabase, transaction } from "@rollcall/runtime/database";
import { createLogger } from "@rollcall/runtime/log";
import { v7 } from "uuid";
import { createTestDatabase } from "../../test/database.ts";
import { foldCase } from "../src/domain/fold-case.ts";
import { migrations } from "../src/migrations.ts";
import { reconcileBatch } from "../src/reconcile/batch.ts";
import { markOrganizationChange } from "../src/reconcile/mark-organization.ts";
import { markPersonChange } from "../src/reconcile/people/mark-person.ts";
import { holdReconcile } from "../src/storage/reconcile-lock.ts";
import { installDefaultRuleSets } from "../src/storage/rule-sets.ts";
import { scimUserColumns } from "../src/storage/scim-users.ts";
import { inTransaction } from "../src/storage/statement.ts";

/** A directory on real PostgreSQL with one account, and what clients and people do to it. */
export interface Fixture {
  db: Database;
  url: string;
  accountId: string;
  /** The account's own organization. */
  organizationId: string;
  /** Stores a SCIM user and marks it. */
  addUser(attributes: Record<string, unknown>): Promise<string>;
  /** Changes a SCIM user's attributes and marks it; undefined removes one. */
  changeUser(id: string, attributes: Record<string, unknown>): Promise<void>;
  deleteUser(id: string): Promise<void>;
  addGroup(displayName: string, members?: string[]): Promise<string>;
  removeMember(groupId: string, userId: string): Promise<void>;
  renameGroup(id: string, displayName: string): Promise<void>;
  deleteGroup(id: string): Promise<void>;
  addOrganization(name: string, disabled?: boolean): Promise<string>;
  /** As an administrator does, with the marks that belong to it. */
  changeOrganization(id: string, change: { name?: string; disabled?: boolean }): Promise<void>;
  addPerson(person: { name: string; primaryEmail: string; disabled?: boolean; managerId?: string }): Promise<string>;
  /** Gives a person another e-mail, as an administrator does, with the marks that belong to it. */
  changeEmail(personId: string, primaryEmail: string): Promise<void>;
  mark(kind: 1 | 2, id: string, cause?: string): Promise<void>;
  /** Maps until nothing waits. */
  reconcile(): Promise<void>;
  /** The person that a SCIM user is linked to. */
  personOf(userId: string): Promise<Row | undefined>;
  /** The latest execution of a record. */
  executionOf(recordId: string): Promise<Row>;
  rows(text: string, ...values: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** A row of whatever a test selects. */
// biome-ignore lint/suspicious/noExplicitAny: tests know what they select
export type Row = Record<string, any>;

/** A logger that says nothing. */
export const logger = createLogger("test", "silent");

/** Makes a directory of its own database. `close` removes it. */
export async function createFixture(): Promise<Fixture> {
  const { url, drop } = await createTestDatabase("directory");
  const db = await openDatabase({ url, entities: [], migrations, migrateCommand: "migrate" });
  const accountId = `test-${v7()}`;
  const organizationId = v7();
  const rows = async (text: string, ...values: unknown[]): Promise<Row[]> => (await db.pool.query(text, values)).rows;

  await rows(
    `with a as (insert into account values ($1, 1, 'Widget', 1, null, $2, 'en-US', 'Etc/UTC', now(), now()))
     insert into organization values ($1, $2, 1, 'Widget', 'widget', false, now(), now())`,
    accountId,
    organizationId,
  );
  await transaction(db, (tx) => installDefaultRuleSets(tx, accountId, new Date()));

  const mark: Fixture["mark"] = async (kind, id, cause = "updated") => {
    await rows(
      `insert into dirty_record as d (account_id, kind, record_id, causes) values ($1, $2, $3, array[$4])
       on conflict (account_id, kind, record_id) do update set generation = d.generation + 1`,
      accountId,
      kind,
      id,
      cause,
    );
  };
  const storeAttributes = async (id: string, attributes: Record<string, unknown>) => {
    const { userNameKey, organizationKey, managerRef } = scimUserColumns(attributes);
    await rows(
      `update scim_user set version = version + 1, attributes = $2, user_name_key = $3, organization_key = $4,
         manager_ref = $5 where id = $1`,
      id,
      attributes,
      userNameKey,
      organizationKey,
      managerRef,
    );
    await mark(1, id);
  };

  return {
    db,
    url,
    accountId,
    organizationId,
    rows,
    mark,
    async addUser(attributes) {
      const id = v7();
      await rows(
        `insert into scim_user (account_id, id, user_name_key, attributes, create_time, update_time, provision_time)
         values ($1, $2, $3, '{}', now(), now(), now())`,
        accountId,
        id,
        id,
      );
      await storeAttributes(id, attributes);
      return id;
    },
    async changeUser(id, changes) {
      const [user] = await rows("select attributes from scim_user where id = $1", id);
      await storeAttributes(id, { ...user?.["attributes"], ...changes });
    },
    async deleteUser(id) {
      await rows("update scim_user set version = version + 1, delete_time = now() where id = $1", id);
      await mark(1, id);
    },
    async addGroup(displayName, members = []) {
      const id = v7();
      await rows(
        `insert into scim_group (account_id, id, display_name_key, attributes, create_time, update_time, provision_time)
         values ($1, $2, $3, $4, now(), now(), now())`,
        accountId,
        id,
        foldCase(displayName),
        { displayName },
      );
      for (const member of members)
        await rows("insert into scim_group_member values ($1, $2, $3, 1, clock_timestamp())", accountId, id, member);
      await mark(2, id);
      return id;
    },
    async removeMember(groupId, userId) {
      await rows("delete from scim_group_member where group_id = $1 and member_id = $2", groupId, userId);
      await mark(1, userId, "member_removed");
    },
    async renameGroup(id, displayName) {
      await rows(
        "update scim_group set attributes = $2, display_name_key = $3 where id = $1",
        id,
        { displayName },
        foldCase(displayName),
      );
      await mark(2, id);
    },
    async deleteGroup(id) {
      await rows("update scim_group set delete_time = now() where id = $1", id);
      await mark(2, id);
    },
    async addOrganization(name, disabled = false) {
      const id = v7();
      const key = foldCase(name);
      await rows(
        "insert into organization values ($1, $2, 1, $3, $4, $5, now(), now())",
        accountId,
        id,
        name,
        key,
        disabled,
      );
      return id;
    },
    async changeOrganization(id, change) {
      await transaction(db, async (tx) => {
        await holdReconcile(inTransaction(tx), accountId);
        const [before] = await rows("select id, name, disabled from organization where id = $1", id);
        const after = { id, name: before?.["name"], disabled: before?.["disabled"], ...change };
        await inTransaction(tx)(
          { name: "", text: "update organization set name = $2, name_key = $3, disabled = $4 where id = $1" },
          [id, after.name, foldCase(after.name), after.disabled],
        );
        await markOrganizationChange(tx, accountId, before as typeof after, after, undefined);
      });
    },
    async addPerson({ name, primaryEmail, disabled = false, managerId = null }: Row) {
      const id = v7();
      await rows(
        `insert into person (account_id, id, name, primary_email, primary_email_key, organization_id, manager_id, disabled,
           create_time, update_time) values ($1, $2, $3, $4, $5, $6, $7, $8, now(), now())`,
        accountId,
        id,
        name,
        primaryEmail,
        foldCase(primaryEmail),
        organizationId,
        managerId,
        disabled,
      );
      return id;
    },
    async changeEmail(personId, primaryEmail) {
      await transaction(db, async (tx) => {
        await holdReconcile(inTransaction(tx), accountId);
        const [person] = await rows("select primary_email, disabled from person where id = $1", personId);
        const before = { id: personId, primaryEmail: person?.["primary_email"], disabled: person?.["disabled"] };
        await inTransaction(tx)(
          { name: "", text: "update person set primary_email = $2, primary_email_key = $3 where id = $1" },
          [personId, primaryEmail, foldCase(primaryEmail)],
        );
        await markPersonChange(tx, accountId, before, { ...before, primaryEmail }, undefined);
      });
    },
    async reconcile() {
      while ((await reconcileBatch(db, accountId, logger)) > 0);
    },
    async personOf(userId) {
      const [person] = await rows(
        "select p.* from person p join scim_user_mapping m on m.person_id = p.id where m.scim_user_id = $1",
        userId,
      );
      return person;
    },
    async executionOf(recordId) {
      const [execution] = await rows("select * from execution where record_id = $1 order by id desc limit 1", recordId);
      if (!execution) throw new Error(`no execution of ${recordId}`);
      return execution;
    },
    async close() {
      await db.close();
      await drop();
    },
  };
}
