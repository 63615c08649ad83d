import { readFile } from "node:fs/promises";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import { compileRuleSet } from "./compile.ts";
import { defaultGroupRules, defaultUserRules } from "./default-rules.ts";
import { type Evaluation, evaluateLookup, evaluateRules } from "./evaluate.ts";
import { complete, groupVariables, userVariables, type Variables } from "./variables.ts";

const userRules = compileRuleSet(ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER, 1, defaultUserRules);
const groupRules = compileRuleSet(ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP, 1, defaultGroupRules);
const account = { id: "widget", organizationId: "own", locale: "en-US", timeZone: "Etc/UTC" };

interface Case {
  user?: object;
  person?: object;
  groups?: object[];
  deleted?: boolean;
}

function variables({ user = {}, person = {}, groups = [], deleted = false }: Case): Variables {
  const id = "7";
  return complete(userVariables, { user: { id, ...user }, person, groups, account, deleted }) as Variables;
}

function evaluate(given: Case): Evaluation {
  const evaluation = evaluateRules(userRules, variables(given));
  if (evaluation.error) throw evaluation.error;
  return evaluation;
}

/** What the rules set a field to for a person that is linked, so that the condition always holds. */
function set(field: string, user: object, rest: Omit<Case, "user"> = {}): unknown {
  const known = { userName: "jane@example.com", ...user };
  return evaluate({ person: { exists: true, linked: true }, ...rest, user: known }).set.get(field)?.value;
}

describe("the default user rule", () => {
  it.each([
    [
      "userName where it is an e-mail",
      { userName: "jane@example.com", emails: [{ value: "x@y.example", primary: true }] },
      "jane@example.com",
    ],
    [
      "else the primary e-mail",
      { userName: "jane", emails: [{ value: "a@y.example" }, { value: "b@y.example", primary: true }] },
      "b@y.example",
    ],
    ["else the first e-mail", { userName: "jane", emails: [{ value: "" }, { value: "a@y.example" }] }, "a@y.example"],
    ["else none", { userName: "jane" }, null],
  ])("finds the person by %s", (_case, user, email) => {
    expect(evaluateLookup(userRules, variables({ user }))).toBe(email);
    expect(evaluate({ user, person: { exists: true } }).values.get("primary_email")).toBe(email);
  });

  it.each([
    ["displayName", { displayName: "Jane", name: { formatted: "Mrs Doe" } }, "Jane"],
    ["else the formatted name", { displayName: " ", name: { formatted: "Mrs Doe", givenName: "J" } }, "Mrs Doe"],
    ["else given and family name", { name: { givenName: "Jane", familyName: "Doe" } }, "Jane Doe"],
    ["else the one of them there is", { name: { familyName: "Doe" } }, "Doe"],
    ["else nothing, which keeps the name", {}, null],
    ["never userName where that is an e-mail", { userName: "jane@example.com" }, null],
    ["userName where it is none", { userName: "Jane Doe", name: { formatted: "Mrs Doe" } }, "Jane Doe"],
    ["displayName before a userName that is no e-mail", { userName: "jdoe", displayName: "Jane" }, "Jane"],
  ])("names the person by %s", (_case, user, name) => {
    expect(set("name", { emails: [{ value: "j@example.com" }], ...user })).toBe(name);
  });

  it.each([
    ["job_title", { title: "Engineer" }, "Engineer"],
    ["location", { enterprise: { location: "R1" } }, "R1"],
    ["employee_id", { enterprise: { employeeNumber: "7" } }, "7"],
    ["support_id", { enterprise: { supportId: "S" } }, "S"],
    ["cost_center", { enterprise: { costCenter: "CC" } }, "CC"],
    ["preferred_language", { preferredLanguage: "de" }, "de"],
    ["source", {}, "SCIM"],
    ["source_id", {}, "7"],
  ])("sets %s", (field, user, value) => {
    expect(set(field, user)).toBe(value);
  });

  it.each(["job_title", "location", "employee_id", "support_id", "cost_center", "preferred_language"])(
    "leaves %s as it is where the SCIM user has none",
    (field) => {
      expect(set(field, {})).toBe("");
    },
  );

  it.each([
    ["VIP", true],
    ["Employee, VIP", true],
    ["vip", false],
    ["Employee", false],
    ["", null],
    [" ", null],
    [undefined, null],
  ])("takes userType %j for vip %j", (userType, vip) => {
    expect(set("vip", { userType })).toBe(vip);
  });

  it("looks for the organization by name, then by group, then for new people takes the account's own", () => {
    const user = { userName: "jane@example.com", displayName: "Jane", enterprise: { organization: "Sales" } };
    const groups = [{ id: "1" }, { id: "2", organizationId: "o2" }, { id: "3", organizationId: "o3" }];
    const candidates = [
      { by: "name", value: "Sales" },
      { by: "id", value: "o2" },
      { by: "id", value: "o3" },
    ];
    expect(evaluate({ user, groups }).set.get("organization")?.value).toEqual([
      ...candidates,
      { by: "id", value: "own" },
    ]);
    expect(set("organization", user, { groups })).toEqual(candidates);
  });

  it("looks for the manager by SCIM user id", () => {
    expect(set("manager", { enterprise: { manager: { value: "42" } } })).toEqual([{ by: "scim_user", value: "42" }]);
  });

  it("takes locale and time zone for new people only", () => {
    const user = { userName: "jane@example.com", displayName: "Jane", locale: "nl-NL", timezone: "Europe/Amsterdam" };
    const { set: always, onCreate } = evaluate({ user });
    expect([onCreate.get("locale")?.value, onCreate.get("time_zone")?.value]).toEqual(["nl-NL", "Europe/Amsterdam"]);
    expect([always.has("locale"), always.has("time_zone")]).toEqual([false, false]);
    const blank = { ...user, locale: "", preferredLanguage: "de-DE, en;q=0.8" };
    expect(evaluate({ user: blank }).onCreate.get("locale")?.value).toBe("de-DE");
  });

  it("turns the other e-mails and the phone numbers into contacts", () => {
    const contacts = set("contacts", {
      emails: [
        { value: "JANE@example.com", type: "work", primary: true },
        { value: "jane@work.example", type: "Work" },
        { value: "jane@home.example", type: "home" },
        { value: "" },
      ],
      phoneNumbers: ["work", "home", "Mobile", "fax", "other", "", "pager"].map((type) => ({
        value: `t-${type}`,
        type,
      })),
    });
    expect(contacts).toEqual([
      { protocol: "email", label: "work", uri: "jane@work.example" },
      { protocol: "email", label: "personal", uri: "jane@home.example" },
      ...["work", "home", "mobile", "fax", "work", "work", "pager"].map((label, index) => ({
        protocol: "telephone",
        label,
        uri: `t-${["work", "home", "Mobile", "fax", "other", "", "pager"][index]}`,
      })),
    ]);
  });

  it("turns addresses into home and mailing addresses", () => {
    const address = { streetAddress: "Main 1", locality: "Berlin", region: "BE", postalCode: "10115", country: "DE" };
    const rest = { city: "Berlin", state: "BE", zip: "10115", country: "DE" };
    const addresses = [{ ...address, type: "home" }, { ...address, type: "work" }, { formatted: "All in one" }];
    expect(set("addresses", { addresses })).toEqual([
      { label: "home", address: "Main 1", ...rest },
      { label: "mailing", address: "Main 1", ...rest },
      { label: "mailing", address: "All in one", city: "", state: "", zip: "", country: "" },
    ]);
  });

  it.each([
    ["a linked person whose user is inactive", { active: false }, { linked: true }, false, true],
    ["a linked person whose user is deleted", { active: true }, { linked: true }, true, true],
    ["a linked person whose user is active", { active: true }, { linked: true }, false, false],
    ["nothing where active was never sent", {}, { linked: true }, false, null],
    ["a person that a new SCIM user takes over", {}, { linked: false }, false, false],
    ["a person that an inactive SCIM user takes over", { active: false }, { linked: false }, false, true],
  ])("enables or disables %s", (_case, user, person, deleted, disabled) => {
    expect(set("disabled", user, { person: { exists: true, ...person }, deleted })).toBe(disabled);
  });

  it.each([
    ["a new person with e-mail and name", { userName: "j@example.com", displayName: "J" }, false, true],
    ["no new person without an e-mail", { userName: "jane", displayName: "J" }, false, false],
    ["no new person without a name", { userName: "j@example.com" }, false, false],
    [
      "no new person for an inactive user",
      { userName: "j@example.com", displayName: "J", active: false },
      false,
      false,
    ],
    ["a known person without a name", { userName: "j@example.com" }, true, true],
    ["no known person without an e-mail", { userName: "jane", active: true }, true, false],
    ["a known person without an e-mail that has to be disabled", { userName: "jane", active: false }, true, true],
  ])("touches %s", (_case, user, exists, condition) => {
    expect(evaluate({ user, person: { exists, linked: exists } }).condition).toBe(condition);
  });

  it("says what is missing where its condition is not met", () => {
    expect(evaluate({ user: { userName: "jane@example.com" } }).unmet).toBe(
      'The condition of rule "SCIM user to person" is not met: name has no value.',
    );
  });
});

describe("the default group rule", () => {
  const evaluateGroup = (organization: object, deleted = false) =>
    evaluateRules(
      groupRules,
      complete(groupVariables, {
        group: { id: "1", displayName: "Sales" },
        organization,
        account,
        deleted,
      }) as Variables,
    );

  it("looks for an organization by the display name, and keeps a linked one", () => {
    expect(evaluateGroup({}).set.get("organization")?.value).toEqual([{ by: "name", value: "Sales" }]);
    expect(evaluateGroup({ exists: true, id: "o", name: "Other" }).set.get("organization")?.value).toEqual([]);
  });

  it("keeps the organization's name in line with the display name", () => {
    expect(evaluateGroup({ exists: true }).set.get("name")?.value).toBe("Sales");
  });

  it("does nothing for a deleted group", () => {
    expect(evaluateGroup({}, true).condition).toBe(false);
  });
});

describe("docs/rules.md", () => {
  it("shows the default rules as they are", async () => {
    const page = await readFile(new URL("../../../../docs/rules.md", import.meta.url), "utf8");
    for (const { let: lets, when, set: sets, onCreate } of [...defaultUserRules, ...defaultGroupRules]) {
      expect(page).toContain(`\nwhen: ${when}\n`);
      for (const { name, expression } of [...lets, ...sets, ...onCreate])
        expect(page).toContain(`\n  ${name}: ${expression}\n`);
    }
  });
});
