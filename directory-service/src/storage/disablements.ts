import type { PersonOrigin } from "../domain/person-origin.ts";
import type { Run, Statement } from "./statement.ts";

/** Whom rules have disabled: what the brake counts. */
export interface Disablement {
  personId: string;
  scimUserId: string;
  traceparent: string | null;
}

/** Stores whom rules disable now, and forgets what is from before `since`. */
export async function recordDisablements(
  run: Run,
  accountId: string,
  disablements: readonly Disablement[],
  { now, since }: { now: Date; since: Date },
): Promise<void> {
  await run(RECORD, [accountId, JSON.stringify(disablements), now, since]);
}

const RECORD: Statement = {
  name: "record_disablements",
  text: `with outdated as (delete from disablement where account_id = $1 and disable_time <= $4)
    insert into disablement (account_id, person_id, scim_user_id, disable_time, traceparent)
    select $1, "personId", "scimUserId", $3, traceparent
    from jsonb_to_recordset($2::jsonb) as r ("personId" uuid, "scimUserId" uuid, traceparent text)
    on conflict (account_id, person_id) do update set scim_user_id = excluded.scim_user_id,
      disable_time = excluded.disable_time, traceparent = excluded.traceparent`,
};

/** Forgets that rules disabled these people: they are enabled again, or somebody disables them by hand. */
export async function forgetDisablements(run: Run, accountId: string, personIds: readonly string[]): Promise<void> {
  if (personIds.length > 0) await run(FORGET, [accountId, personIds]);
}

const FORGET: Statement = {
  name: "forget_disablements",
  text: "delete from disablement where account_id = $1 and person_id = any($2::uuid[])",
};

// Those who are still disabled, by the SCIM user that they are linked to now.
const DISABLED = `from disablement d
  join person p on p.account_id = d.account_id and p.id = d.person_id and p.disabled
  join scim_user_mapping m on m.account_id = d.account_id and m.person_id = d.person_id
  where d.account_id = $1 and d.disable_time > $2`;

/** How many people rules have disabled after `since` who still are. */
export async function countDisablements(run: Run, accountId: string, since: Date): Promise<number> {
  const [row] = await run<{ people: number }>(COUNT, [accountId, since]);
  return row?.people ?? 0;
}

const COUNT: Statement = { name: "count_disablements", text: `select count(*)::float8 as people ${DISABLED}` };

/** A person whom rules have disabled, as far as enabling it again takes. */
export interface DisabledPerson extends Disablement {
  organizationId: string;
  origins: PersonOrigin[];
}

/** Everybody whom rules have disabled after `since` and who still is, locked. Nothing is counted any more then. */
export async function takeDisablements(run: Run, accountId: string, since: Date): Promise<DisabledPerson[]> {
  const people = await run<DisabledPerson & Record<string, unknown>>(LOCK, [accountId, since]);
  await run(FORGET_ALL, [accountId]);
  return people;
}

const LOCK: Statement = {
  name: "lock_disabled_people",
  text: `select p.id as "personId", m.scim_user_id as "scimUserId", d.traceparent, p.organization_id as "organizationId",
      p.origins ${DISABLED} order by p.id for no key update of p`,
};

const FORGET_ALL: Statement = {
  name: "forget_all_disablements",
  text: "delete from disablement where account_id = $1",
};

/** Enables people again. */
export async function enablePeople(
  run: Run,
  accountId: string,
  people: readonly { personId: string; origins: PersonOrigin[] }[],
  now: Date,
): Promise<void> {
  if (people.length > 0) await run(ENABLE, [accountId, JSON.stringify(people), now]);
}

const ENABLE: Statement = {
  name: "enable_people",
  text: `update person p set disabled = false, version = p.version + 1, update_time = $3, origins = r.origins
    from jsonb_to_recordset($2::jsonb) as r ("personId" uuid, origins jsonb)
    where p.account_id = $1 and p.id = r."personId"`,
};

/** Removes what is from before `since` in every account. */
export async function purgeDisablements(run: Run, since: Date): Promise<void> {
  await run(PURGE, [since]);
}

const PURGE: Statement = { name: "purge_disablements", text: "delete from disablement where disable_time <= $1" };

/** How many people are enabled; `enough` where that many or more are. */
export async function countEnabledPeople(run: Run, accountId: string, enough: number): Promise<number> {
  const [row] = await run<{ people: number }>(COUNT_ENABLED, [accountId, enough]);
  return row?.people ?? 0;
}

const COUNT_ENABLED: Statement = {
  name: "count_enabled_people",
  text: `select count(*)::float8 as people from (
    select from person where account_id = $1 and not disabled limit $2) enabled`,
};
