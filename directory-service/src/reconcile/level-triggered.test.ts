import { type Database, openDatabase } from "@rollcall/runtime/database";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Directory, startDirectory } from "../../test/directory-service.ts";
import { createMappingAccount, type MappingAccount, ROOT_ID } from "../../test/mapping-account.ts";
import { histories, type Step } from "../../test/mapping-history.ts";
import { migrations } from "../migrations.ts";

// More by hand: LEVEL_RUNS=1000 LEVEL_SEED=7 npx vitest run level-triggered
const RUNS = Number(process.env["LEVEL_RUNS"] ?? 15);
const SEED = process.env["LEVEL_SEED"] ? { seed: Number(process.env["LEVEL_SEED"]) } : {};
const TIMEOUT = 60_000 + RUNS * 2_000;

let directory: Directory;
let db: Database;
let accounts = 0;

beforeAll(async () => {
  directory = await startDirectory();
  db = await openDatabase({ url: directory.url, entities: [], migrations, migrateCommand: "migrate" });
});
afterAll(async () => {
  await db?.close();
  await directory?.stop();
});

const newAccount = () => createMappingAccount(directory, db, `level-${++accounts}`);

async function lived(steps: Step[]): Promise<MappingAccount> {
  const account = await newAccount();
  for (const step of steps) await account.take(step);
  await account.settle();
  return account;
}

describe("whatever happens, in whatever order, and wherever mapping is cut short", () => {
  it("leaves nothing to be done: mapping everything once more changes nothing", { timeout: TIMEOUT }, async () => {
    await fc.assert(
      fc.asyncProperty(histories({ lasting: true, rootId: ROOT_ID }), async (steps) => {
        const account = await lived(steps);
        const rest = await everythingOf(account.id);
        await markEverything(account.id);
        await account.settle();
        expect(await everythingOf(account.id)).toEqual(rest);
      }),
      { numRuns: RUNS, ...SEED, endOnFailure: true },
    );
  });

  it("leaves the people whom one clean evaluation gives", { timeout: TIMEOUT }, async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(histories({ lasting: false, rootId: ROOT_ID }), async (steps) => {
        const account = await lived(steps);
        const clean = await newAccount();
        const rules = steps.filter((step) => step.do === "publish");
        for (const kind of [1, 2] as const) await clean.take(rules.findLast((step) => step.kind === kind) as Step);
        await copyRecords(account.id, clean.id);
        await markEverything(clean.id);
        await clean.settle();
        if ((await historyShows(account.id)) || (await historyShows(clean.id))) return;
        compared++;
        expect(await peopleOf(account.id)).toEqual(await peopleOf(clean.id));
      }),
      { numRuns: RUNS, ...SEED, endOnFailure: true },
    );
    expect(compared).toBeGreaterThan(RUNS / 4);
  });
});

/** Everything that mapping decides on. */
async function everythingOf(accountId: string): Promise<unknown> {
  const [people, organizations, users, groups] = await Promise.all([
    directory.sql(
      `select id, name, primary_email, organization_id, manager_id, job_title, location, disabled
       from person where account_id = $1 order by id`,
      accountId,
    ),
    directory.sql("select id, name, disabled from organization where account_id = $1 order by id", accountId),
    directory.sql(
      `select scim_user_id, person_id, case when outcome = 2 then 1 else outcome end as outcome
       from scim_user_mapping where account_id = $1 order by scim_user_id`,
      accountId,
    ),
    directory.sql(
      `select scim_group_id, organization_id, case when outcome = 2 then 1 else outcome end as outcome
       from scim_group_mapping where account_id = $1 order by scim_group_id`,
      accountId,
    ),
  ]);
  return { people, organizations, users, groups };
}

async function markEverything(accountId: string): Promise<void> {
  await directory.sql(
    `insert into dirty_record (account_id, kind, record_id, causes)
     select account_id, 1, id, '{manual}'::text[] from scim_user where account_id = $1 and delete_time is null
     union all select account_id, 2, id, '{manual}' from scim_group where account_id = $1 and delete_time is null
     on conflict do nothing`,
    accountId,
  );
}

/** The people of active users, with their organization by name and their manager by SCIM user. */
function peopleOf(accountId: string): Promise<unknown> {
  return directory.sql(
    `select p.primary_email, p.name, p.job_title, p.location, p.disabled,
       case when o.id = a.organization_id then 'own' else o.name end as organization, boss.scim_user_id as manager
     from scim_user_mapping m
     join scim_user u on u.account_id = m.account_id and u.id = m.scim_user_id and u.delete_time is null
     join person p on p.account_id = m.account_id and p.id = m.person_id
     join account a on a.account_id = p.account_id
     join organization o on o.account_id = p.account_id and o.id = p.organization_id
     left join scim_user_mapping boss on boss.account_id = p.account_id and boss.person_id = p.manager_id
     where m.account_id = $1 and not p.disabled order by p.primary_email`,
    accountId,
  );
}

/** Gives an account the organizations and live SCIM records of another one, with their ids. */
async function copyRecords(from: string, to: string): Promise<void> {
  await directory.sql("delete from scim_user where account_id = $1", to);
  const own = "(select organization_id from account where account_id = $1)";
  await directory.sql(
    `insert into organization (account_id, id, name, name_key, disabled, create_time, update_time)
     select $2, id, name, name_key, disabled, create_time, update_time from organization
     where account_id = $1 and id <> ${own}`,
    from,
    to,
  );
  const columns = {
    scim_user: "id, user_name_key, active, attributes, create_time, update_time, provision_time",
    scim_group: "id, display_name_key, external_id, attributes, create_time, update_time, provision_time",
  };
  for (const [table, names] of Object.entries(columns))
    await directory.sql(
      `insert into ${table} (account_id, ${names}) select $2, ${names} from ${table} where account_id = $1 and delete_time is null`,
      from,
      to,
    );
  await directory.sql(
    `insert into scim_group_member (account_id, group_id, member_id, member_type, create_time)
     select $2, group_id, member_id, member_type, create_time from scim_group_member where account_id = $1`,
    from,
    to,
  );
}

/**
 * Whether the end shows what came before: of two who want one e-mail the first has it; a
 * group that was linked once keeps an organization that it would not find today.
 */
async function historyShows(accountId: string): Promise<boolean> {
  const rows = await directory.sql(
    `select from scim_user_mapping m join scim_user u on u.account_id = m.account_id and u.id = m.scim_user_id
     where m.account_id = $1 and m.outcome not in (1, 2) and u.delete_time is null
     union all
     select from scim_group_mapping m join organization o on o.account_id = m.account_id and o.id = m.organization_id
     join scim_group g on g.account_id = m.account_id and g.id = m.scim_group_id
     where m.account_id = $1 and (o.disabled or o.name_key <> g.display_name_key)`,
    accountId,
  );
  return rows.length > 0;
}
