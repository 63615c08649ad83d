import { beforeAll, describe, expect, it } from "vitest";
import { type SharedTestStack, sharedTestStack } from "../../../test/e2e/stack.ts";
import { createCompany } from "./company.ts";
import { createDirectory } from "./directory.ts";
import { createOkta } from "./okta.ts";
import { change, createOrganizations, provision } from "./provisioning.ts";

describe("the demo", { timeout: 60_000 }, () => {
  let stack: SharedTestStack;

  beforeAll(async () => {
    stack = await sharedTestStack();
    return () => stack.stop();
  });

  it("ends the same, whether the company is new or known", async () => {
    const company = createCompany(60);
    const { tokens } = await stack.newAccount();
    const okta = createOkta(stack.processes.scim, tokens.scim);
    const directory = createDirectory(stack.processes.grpc.directory, tokens.owner);
    for (let run = 1; run <= 2; run++) {
      const organizations = company.groups.filter(({ organization }) => organization);
      expect(await createOrganizations(directory, organizations)).toBe(run === 1 ? 25 : 0);
      await change(okta, company, await provision(okta, company));
      await directory.settle();

      expect(await okta.count("Users")).toBe(60);
      expect(await okta.count("Groups")).toBe(40);
      // Three leave, and all of them come back.
      expect([await directory.countPeople(false), await directory.countPeople(true)]).toEqual([60, 0]);
      // The account's own, and one for each group that has one, renamed with it.
      const names = await directory.organizationNames();
      expect(names).toHaveLength(26);
      expect(names.filter((name) => name.endsWith("(new)"))).toHaveLength(2);
      expect((await directory.countExecutions()).get("failed")).toBeUndefined();
    }
    directory.close();
  });
});
