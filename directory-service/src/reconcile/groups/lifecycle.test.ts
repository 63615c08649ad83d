import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Directory, startDirectory } from "../../../test/directory-service.ts";
import { createDueAccount, type DueAccount } from "../../../test/due-account.ts";

const { EXECUTION_OUTCOME_FAILED: FAILED, EXECUTION_OUTCOME_UNMATCHED: UNMATCHED } = ExecutionOutcome;

/** Lines of a life: what happens, and what is to come of it. */
type Line = [line: string, happens: (account: DueAccount) => Promise<void>];

let directory: Directory;
let accounts = 0;

beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory?.stop());

const inOrganization = (organization: string) => ({ enterprise: { organization } });

const groupLines: Line[] = [
  [
    "may be there before its organization: nothing happens until that is made",
    async (account) => {
      const ann = await account.user("Ann");
      const sales = await account.group("Sales", [ann]);
      await account.settle();
      expect(await account.lastRun(sales)).toMatchObject({ outcome: UNMATCHED, error: null });
      expect(await account.ran(account.organization("sales"))).toEqual({
        Ann: ["group_changed"],
        Sales: ["organization_changed"],
      });
      expect(await account.personOf(ann)).toMatchObject({ organization: "Sales" });
    },
  ],
  [
    "renames the linked organization; a name that another one has fails alone",
    async (account) => {
      const [id, other] = [await account.organization("Sales"), await account.organization("Taken")];
      const [ann] = [await account.user("Ann")];
      const group = await account.group("Sales", [ann]);
      await account.settle();
      expect(await account.ran(account.changeGroup(group, "display_name", "Vertrieb"))).toEqual({
        Vertrieb: ["updated"],
      });
      expect(await account.nameOf(id)).toBe("Vertrieb");
      await account.changeGroup(group, "display_name", "taken");
      await account.settle();
      const error = `Organization ${other} already has the name "taken".`;
      expect(await account.lastRun(group)).toMatchObject({ outcome: FAILED, error, organization_id: id });
      expect(await account.nameOf(id)).toBe("Vertrieb");
      expect(await account.personOf(ann)).toMatchObject({ organization: "Vertrieb" });
    },
  ],
  [
    "leaves the organization to a member who is removed, with a warning",
    async (account) => {
      await account.organization("Sales");
      const ann = await account.user("Ann");
      const group = await account.group("Sales", [ann]);
      await account.settle();
      expect(await account.ran(account.changeMembers(group, [], [ann]))).toEqual({ Ann: ["member_removed"] });
      expect(await account.personOf(ann)).toMatchObject({ organization: "Sales" });
      expect((await account.lastRun(ann))["warnings"]).toHaveLength(1);
    },
  ],
  [
    "that is deleted lets its organization go, which stays, and its members run again",
    async (account) => {
      const id = await account.organization("Sales");
      const ann = await account.user("Ann");
      const group = await account.group("Sales", [ann]);
      await account.settle();
      expect(await account.ran(account.deleteGroup(group))).toEqual({ Ann: ["member_removed"], Sales: ["deleted"] });
      expect(await account.lastRun(group)).toMatchObject({ organization_id: null });
      expect(await account.nameOf(id)).toBe("Sales");
      expect(await account.personOf(ann)).toMatchObject({ organization: "Sales" });
    },
  ],
  [
    "counts before others where the member joined it first, else by its id",
    async (account) => {
      for (const name of ["One", "Two", "Three"]) await account.organization(name);
      const [ann, ben] = [await account.user("Ann"), await account.user("Ben")];
      const groups = [await account.group("One"), await account.group("Two"), await account.group("Three")];
      await account.changeMembers(groups[1] as string, [ann]);
      await account.changeMembers(groups[0] as string, [ann]);
      await account.settle();
      expect(await account.personOf(ann)).toMatchObject({ organization: "Two" });
      await directory.sql(
        `insert into scim_group_member (account_id, group_id, member_id, member_type, create_time)
         select $1, g.id, $2, 1, now() from unnest($3::uuid[]) as g (id)`,
        account.id,
        ben,
        groups.toReversed(),
      );
      await account.changeUser(ben, "title", "Chief");
      await account.settle();
      expect(await account.personOf(ben)).toMatchObject({ organization: "One" });
    },
  ],
];

const organizationLines: Line[] = [
  [
    "that is unknown or disabled counts as none: the groups', the present one, the account's own",
    async (account) => {
      await account.organization("Closed", true);
      await account.organization("Team");
      const [lone, ann] = [
        await account.user("Lone", inOrganization("Unknown")),
        await account.user("Ann", inOrganization("Closed")),
      ];
      const team = await account.group("Team", [ann]);
      await account.settle();
      const [own] = await directory.sql(
        "select o.name from account a join organization o on o.id = a.organization_id where a.account_id = $1",
        account.id,
      );
      expect(await account.personOf(lone)).toMatchObject({ organization: own?.["name"] });
      expect(await account.personOf(ann)).toMatchObject({ organization: "Team" });
      await account.changeMembers(team, [], [ann]);
      await account.settle();
      expect(await account.personOf(ann)).toMatchObject({ organization: "Team" });
    },
  ],
  [
    "that is disabled leaves those alone who have no other, and takes them back when it is enabled",
    async (account) => {
      const id = await account.organization("Sales");
      const ann = await account.user("Ann", inOrganization("Sales"));
      await account.settle();
      expect(await account.ran(account.changeOrganization(id, { disabled: true }))).toEqual({
        Ann: ["organization_changed"],
      });
      expect(await account.personOf(ann)).toMatchObject({ organization: "Sales" });
      const ben = await account.user("Ben", inOrganization("Sales"));
      await account.settle();
      expect(await account.ran(account.changeOrganization(id, { disabled: false }))).toEqual({
        Ben: ["organization_changed"],
      });
      expect(await account.personOf(ben)).toMatchObject({ organization: "Sales" });
    },
  ],
];

for (const [subject, lines] of Object.entries({ "a SCIM group": groupLines, "an organization": organizationLines }))
  describe(subject, () => {
    it.each(lines)("%s", async (_, happens) => happens(await createDueAccount(directory, `group-${++accounts}`)));
  });
