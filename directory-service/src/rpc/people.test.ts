import { type DeepPartial, Person } from "@rollcall/proto/grpc/rollcall/directory/v1/people_service";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { as, type Directory, reasonOf, startDirectory } from "../../test/directory-service.ts";
import { and, equal } from "../../test/filters.ts";

let directory: Directory;
const options = as("acme", "read", "write");

beforeAll(async () => {
  directory = await startDirectory("acme", "other");
});
afterAll(() => directory?.stop());

let count = 0;
const create = (person: DeepPartial<Person> = {}, as = options) =>
  directory.people.createPerson(
    { person: Person.fromPartial({ name: "Ada", primaryEmail: `p${count++}@example.com`, ...person }) },
    as,
  );
const update = (person: DeepPartial<Person>, ...updateMask: string[]) =>
  directory.people.updatePerson({ person: Person.fromPartial(person), updateMask }, options);
const get = (id: string) => directory.people.getPerson({ id }, options);

const FULL: DeepPartial<Person> = {
  jobTitle: "Engineer",
  location: "B 12",
  employeeId: "7",
  supportId: "0042",
  costCenter: "R&D",
  vip: true,
  locale: "de-DE",
  preferredLanguage: "de-DE, en;q=0.8",
  timeZone: "Europe/Berlin",
  contacts: [{ protocol: 1, label: "mobile", uri: "+49 1", integration: false }],
  addresses: [
    { label: "home", address: "Weg 1", city: "Ulm", state: "", zip: "89073", country: "DE", integration: false },
  ],
};

describe("CreatePerson", () => {
  it("stores every field and gives what it stores", async () => {
    const manager = await create();
    const created = await create({ ...FULL, managerId: manager.id, primaryEmail: "Ada@Example.com" });
    expect(created).toMatchObject({
      ...FULL,
      version: 1,
      disabled: false,
      source: "",
      managerId: manager.id,
      primaryEmail: "Ada@Example.com",
    });
    expect(await get(created.id)).toEqual(created);
    const [account] = await directory.sql("select organization_id from account where account_id = 'acme'");
    expect(created.organizationId).toBe(account?.["organization_id"]);
  });

  it("refuses an address that somebody has, in any case, disabled or not", async () => {
    await create({ primaryEmail: "bob@example.com", disabled: true });
    expect(await reasonOf(create({ primaryEmail: "BOB@example.com" }))).toBe("PRIMARY_EMAIL_TAKEN");
    expect(await reasonOf(create({ primaryEmail: "bob@example.com" }, as("other", "write")))).toBeUndefined();
  });

  it.each<[string, DeepPartial<Person>]>([
    ["person.name", { name: " " }],
    ["person.name", { name: "x".repeat(129) }],
    ["person.primary_email", { primaryEmail: "nobody" }],
    ["person.primary_email", { primaryEmail: `${"x".repeat(128)}@x` }],
    ["person.organization_id", { organizationId: "x" }],
    ["person.organization_id", { organizationId: "019a0000-0000-7000-8000-000000000000" }],
    ["person.manager_id", { managerId: "x" }],
    ["person.manager_id", { managerId: "019a0000-0000-7000-8000-000000000000" }],
    ["person.job_title", { jobTitle: "x".repeat(81) }],
    ["person.location", { location: "x".repeat(81) }],
    ["person.support_id", { supportId: "x".repeat(51) }],
    ["person.cost_center", { costCenter: "a\u0000" }],
    ["person.locale", { locale: "x" }],
    ["person.time_zone", { timeZone: "x" }],
    ["person.contacts[0].protocol", { contacts: [{ uri: "x" }] }],
    ["person.contacts[0].label", { contacts: [{ protocol: 2, label: "fax", uri: "x" }] }],
    ["person.contacts[0].uri", { contacts: [{ protocol: 1, label: "fax", uri: "" }] }],
    ["person.addresses[0].label", { addresses: [{ label: "work" }] }],
    ["person.addresses[0].country", { addresses: [{ label: "home", country: "de" }] }],
  ])("names %s as the fault of %j", async (field, person) => {
    await expect(create(person)).rejects.toMatchObject({ reason: "FIELD_INVALID", violations: [{ field }] });
  });

  it("names every fault at once", async () => {
    await expect(create({ name: "", primaryEmail: "", locale: "x" })).rejects.toMatchObject({
      violations: [{ field: "person.name" }, { field: "person.primary_email" }, { field: "person.locale" }],
    });
  });
});

describe("UpdatePerson", () => {
  it("refuses a manager who reports to the person, however far down", async () => {
    const boss = await create();
    const lead = await create({ managerId: boss.id });
    const agent = await create({ managerId: lead.id });
    const underAgent = update({ id: boss.id, managerId: agent.id }, "manager_id");
    await expect(underAgent).rejects.toMatchObject({
      reason: "FIELD_INVALID",
      violations: [{ field: "person.manager_id", description: "must not report to the person." }],
    });
    expect((await get(boss.id)).managerId).toBe("");
    expect((await update({ id: agent.id, managerId: boss.id }, "manager_id")).managerId).toBe(boss.id);
  });

  it("lets two not become each other's managers at the same moment", async () => {
    for (let round = 0; round < 10; round++) {
      const [ada, bob] = [await create(), await create()];
      const reasons = await Promise.all([
        reasonOf(update({ id: ada.id, managerId: bob.id }, "manager_id")),
        reasonOf(update({ id: bob.id, managerId: ada.id }, "manager_id")),
      ]);
      expect(reasons.sort()).toEqual(["FIELD_INVALID", undefined]);
    }
    // A deadlock would be found after a second in each round.
  }, 5_000);

  it("changes what the mask names, clears with empty values, and counts", async () => {
    const { id } = await create(FULL);
    const changed = await update(
      { id, name: "Countess", jobTitle: "", vip: false, contacts: [] },
      "name",
      "job_title",
      "vip",
      "contacts",
    );
    expect(changed).toMatchObject({
      version: 2,
      name: "Countess",
      jobTitle: "",
      vip: false,
      contacts: [],
      location: "B 12",
      locale: "de-DE",
    });
    expect(await get(id)).toEqual(changed);
    expect((await update({ id, name: "Countess", addresses: FULL.addresses ?? [] }, "name", "addresses")).version).toBe(
      2,
    );
  });

  it("holds the version that the caller requires", async () => {
    const { id } = await create();
    expect(await reasonOf(update({ id, version: 2, name: "x" }, "name"))).toBe("VERSION_MISMATCH");
    expect((await update({ id, version: 1, name: "x" }, "name")).version).toBe(2);
  });

  it("keeps the address unique and refuses the person as the own manager", async () => {
    const [ada, bob] = [await create(), await create()];
    expect(await reasonOf(update({ id: ada.id, primaryEmail: bob.primaryEmail.toUpperCase() }, "primary_email"))).toBe(
      "PRIMARY_EMAIL_TAKEN",
    );
    expect(await reasonOf(update({ id: ada.id, managerId: ada.id }, "manager_id"))).toBe("FIELD_INVALID");
    expect((await update({ id: ada.id, managerId: bob.id }, "manager_id")).managerId).toBe(bob.id);
    expect((await update({ id: ada.id, managerId: "" }, "manager_id")).managerId).toBe("");
  });

  it("refuses output-only fields, and people who do not exist", async () => {
    const { id } = await create();
    expect(await reasonOf(update({ id, source: "SCIM" }, "source"))).toBe("FIELD_INVALID");
    expect(await reasonOf(update({ id: "x", name: "x" }, "name"))).toBe("PERSON_NOT_FOUND");
    expect(await reasonOf(get("019a0000-0000-7000-8000-000000000000"))).toBe("PERSON_NOT_FOUND");
  });

  it("loses no update where two come at once", async () => {
    const { id } = await create();
    await Promise.all([update({ id, jobTitle: "x" }, "job_title"), update({ id, location: "y" }, "location")]);
    expect(await get(id)).toMatchObject({ version: 3, jobTitle: "x", location: "y" });
  });
});

describe("ListPeople", () => {
  it("walks all pages of a filter with the total", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.push((await create({ costCenter: "Walk", vip: n !== 2 })).id);
    const filter = and(equal("cost_center", "WALK"), equal("vip", true));
    const seen: string[] = [];
    let pageToken = "";
    do {
      const page = await directory.people.listPeople({ filter, pageSize: 2, pageToken }, options);
      expect(page.totalSize).toBe(4);
      seen.push(...page.people.map(({ id }) => id));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(seen).toEqual(ids.filter((_, n) => n !== 2));
  });

  it("finds by address in any case, and reads many by id", async () => {
    const person = await create({ primaryEmail: "Find.Me@example.com" });
    const found = await directory.people.listPeople(
      { filter: equal("primary_email", "find.me@EXAMPLE.com"), pageSize: 0, pageToken: "" },
      options,
    );
    expect(found).toMatchObject({ people: [{ id: person.id }], totalSize: 1, nextPageToken: "" });
    const many = await directory.people.batchGetPeople(
      { ids: [person.id, "x", "019a0000-0000-7000-8000-000000000000"] },
      options,
    );
    expect(many.people.map(({ id }) => id)).toEqual([person.id]);
    expect(
      await reasonOf(
        directory.people.listPeople({ filter: equal("contacts", "x"), pageSize: 0, pageToken: "" }, options),
      ),
    ).toBe("FILTER_INVALID");
  });
});
