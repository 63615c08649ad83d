import { isDeepStrictEqual } from "node:util";
import { LockMode } from "@mikro-orm/core";
import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { PeopleServiceService, Person } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { transaction } from "@rollcall/runtime/database";
import type { Handlers } from "@rollcall/runtime/implement";
import { fieldInvalid } from "@rollcall/runtime/status";
import { v7 as uuid } from "uuid";
import { AccountEntity } from "../domain/account.ts";
import { isBlank } from "../domain/execution-values.ts";
import { OrganizationEntity } from "../domain/organization.ts";
import { PersonEntity } from "../domain/person.ts";
import { PERSON_FIELDS, type PersonValues } from "../domain/person-fields.ts";
import { manualOrigins, mergeOrigins } from "../domain/person-origin.ts";
import { isRecordId } from "../domain/record-id.ts";
import { beforeDisabledChanges } from "../reconcile/brake/by-hand.ts";
import { contractName } from "../reconcile/people/changes.ts";
import { markPersonChange } from "../reconcile/people/mark-person.ts";
import { accountNotFound } from "../storage/accounts.ts";
import { withConstraintErrors } from "../storage/constraint-errors.ts";
import { listDirectory } from "../storage/directory-list.ts";
import { markLastOwners } from "../storage/members.ts";
import {
  isAbove,
  lockManagers,
  PERSON_COLUMNS,
  type PersonRow,
  personNotFound,
  readPeople,
  toPerson,
} from "../storage/people.ts";
import { holdReconcile } from "../storage/reconcile-lock.ts";
import { inTransaction, onPool } from "../storage/statement.ts";
import { checkBatch } from "./batches.ts";
import type { Context } from "./context.ts";
import { maskedFields } from "./update-mask.ts";
import { checkVersion } from "./versions.ts";

/** Handlers of rollcall.directory.v1.PeopleService. */
export function peopleHandlers({ db, pageTokens, scheduleReconcile }: Context): Handlers<PeopleServiceService> {
  const run = onPool(db);
  return {
    async getPerson({ id }, { caller }) {
      const [person] = await readPeople(run, caller.accountId, [id]);
      if (!person) throw personNotFound();
      return person;
    },

    async batchGetPeople({ ids }, { caller }) {
      checkBatch("ids", ids);
      return { people: await readPeople(run, caller.accountId, ids) };
    },

    async listPeople(request, { caller }) {
      const source = { kind: "person", columns: PERSON_COLUMNS } as const;
      const { rows, ...rest } = await listDirectory<PersonRow>(run, source, caller.accountId, request, pageTokens);
      return { people: rows.map(toPerson), ...rest };
    },

    async createPerson({ person: given }, { caller: { accountId, tokenId }, trace: { traceparent } }) {
      const values = valuesOf(required(given), Object.keys(PERSON_FIELDS), "person") as Required<PersonValues>;
      const now = new Date();
      const created = await withConstraintErrors(() =>
        transaction(db, async (tx) => {
          await holdReconcile(inTransaction(tx), accountId);
          const resolved = await resolveReferences(tx, accountId, values);
          const person = tx.create(PersonEntity, {
            ...values,
            ...resolved,
            accountId,
            id: uuid(),
            version: 1,
            source: null,
            sourceId: null,
            origins: manualOrigins(tokenId, fieldsOf(values, isGiven), now),
            createTime: now,
            updateTime: now,
          });
          await tx.flush();
          await markPersonChange(tx, accountId, undefined, person, traceparent);
          return toPerson(person);
        }),
      );
      scheduleReconcile(accountId);
      return created;
    },

    async updatePerson({ person: given, updateMask }, { caller: { accountId, tokenId }, trace: { traceparent } }) {
      const wanted = required(given);
      const fields = maskedFields(updateMask, Object.keys(PERSON_FIELDS));
      const values = valuesOf(wanted, fields, "person");
      const updated = await withConstraintErrors(() =>
        transaction(db, async (tx) => {
          await holdReconcile(inTransaction(tx), accountId);
          if (values.managerId) await lockManagers(inTransaction(tx), accountId);
          const person = await lockPerson(tx, accountId, wanted.id);
          checkVersion(person.version, wanted.version === 0 ? [] : [wanted.version]);
          const next = { ...values, ...(await resolveReferences(tx, accountId, values)) };
          if (next.managerId && (await isAbove(inTransaction(tx), accountId, person.id, next.managerId)))
            throw fieldInvalid([{ field: "person.manager_id", description: "must not report to the person." }]);
          const changed = fieldsOf(next, (value, key) => !isDeepStrictEqual(value, person[key]));
          const before = { ...person };
          const letGo: string[] = [];
          if (changed.length > 0) {
            const now = new Date();
            if (changed.includes("disabled"))
              letGo.push(
                ...(await beforeDisabledChanges(tx, accountId, person.id, { disabled: next.disabled === true, now })),
              );
            const origins = mergeOrigins(person.origins, changed, manualOrigins(tokenId, changed, now));
            tx.assign(person, { ...next, origins, version: person.version + 1, updateTime: now });
          }
          await tx.flush();
          await markPersonChange(tx, accountId, before, person, traceparent, letGo);
          if (before.disabled && !person.disabled)
            await markLastOwners(inTransaction(tx), accountId, [person.id], traceparent);
          return toPerson(person);
        }),
      );
      scheduleReconcile(accountId);
      return updated;
    },
  };
}

function required(person: Person | undefined): Person {
  if (!person) throw fieldInvalid([{ field: "person", description: "must be given." }]);
  return person;
}

/** The values of the named fields. Throws FIELD_INVALID with everything that is wrong with them. */
function valuesOf(person: Person, fields: string[], prefix: string): PersonValues {
  const chosen = fields.flatMap((name) => PERSON_FIELDS[name] ?? []);
  const violations = chosen.flatMap(({ faults }) => faults(person));
  if (violations.length > 0)
    throw fieldInvalid(violations.map(({ field, description }) => ({ field: `${prefix}.${field}`, description })));
  return Object.assign({}, ...chosen.map(({ values }) => values(person)));
}

/** The contract fields of those values that a test holds for. */
function fieldsOf(values: PersonValues, test: (value: unknown, key: keyof PersonValues) => boolean): string[] {
  return Object.entries(values)
    .filter(([key, value]) => test(value, key as keyof PersonValues))
    .map(([key]) => contractName(key))
    .filter((field) => Object.hasOwn(PERSON_FIELDS, field));
}

/** Whether a caller gave a new person the value: what everybody has at first is not told from nothing. */
function isGiven(value: unknown): boolean {
  return value !== false && !isBlank(value);
}

/** References as they are stored: "" for the organization is the account's own, and all must exist in the account. */
async function resolveReferences(tx: SqlEntityManager, accountId: string, values: PersonValues): Promise<PersonValues> {
  const { organizationId, managerId } = values;
  const resolved: PersonValues = {};
  if (organizationId === "") resolved.organizationId = await ownOrganizationId(tx, accountId);
  else if (organizationId && !(await exists(tx, OrganizationEntity, accountId, organizationId)))
    throw fieldInvalid([{ field: "person.organization_id", description: "is no organization of the account." }]);
  if (managerId && !(await exists(tx, PersonEntity, accountId, managerId)))
    throw fieldInvalid([{ field: "person.manager_id", description: "is no person of the account." }]);
  return resolved;
}

async function exists(
  tx: SqlEntityManager,
  entity: typeof PersonEntity | typeof OrganizationEntity,
  accountId: string,
  id: string,
): Promise<boolean> {
  return isRecordId(id) && (await tx.count(entity as typeof PersonEntity, { accountId, id })) > 0;
}

async function ownOrganizationId(tx: SqlEntityManager, accountId: string): Promise<string> {
  const account = await tx.findOne(AccountEntity, { accountId });
  if (!account) throw accountNotFound();
  return account.organizationId;
}

async function lockPerson(tx: SqlEntityManager, accountId: string, id: string): Promise<PersonEntity> {
  const person =
    isRecordId(id) && (await tx.findOne(PersonEntity, { accountId, id }, { lockMode: LockMode.PESSIMISTIC_WRITE }));
  if (!person) throw personNotFound();
  return person;
}
