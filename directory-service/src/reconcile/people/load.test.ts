import { afterAll, beforeAll, expect, it } from "vitest";
import { createFixture, type Fixture } from "../../../test/reconcile-fixture.ts";
import { complete, userVariables, type Variables } from "../rules/variables.ts";
import { loadUsers } from "./load.ts";

let directory: Fixture;

beforeAll(async () => {
  directory = await createFixture();
});
afterAll(() => directory.close());

it("rules see a user's groups with their classification and organization", async () => {
  const organization = await directory.addOrganization("Sales");
  const id = await directory.addUser({ userName: "classified@example.com", displayName: "A" });
  await directory.addGroup("Sales", [id]);
  await directory.addGroup("Readers", [id]);
  await directory.reconcile();

  const [user] = await loadUsers(directory.db.em(), directory.accountId, [id]);
  const { groups } = complete(userVariables, { groups: user?.groups }) as Variables;
  expect(groups).toMatchObject([
    { displayName: "Sales", classification: "organization", organizationId: organization },
    { displayName: "Readers", classification: "", organizationId: "" },
  ]);
});
