import { status } from "@grpc/grpc-js";
import type { Person } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { StatusError } from "@rollcall/runtime/status";
import type { PersonEntity } from "../domain/person.ts";
import { isRecordId } from "../domain/record-id.ts";
import type { Run, Statement } from "./statement.ts";

/** A person as selected: the entity, with times and version as the driver gives them. */
export type PersonRow = Omit<
  PersonEntity,
  "accountId" | "primaryEmailKey" | "version" | "origins" | "createTime" | "updateTime"
> & {
  version: number | string;
  createTime: Date | string;
  updateTime: Date | string;
};

/** The columns of a PersonRow, of row `r`. */
export const PERSON_COLUMNS = `r.id, r.version, r.name, r.primary_email as "primaryEmail", r.organization_id as "organizationId",
  r.manager_id as "managerId", r.job_title as "jobTitle", r.location, r.employee_id as "employeeId", r.support_id as "supportId",
  r.cost_center as "costCenter", r.vip, r.disabled, r.locale, r.preferred_language as "preferredLanguage",
  r.time_zone as "timeZone", r.contacts, r.addresses, r.source, r.source_id as "sourceId",
  r.create_time as "createTime", r.update_time as "updateTime"`;

/** The people that exist among `ids`, in no particular order. */
export async function readPeople(run: Run, accountId: string, ids: readonly string[]): Promise<Person[]> {
  const known = ids.filter(isRecordId);
  return known.length === 0 ? [] : (await run<PersonRow>(READ, [accountId, known])).map(toPerson);
}

const READ: Statement = {
  name: "read_people",
  text: `select ${PERSON_COLUMNS} from person r where r.account_id = $1 and r.id = any($2::uuid[])`,
};

/**
 * Makes other transactions of the account that want to change managers wait
 * until this one commits: two at once could close a circle that neither sees.
 * Before the lock of a person, whom the other may want as the manager.
 */
export async function lockManagers(run: Run, accountId: string): Promise<void> {
  await run(LOCK_MANAGERS, [accountId]);
}

const LOCK_MANAGERS: Statement = {
  name: "lock_managers",
  text: "select pg_advisory_xact_lock(hashtextextended('rollcall.manager ' || $1, 0))",
};

/** Whether a person stands above another, however far up, or is the same. Needs the lock on managers. */
export async function isAbove(run: Run, accountId: string, personId: string, otherId: string): Promise<boolean> {
  return (await run(FIND_ABOVE, [accountId, personId, otherId])).length > 0;
}

const FIND_ABOVE: Statement = {
  name: "find_person_above",
  text: `with recursive chain(id) as (
  select $3::uuid
  union
  select p.manager_id from chain join person p on p.account_id = $1 and p.id = chain.id where p.manager_id is not null
)
select id from chain where id = $2`,
};

/** A row or an entity as a message. */
export function toPerson(row: PersonRow): Person {
  return {
    id: row.id,
    version: Number(row.version),
    createTime: new Date(row.createTime),
    updateTime: new Date(row.updateTime),
    name: row.name,
    primaryEmail: row.primaryEmail,
    organizationId: row.organizationId,
    managerId: row.managerId ?? "",
    jobTitle: row.jobTitle ?? "",
    location: row.location ?? "",
    employeeId: row.employeeId ?? "",
    supportId: row.supportId ?? "",
    costCenter: row.costCenter ?? "",
    vip: row.vip,
    disabled: row.disabled,
    locale: row.locale ?? "",
    preferredLanguage: row.preferredLanguage ?? "",
    timeZone: row.timeZone ?? "",
    contacts: row.contacts,
    addresses: row.addresses,
    source: row.source ?? "",
    sourceId: row.sourceId ?? "",
  };
}

/** Answers for an id that is unknown or another account's, without telling which. */
export function personNotFound(): StatusError {
  return new StatusError(status.NOT_FOUND, "PERSON_NOT_FOUND", "There is no such person.");
}
