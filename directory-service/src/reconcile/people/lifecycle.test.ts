import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Directory, startDirectory } from "../../../test/directory-service.ts";
import { createDueAccount, type DueAccount } from "../../../test/due-account.ts";

const { EXECUTION_OUTCOME_CONDITION_NOT_MET: NOT_MET, EXECUTION_OUTCOME_FAILED: FAILED } = ExecutionOutcome;

/** Lines of a life: what happens, and what is to come of it. */
type Line = [line: string, happens: (account: DueAccount) => Promise<void>];

let directory: Directory;
let accounts = 0;

beforeAll(async () => {
  directory = await startDirectory();
});
afterAll(() => directory?.stop());

const managedBy = (value: string) => ({ enterprise: { manager: { value } } });

const userLines: Line[] = [
  [
    "comes back as the same person by e-mail, whatever became of the SCIM user",
    async (account) => {
      const first = await account.user("Ann", { title: "Chief" });
      await account.settle();
      const { id } = await account.personOf(first);
      await account.deleteUser(first);
      await account.settle();
      const second = await account.user("ANN", { displayName: "Ann" });
      await account.settle();
      expect(await account.personOf(second)).toMatchObject({ id, disabled: false, job_title: "Chief" });
      await account.removeUser(second);
      await account.settle();
      const third = await account.user("Ann");
      await account.settle();
      expect(await account.personOf(third)).toMatchObject({ id, disabled: false, source_id: third });
    },
  ],
  [
    "removed for good leaves the person as it is, and changes no other person",
    async (account) => {
      const ann = await account.user("Ann");
      await account.user("Ben");
      await account.settle();
      const people = () => directory.sql("select * from person where account_id = $1 order by id", account.id);
      const before = await people();
      expect(await account.ran(account.removeUser(ann))).toEqual({});
      expect(await people()).toEqual(before);
    },
  ],
  [
    "is kept from a person whom another one has, and gets it when that one lets go",
    async (account) => {
      const first = await account.user("first", { userName: "first", emails: [{ value: "ann@x.example" }] });
      await account.settle();
      const { id } = await account.personOf(first);
      const second = await account.user("Ann");
      await account.settle();
      const error = `The person with this primary e-mail is already linked to SCIM user ${first}.`;
      expect(await account.lastRun(second)).toMatchObject({ outcome: FAILED, error, changes: [] });
      expect(await account.ran(account.deleteUser(first))).toEqual({ first: ["deleted"], Ann: ["person_released"] });
      expect(await account.personOf(second)).toMatchObject({ id, disabled: false, name: "Ann" });
      expect(await account.personOf(first)).toEqual({});
    },
  ],
  [
    "gives the person its changed user name as e-mail, never another person",
    async (account) => {
      const ann = await account.user("Ann");
      await account.settle();
      const { id } = await account.personOf(ann);
      await account.changeUser(ann, "user_name", "Berg@x.example");
      await account.settle();
      expect(await account.personOf(ann)).toMatchObject({ id, primary_email: "Berg@x.example" });
      const taken = await account.person("taken@x.example");
      await account.changeUser(ann, "user_name", "TAKEN@x.example");
      await account.settle();
      const error = `Person ${taken} already has this primary e-mail.`;
      expect(await account.lastRun(ann)).toMatchObject({ outcome: FAILED, error });
      expect(await account.personOf(ann)).toMatchObject({ id, primary_email: "Berg@x.example" });
    },
  ],
  [
    "cannot lose its person by hand: who is linked stays",
    async (account) => {
      const ann = await account.user("Ann");
      await account.settle();
      const gone = directory.sql(
        "delete from person where account_id = $1 and primary_email_key = 'ann@x.example'",
        account.id,
      );
      await expect(gone).rejects.toThrow(/foreign key/);
      expect(await account.personOf(ann)).toMatchObject({ name: "Ann" });
    },
  ],
  [
    "arriving inactive creates nobody, and disables whom it finds",
    async (account) => {
      const known = await account.person("Known@x.example");
      const [newcomer, found] = [
        await account.user("Newcomer", { active: false }),
        await account.user("known", { active: false }),
      ];
      await account.settle();
      expect(await account.personOf(newcomer)).toEqual({});
      expect(await account.lastRun(newcomer)).toMatchObject({ outcome: NOT_MET });
      expect(await account.personOf(found)).toMatchObject({ id: known, disabled: true });
    },
  ],
  [
    "enables whom somebody has disabled by hand where active was sent, and says so",
    async (account) => {
      const [sent, never] = [await account.user("Sent"), await account.user("Never", { active: undefined })];
      await account.settle();
      for (const user of [sent, never]) {
        const { id } = await account.personOf(user);
        await account.changePerson(id as string, { disabled: true }, "disabled");
        await account.changeUser(user, "title", "Chief");
      }
      await account.settle();
      expect(await account.personOf(sent)).toMatchObject({ disabled: false, job_title: "Chief" });
      expect((await account.lastRun(sent))["changes"]).toContainEqual({
        field: "disabled",
        before: true,
        after: false,
      });
      expect(await account.personOf(never)).toMatchObject({ disabled: true, job_title: "Chief" });
    },
  ],
  [
    "without e-mail or name touches nobody",
    async (account) => {
      const users = [
        await account.user("Ann", { userName: "ann" }),
        await account.user("", { userName: "nobody@x.example" }),
      ];
      await account.settle();
      for (const user of users)
        expect(await account.lastRun(user)).toMatchObject({ outcome: NOT_MET, person_id: null });
      expect(await directory.sql("select from person where account_id = $1", account.id)).toEqual([]);
    },
  ],
  [
    "has locale and time zone from its creation only, the account's where they are invalid",
    async (account) => {
      const ann = await account.user("Ann", { locale: "de_DE", timezone: "Europe/Berlin" });
      const ben = await account.user("Ben", { locale: "?", timezone: "Mars/Base" });
      await account.settle();
      await account.changeUser(ann, "locale", "fr-FR");
      await account.changeUser(ann, "timezone", "Europe/Paris");
      await account.settle();
      expect(await account.personOf(ann)).toMatchObject({ locale: "de-DE", time_zone: "Europe/Berlin" });
      const [own] = await directory.sql("select locale, time_zone from account where account_id = $1", account.id);
      expect(await account.personOf(ben)).toMatchObject(own ?? {});
      expect((await account.lastRun(ben))["warnings"]).toHaveLength(2);
    },
  ],
  [
    "labels telephones, e-mails and addresses as people have them",
    async (account) => {
      const telephones = ["work", "home", "mobile", "fax", "other", "pager", ""];
      const ann = await account.user("Ann", {
        phoneNumbers: telephones.map((type) => ({ type, value: `t-${type}` })),
        emails: ["work", "home", "other"].map((type) => ({ type, value: `${type}@x.example` })),
        addresses: ["work", "home", "other"].map((type) => ({ type, locality: type, country: "Germany" })),
      });
      await account.settle();
      const { contacts, addresses } = await account.personOf(ann);
      const labels = (contacts as { label: string; uri: string }[]).map(({ label, uri }) => `${uri} ${label}`);
      expect(labels.sort()).toEqual([
        "home@x.example personal",
        "other@x.example personal",
        "t- work",
        "t-fax fax",
        "t-home home",
        "t-mobile mobile",
        "t-other work",
        "t-work work",
        "work@x.example work",
      ]);
      expect(addresses).toMatchObject([
        { city: "work", label: "mailing", country: "DE" },
        { city: "home", label: "home", country: "DE" },
        { city: "other", label: "mailing", country: "DE" },
      ]);
      expect((await account.lastRun(ann))["warnings"]).toEqual([
        'A telephone contact with the label "pager" is left out.',
      ]);
    },
  ],
];

const managerLines: Line[] = [
  [
    "who arrives after the report is set then",
    async (account) => {
      const boss = await account.user("Boss", { displayName: "" });
      const report = await account.user("Report", managedBy(boss));
      await account.settle();
      expect(await account.ran(account.changeUser(boss, "display_name", "Boss"))).toEqual({
        Boss: ["updated"],
        Report: ["manager_linked"],
      });
      expect(await account.personOf(report)).toMatchObject({ manager: boss });
    },
  ],
  [
    "who is unknown or disabled leaves the present one",
    async (account) => {
      const [boss, gone] = [await account.user("Boss"), await account.user("Gone")];
      const report = await account.user("Report", managedBy(boss));
      await account.settle();
      await account.changeUser(gone, "active", false);
      for (const value of [gone, "0191c7c4-0000-7000-8000-000000000000", "no id"]) {
        await account.changeUser(report, "enterprise.manager", { value });
        await account.settle();
        expect(await account.personOf(report)).toMatchObject({ manager: boss });
        expect((await account.lastRun(report))["warnings"]).toEqual([
          `The manager, ${value}, has no enabled person; none is set.`,
        ]);
      }
    },
  ],
  [
    "is never the person itself nor somebody who reports to it",
    async (account) => {
      const [top, low] = [await account.user("Top"), await account.user("Low")];
      await account.changeUser(low, "enterprise.manager", { value: top });
      await account.settle();
      for (const [value, warning] of [
        [top, "A person cannot be their own manager; none is set."],
        [
          low,
          `Person ${(await account.personOf(low))["id"]} reports to this person, so cannot be the manager; none is set.`,
        ],
      ] as const) {
        await account.changeUser(top, "enterprise.manager", { value });
        await account.settle();
        expect(await account.personOf(top)).toMatchObject({ manager: null });
        expect((await account.lastRun(top))["warnings"]).toEqual([warning]);
      }
    },
  ],
];

for (const [subject, lines] of Object.entries({ "a SCIM user": userLines, "a manager": managerLines }))
  describe(subject, () => {
    it.each(lines)("%s", async (_, happens) => happens(await createDueAccount(directory, `person-${++accounts}`)));
  });
