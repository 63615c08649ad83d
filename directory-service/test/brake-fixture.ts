import { HoldState } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { transaction } from "@rollcall/runtime/database";
import { discardHold, releaseHold } from "../src/reconcile/brake/decide.ts";
import { defaultUserRules } from "../src/reconcile/rules/default-rules.ts";
import { createFixture, type Fixture, type Row } from "./reconcile-fixture.ts";

/** A directory on real PostgreSQL, and what the brake does in it. */
export interface BrakeFixture extends Fixture {
  /** Provisions so many users, e-mail `${prefix}0@example.com` and on, and maps them. Answers their ids. */
  provision(count: number, prefix?: string): Promise<string[]>;
  /** As an identity provider does that deactivates users: all at once, and without mapping them. */
  deactivate(userIds: readonly string[]): Promise<void>;
  activate(userIds: readonly string[]): Promise<void>;
  /** Deactivates users in portions, each mapped before the next. */
  leave(userIds: readonly string[], portion: number): Promise<void>;
  /** How many people are enabled. */
  enabled(): Promise<number>;
  /** The holds in the order of their making. */
  holds(): Promise<Row[]>;
  /** The SCIM users that the latest hold has, in the order in which they were held. */
  held(): Promise<Row[]>;
  release(scimUserIds?: string[]): Promise<void>;
  discard(): Promise<void>;
  /** Sets the account's thresholds. */
  setBrake(brake: object): Promise<void>;
  /** Publishes the default rules with another expression for a field, and marks every user. */
  publish(field: string, expression: string): Promise<void>;
  /** Marks every user for mapping again. */
  reprocess(): Promise<void>;
  addOwner(personId: string): Promise<void>;
}

export const { EXECUTION_OUTCOME_HELD: HELD, EXECUTION_OUTCOME_FAILED: FAILED } = ExecutionOutcome;
export const { EXECUTION_OUTCOME_APPLIED: APPLIED, EXECUTION_OUTCOME_NO_CHANGE: NO_CHANGE } = ExecutionOutcome;
export const { EXECUTION_OUTCOME_CONDITION_NOT_MET: CONDITION_NOT_MET } = ExecutionOutcome;
export const { HOLD_STATE_ACTIVE: ACTIVE, HOLD_STATE_RELEASED: RELEASED } = HoldState;
export const {
  HOLD_STATE_DISCARDED: DISCARDED,
  HOLD_STATE_EXPIRED: EXPIRED,
  HOLD_STATE_RESOLVED: RESOLVED,
} = HoldState;

export async function createBrakeFixture(): Promise<BrakeFixture> {
  const fixture = await createFixture();
  const { accountId, db, rows, reconcile } = fixture;

  const setActive = async (userIds: readonly string[], active: boolean) => {
    await rows(
      `update scim_user set version = version + 1, active = $2, attributes = attributes || jsonb_build_object('active', $2::boolean)
       where id = any($1::uuid[])`,
      userIds,
      active,
    );
    await mark(userIds, active ? "activated" : "deactivated");
  };
  const mark = (userIds: readonly string[], cause: string) =>
    rows(
      `insert into dirty_record as d (account_id, kind, record_id, causes, traceparent)
       select $1, 1, id, array[$3], '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' from unnest($2::uuid[]) id
       on conflict (account_id, kind, record_id) do update set generation = d.generation + 1, causes = d.causes || excluded.causes`,
      accountId,
      userIds,
      cause,
    );
  const latest = async () => (await rows("select id from hold order by create_time desc, id desc limit 1"))[0]?.["id"];
  const decision = () => ({ tokenId: "owner", now: new Date() });

  await rows(
    `insert into connection (account_id, provider, put_policy, create_conflict_policy, create_time, update_time)
     values ($1, 1, 1, 1, now(), now())`,
    accountId,
  );
  const reprocess = async () => {
    const users = await rows("select id from scim_user");
    await mark(
      users.map(({ id }) => id),
      "manual",
    );
  };
  let revision = 1;
  return {
    ...fixture,
    async provision(count, prefix = "user") {
      await rows(
        `with added as (
           insert into scim_user (account_id, id, user_name_key, attributes, create_time, update_time, provision_time)
           select $1, gen_random_uuid(), $3 || n || '@example.com', jsonb_build_object('userName', $3 || n || '@example.com',
             'displayName', 'User ' || n, 'active', true), now(), now(), now() from generate_series(0, $2 - 1) n
           returning id
         )
         insert into dirty_record (account_id, kind, record_id, causes) select $1, 1, id, '{created}' from added`,
        accountId,
        count,
        prefix,
      );
      await reconcile();
      const added = await rows(
        `select id from scim_user where user_name_key ~ ('^' || $1 || '\\d+@') order by length(user_name_key), user_name_key`,
        prefix,
      );
      return added.map(({ id }) => id);
    },
    deactivate: (userIds) => setActive(userIds, false),
    activate: (userIds) => setActive(userIds, true),
    async leave(userIds, portion) {
      for (let at = 0; at < userIds.length; at += portion) {
        await setActive(userIds.slice(at, at + portion), false);
        await reconcile();
      }
    },
    async enabled() {
      const [row] = await rows("select count(*)::integer as people from person where not disabled");
      return row?.["people"];
    },
    holds: () => rows("select * from hold order by create_time, id"),
    held: async () =>
      rows("select * from held_record where hold_id = $1 order by hold_time, scim_user_id", await latest()),
    async release(scimUserIds = []) {
      const id = await latest();
      await transaction(db, (tx) => releaseHold(tx, accountId, id, { ...decision(), scimUserIds }));
    },
    async discard() {
      const id = await latest();
      await transaction(db, (tx) => discardHold(tx, accountId, id, decision()));
    },
    async setBrake(brake) {
      await rows("update connection set brake = $1", brake);
    },
    async publish(field, expression) {
      revision += 1;
      const rules = defaultUserRules.map((rule) => ({
        ...rule,
        set: rule.set.map((each) => (each.name === field ? { name: field, expression } : each)),
      }));
      await rows("update rule_set set state = 3 where kind = 1 and state = 2");
      await rows(
        `insert into rule_set (account_id, kind, revision, state, rules, create_time, update_time, publish_time)
         values ($1, 1, $2, 2, $3::jsonb, now(), now(), now())`,
        accountId,
        revision,
        JSON.stringify(rules),
      );
      await reprocess();
    },
    reprocess,
    async addOwner(personId) {
      await rows("insert into account_member values ($1, $2, 1, now(), now())", accountId, personId);
    },
  };
}
