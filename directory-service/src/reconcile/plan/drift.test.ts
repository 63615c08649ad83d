import {
  type DriftFinding,
  DriftKind,
  type DriftSummary,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planContext } from "../../../test/plan-context.ts";
import { createFixture, type Fixture } from "../../../test/reconcile-fixture.ts";
import { reportDrift } from "./drift.ts";

const { DRIFT_KIND_PERSON_DIFFERENT: DIFFERENT, DRIFT_KIND_RECORD_WITHOUT_PERSON: WITHOUT_PERSON } = DriftKind;
const { DRIFT_KIND_PERSON_OF_DELETED_RECORD: OF_DELETED, DRIFT_KIND_GROUP_UNMATCHED: UNMATCHED } = DriftKind;
const { DRIFT_KIND_ORGANIZATION_DIFFERENT: ORGANIZATION } = DriftKind;

let directory: Fixture;
beforeAll(async () => {
  directory = await createFixture();
});
afterAll(() => directory.close());

describe("a drift report", () => {
  it("finds nothing where everything is as the rules make it", async () => {
    await directory.addUser({ userName: "ada@example.com", displayName: "Ada", title: "Boss", active: true });
    await directory.addOrganization("Lab");
    await directory.addGroup("Lab");
    await directory.reconcile();
    const { summary, findings } = await report();
    expect(findings).toEqual([]);
    expect(summary).toMatchObject({
      peopleDifferent: 0,
      recordsWithoutPerson: 0,
      peopleOfDeletedRecords: 0,
      groupsUnmatched: 0,
      organizationsDifferent: 0,
    });
  });

  it("finds what was changed by hand, and what has nobody, with why", async () => {
    const bob = await directory.addUser({
      userName: "bob@example.com",
      displayName: "Bob",
      title: "Clerk",
      active: true,
    });
    const cid = await directory.addUser({ userName: "cid", active: true });
    const dan = await directory.addUser({ userName: "dan@example.com", displayName: "Dan", active: true });
    const eve = await directory.addUser({ userName: "eve@example.com", displayName: "Eve", title: "x".repeat(81) });
    const nobodys = await directory.addGroup("Nobody's");
    await directory.reconcile();
    await directory.deleteUser(dan);
    await directory.reconcile();
    const late = await directory.addUser({ userName: "late@example.com", displayName: "Late", active: true });
    await directory.rows("update person set job_title = 'Chef', location = 'Attic' where name = 'Bob'");
    await directory.rows("update organization set name = 'Labs', name_key = 'labs' where name = 'Lab'");

    const { summary, findings } = await report();
    expect(summary).toMatchObject({
      peopleDifferent: 1,
      recordsWithoutPerson: 3,
      peopleOfDeletedRecords: 1,
      groupsUnmatched: 1,
      organizationsDifferent: 1,
    });
    const [different, ...others] = findings;
    expect(different).toMatchObject({
      kind: DIFFERENT,
      difference: {
        recordId: bob,
        displayName: "Bob",
        personId: (await directory.personOf(bob))?.["id"],
        // The SCIM user has no location: what somebody entered stays.
        changes: [{ field: "job_title", before: "Chef", after: "Clerk" }],
      },
    });
    expect(others).toMatchObject([
      {
        kind: WITHOUT_PERSON,
        difference: {
          recordId: cid,
          recordName: "cid",
          error: expect.stringContaining('The condition of rule "SCIM user to person" is not met'),
        },
      },
      {
        kind: WITHOUT_PERSON,
        difference: {
          recordId: eve,
          error: "job_title has 81 characters; the limit is 80.",
          failedExpression: "job_title",
        },
      },
      {
        kind: WITHOUT_PERSON,
        difference: {
          recordId: late,
          personId: "",
          error: "The rules would give it a person; it has not been mapped since they could.",
        },
      },
      {
        kind: OF_DELETED,
        difference: {
          recordId: dan,
          displayName: "Dan",
          personId: (await directory.personOf(dan))?.["id"],
          changes: [{ field: "disabled", before: true, after: true }],
        },
      },
      {
        kind: UNMATCHED,
        difference: {
          recordId: nobodys,
          recordName: "Nobody's",
          error: "No enabled organization is one that the rules name.",
        },
      },
      {
        kind: ORGANIZATION,
        difference: { displayName: "Labs", changes: [{ field: "name", before: "Labs", after: "Lab" }] },
      },
    ]);
    expect((await report(2)).findings).toHaveLength(2);
  });

  it("writes nothing", async () => {
    const read = () => directory.rows("select xmin::text, xmax::text, * from person order by id");
    const before = await read();
    await report();
    expect(await read()).toEqual(before);
    expect(await directory.rows("select from dirty_record")).toHaveLength(1);
  });
});

async function report(findingLimit = 0): Promise<{ summary: DriftSummary; findings: DriftFinding[] }> {
  const findings: DriftFinding[] = [];
  let summary: DriftSummary | undefined;
  const { accountId } = directory;
  const events = reportDrift(planContext(directory), { accountId, signal: new AbortController().signal, findingLimit });
  for await (const { event } of events) {
    if (event?.$case === "summary") summary = event.value;
    if (event?.$case === "findings") findings.push(...event.value.findings);
  }
  if (!summary) throw new Error("The report ended without a summary.");
  return { summary, findings };
}
