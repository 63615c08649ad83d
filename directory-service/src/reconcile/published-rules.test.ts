import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { transaction } from "@rollcall/runtime/database";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createFixture, type Fixture } from "../../test/reconcile-fixture.ts";
import { type PublishedRules, publishedRules } from "./published-rules.ts";
import { defaultUserRules } from "./rules/default-rules.ts";

let directory: Fixture;
beforeAll(async () => {
  directory = await createFixture();
});
afterAll(() => directory.close());

const read = () => transaction(directory.db, (tx) => publishedRules(tx, directory.accountId, 1));
const store = (revision: number, rules: Rule[]) =>
  directory.rows("update rule_set set revision = $1, rules = $2 where kind = 1", revision, JSON.stringify(rules));
const named = (name: string): Rule[] => defaultUserRules.map((rule) => ({ ...rule, name }));
const namesOf = (published: PublishedRules) =>
  "ruleSet" in published && published.ruleSet.rules.map(({ name }) => name);

it("are compiled once, and told from others of the same number", async () => {
  await store(2, named("draft"));
  const tried = await read();
  expect(namesOf(tried)).toEqual(["draft"]);
  expect(await read()).toBe(tried);
  // As another replica publishes it, from what the draft came to be.
  await store(2, named("published"));
  expect(namesOf(await read())).toEqual(["published"]);
  await store(2, named("draft"));
  expect(await read()).toBe(tried);
});

it("carry the number that executions name, though another revision said the same", async () => {
  await store(2, named("same"));
  await read();
  await store(3, named("same"));
  const reverted = await read();
  expect(reverted.revision).toBe(3);
  expect("ruleSet" in reverted && reverted.ruleSet.revision).toBe(3);
});

it("are none where the account has none, and say why they cannot run", async () => {
  expect(await transaction(directory.db, (tx) => publishedRules(tx, "nobody", 1))).toEqual({
    revision: 0,
    error: undefined,
  });
  await store(4, [{ ...(defaultUserRules[0] as Rule), when: "1 +" }]);
  const broken = await read();
  expect(broken).toMatchObject({ revision: 4, error: { rule: "SCIM user to person" } });
});
