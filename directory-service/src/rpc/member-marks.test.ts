import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { add, remove, replace } from "../../test/changes.ts";
import { as, type Directory, newGroup, newUser, startDirectory } from "../../test/directory-service.ts";
import { equal } from "../../test/filters.ts";

let directory: Directory;
let other: pg.Client;
const scim = as("acme", "scim");

beforeAll(async () => {
  directory = await startDirectory("acme");
  other = new pg.Client(directory.url);
  await other.connect();
});
afterAll(async () => {
  await other?.end();
  await directory?.stop();
});
beforeEach(() => directory.sql("truncate scim_user, scim_group, scim_record_count, dirty_record cascade"));

const user = async (name: string) => (await directory.users.createScimUser(newUser(name), scim)).id;
const group = async (name: string, ...members: string[]) =>
  (await directory.groups.createScimGroup(newGroup(name, ...members), scim)).id;

/**
 * Whether a call has locked no other mark while the first that it needs is another
 * transaction's, as it has not if it takes its marks in their order.
 */
async function locksNothingElse(firstId: string, otherIds: string[], call: () => Promise<unknown>): Promise<boolean> {
  await other.query("begin");
  await other.query("update dirty_record set generation = generation + 1 where record_id = $1", [firstId]);
  const called = call();
  await waits();
  const { rows } = await other.query(
    "select record_id from dirty_record where record_id = any($1::uuid[]) for update skip locked",
    [otherIds],
  );
  await other.query("commit");
  await called;
  return rows.length === otherIds.length;
}

async function waits(): Promise<void> {
  const waiting = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  while ((await directory.sql(waiting)).length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe("the marks of a group's members", () => {
  it("are taken in the order of their ids, whoever comes and whoever goes", async () => {
    const [ada, bob] = [await user("ada"), await user("bob")];
    const id = await group("Staff", ada);
    const changes = [remove("members", undefined, { element: equal("value", ada) }), add("members", [{ value: bob }])];
    const update = () =>
      directory.groups.updateScimGroup({ id, changes, ifVersions: [], requiredAttributes: [] }, scim);
    expect(await locksNothingElse(ada, [bob], update)).toBe(true);
    expect([await directory.causes(ada), await directory.causes(bob)]).toEqual([
      ["created", "member_added", "member_removed"],
      ["created", "member_added"],
    ]);
  });

  it("are taken before the group's own, as everywhere else", async () => {
    const ada = await user("ada");
    const id = await group("Staff", ada);
    const changes = [replace("display_name", "Crew"), remove("members")];
    const update = () =>
      directory.groups.updateScimGroup({ id, changes, ifVersions: [], requiredAttributes: [] }, scim);
    expect(await locksNothingElse(ada, [id], update)).toBe(true);
  });

  it("are taken before the group's own where the group is deleted, softly or for good", async () => {
    const ada = await user("ada");
    const [soft, hard] = [await group("Soft", ada), await group("Hard", ada)];
    const owner = as("acme", "owner");
    expect(
      await locksNothingElse(ada, [soft], () => directory.groups.deleteScimGroup({ id: soft, ifVersions: [] }, scim)),
    ).toBe(true);
    expect(await locksNothingElse(ada, [hard], () => directory.groups.hardDeleteScimGroup({ id: hard }, owner))).toBe(
      true,
    );
    expect(await directory.causes(soft)).toEqual(["created", "deleted"]);
    expect(await directory.causes(hard)).toBeUndefined();
  });
});
