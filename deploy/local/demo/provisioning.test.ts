import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "../stack.ts";
import { createCompany } from "./company.ts";
import { createDirectory } from "./directory.ts";
import { createOkta } from "./okta.ts";
import { change, createOrganizations, provision } from "./provisioning.ts";

describe("the demo", { timeout: 60_000 }, () => {
  let dataDir: string;
  let stack: Stack;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "rollcall-demo-"));
    stack = await startStack({ dataDir, durable: false });
  });
  afterAll(async () => {
    await stack?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it("ends the same, whether the company is new or known", async () => {
    const company = createCompany(60);
    const okta = createOkta(stack.scim, stack.token);
    const directory = createDirectory(stack.grpc.directory, stack.ownerToken);
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
