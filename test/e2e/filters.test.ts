import { beforeAll, describe, expect, it } from "vitest";
import { CUSTOM, createFilterRecords } from "./filter-records.ts";
import type { ScimClient } from "./scim-client.ts";
import { ENTERPRISE, GROUP } from "./scim-messages.ts";
import { sharedTestStack } from "./stack.ts";

let scim: ScimClient;
/** What stands in braces in the filters below. */
let given: Record<string, string>;

const OTHER_BASE = "https://elsewhere.example/scim/v2";

beforeAll(async () => {
  const stack = await sharedTestStack();
  ({ scim } = await stack.newAccount());
  given = await createFilterRecords(scim, stack.processes.scim);
  return () => stack.stop();
});

const fill = (text: string) => text.replace(/\{(\w+)\}/g, (whole, name: string) => given[name] ?? whole);

/** Who a filter finds, by the first letters of their names. */
async function found(endpoint: "/Users" | "/Groups", filter: string): Promise<string> {
  const { status, body, text } = await scim.get(`${endpoint}?filter=${encodeURIComponent(fill(filter))}`);
  expect(status, `${filter} → ${text}`).toBe(200);
  expect(body.totalResults, filter).toBe(body.Resources.length);
  return body.Resources.map((record) => String(record["userName"] ?? record["displayName"])[0]?.toLowerCase()).join("");
}

describe("every operator", () => {
  it.each([
    ['userName eq "ANNA@example.COM"', "a"],
    ['userName ne "anna@example.com"', "b"],
    ['userName co "EXAMPLE"', "a"],
    ['userName sw "ann"', "a"],
    ['userName ew ".COM"', "a"],
    ["userName pr", "ab"],
    ['userName gt "b"', "b"],
    ['userName ge "BEN"', "b"],
    ['userName lt "ben"', "a"],
    ['userName le "ben"', "ab"],
    ['externalId eq "00uA"', "a"],
    ['externalId eq "00ua"', ""],
    ['externalId sw "00u" and externalId ew "A"', "a"],
    ['externalId ne "00uA"', "b"],
    ["not (externalId pr)", "b"],
    ["externalId eq null", "b"],
    ["externalId ne null", "a"],
    ["active eq true", "a"],
    ['active eq "False"', "b"],
    ["active ne true", "b"],
    ["active pr", "ab"],
    ['id eq "{ben}"', "b"],
    ['id ne "{ben}"', "a"],
    ['id co "{ben}"', "b"],
  ])("%s finds %j", async (filter, names) => {
    expect(await found("/Users", filter)).toBe(names);
  });
});

describe("every attribute of a user", () => {
  it.each([
    'name.formatted co "ōkami"',
    'name.familyName eq "ŌKAMI"',
    'name.givenName sw "an"',
    "name.honorificPrefix pr",
    "name pr",
    'displayName ew "kami"',
    'nickName eq "o\'kami"',
    'profileUrl sw "https://"',
    'title lt "Engineer" and title gt "Clerk"',
    'userType eq "employee"',
    'preferredLanguage eq "en-us"',
    'locale eq "en-US"',
    'timezone co "amsterdam"',
    'emails eq "anna@work.example"',
    'emails.display eq "private"',
    "emails.primary eq true",
    'phoneNumbers.value eq "+31 20 123"',
    'phoneNumbers[type eq "mobile"]',
    'ims.type eq "XMPP"',
    'photos.value ew ".png"',
    'addresses.country eq "nl"',
    'addresses[primary eq "True"].locality eq "Amsterdam"',
    'addresses.streetAddress sw "Main"',
    'entitlements.value eq "vip"',
    'roles[primary eq true].value eq "admin"',
    'x509Certificates.value eq "MIIDQzCCAqyg"',
    'employeeNumber eq "701984"',
    'costCenter ge "4130"',
    'organization eq "universal"',
    'division sw "park"',
    `${ENTERPRISE}:department eq "tours"`,
    `${ENTERPRISE.toUpperCase()}:Site eq "hq"`,
    'location ew "7"',
    'supportID eq "s-1"',
    `${CUSTOM}:grade gt 6.5`,
    `${CUSTOM}:badge eq "blue"`,
    `${CUSTOM}:remote eq true`,
  ])("%s finds the one who has it", async (filter) => {
    expect(await found("/Users", filter)).toBe("a");
  });

  it.each([
    ['manager.value eq "{anna}"', "b"],
    ['manager eq "{anna}"', "b"],
    ['manager.displayName eq "anna ōkami"', "b"],
    ['manager.displayName sw "Anna"', "b"],
    ["manager.displayName pr", "b"],
    ['manager.$ref eq "{base}/Users/{anna}"', "b"],
    ['manager.$ref ne "{base}/Users/{anna}"', "a"],
    ['manager.$ref sw "{base}/Users/"', "b"],
    ['manager.$ref ew "/Users/{anna}"', "b"],
    [`manager.$ref eq "${OTHER_BASE}/Users/{anna}"`, ""],
    ["manager.$ref pr", "b"],
    ["not (manager.$ref pr)", "a"],
    ['manager[$ref eq "{base}/Users/{anna}" and displayName pr]', "b"],
    ['groups.display eq "outer"', "ab"],
    ['groups.value eq "{inner}"', "b"],
    ['groups eq "{outer}" and groups.type eq "direct"', "ab"],
    ['groups.$ref eq "{base}/Groups/{outer}"', "ab"],
    ['groups[$ref eq "{base}/Groups/{outer}" and type eq "direct"]', "a"],
    ['groups[$ref co "{outer}" and type eq "indirect"]', "b"],
    ["groups.$ref pr", "ab"],
    ['emails[type eq "work" and value eq "ben@work.example"]', ""],
    ['emails[type eq "other" and value eq "ben@work.example"]', "b"],
    ['emails[type eq "work"].value ew "other.example"', "b"],
    ['emails[not (type eq "work")] and not (active eq true)', "b"],
    ['not (title eq "Director" or title eq "Clerk")', ""],
    ['not (title eq "Director" and active eq true)', "b"],
  ])("%s finds %j", async (filter, names) => {
    expect(await found("/Users", filter)).toBe(names);
  });
});

describe("meta and schemas", () => {
  it.each([
    ['meta.resourceType eq "User"', "ab"],
    ['meta.resourceType eq "Group"', ""],
    ['meta.resourceType sw "U" and meta.resourceType gt "Group"', "ab"],
    ["meta pr", "ab"],
    ['meta.created eq "{created}"', "a"],
    ['meta.created gt "{created}"', "b"],
    ['meta.lastModified ge "{changed}"', "b"],
    ['meta.Created gt "2015-10-10T14:38:21.8617979-07:00"', "ab"],
    ['meta.created lt "2015-10-10"', ""],
    ['meta.location eq "{base}/Users/{ben}"', "b"],
    ['meta.location ne "{base}/Users/{ben}"', "a"],
    [`meta.location eq "${OTHER_BASE}/Users/{ben}"`, ""],
    ['meta.location ew "{ben}"', "b"],
    ['meta.location co "/Users/{anna}"', "a"],
    ['meta.location lt "{base}/Users/{ben}"', "a"],
    ['meta.location gt "{base}/Groups/"', "ab"],
    ["meta.location pr", "ab"],
    ['meta.version eq "W/\\"2\\""', "b"],
    ['meta.version ne "W/\\"2-9f86d081884c\\""', "a"],
    ["meta.version lt 2", "a"],
    ['meta.version ge "W/\\"1\\""', "ab"],
    ['meta.version eq "two"', ""],
    [`schemas eq "${CUSTOM}"`, "a"],
    [`schemas eq "${ENTERPRISE}"`, "ab"],
    [`schemas eq "${ENTERPRISE.toUpperCase()}"`, "ab"],
    ['schemas eq "urn:scim:schemas:core:1.0"', "ab"],
    ['schemas eq "urn:scim:schemas:extension:enterprise:1.0"', "ab"],
    ['schemas co "custom_fields"', "a"],
    ["schemas pr", "ab"],
    ['schemas eq "urn:example:none"', ""],
  ])("%s finds %j", async (filter, names) => {
    expect(await found("/Users", filter)).toBe(names);
  });
});

describe("every attribute of a group", () => {
  it.each([
    ['displayName eq "inner"', "i"],
    ['members.value eq "{anna}"', "o"],
    ['members eq "{ben}"', "i"],
    ['members.display eq "anna@example.com"', "o"],
    ['members.display eq "inner"', "o"],
    ['members.type eq "Group"', "o"],
    ['members[type eq "User" and value eq "{anna}"]', "o"],
    ['members.$ref eq "{base}/Users/{anna}"', "o"],
    ['members.$ref eq "{base}/Groups/{inner}"', "o"],
    ['members.$ref eq "{base}/Users/{inner}"', ""],
    ['members.$ref sw "{base}/Groups/"', "o"],
    ['members[$ref ne "{base}/Users/{anna}" and type eq "User"]', "i"],
    ['members.$ref co "Users/{ben}"', "i"],
    ["members.$ref pr", "io"],
    ['meta.location ew "/Groups/{outer}"', "o"],
    ['meta.resourceType eq "Group" and meta.version ge 1', "io"],
    [`schemas eq "${GROUP}"`, "io"],
  ])("%s finds %j", async (filter, names) => {
    expect(await found("/Groups", filter)).toBe(names);
  });
});

describe("filters as clients really send them", () => {
  it.each([
    ["authentik, and RFC 9865 itself: no quotes", "userName+eq+ben", "b"],
    ["an address without quotes", "emails.value%20eq%20anna@work.example", "a"],
    ["WSO2: an apostrophe in a value without quotes", "nickName+Eq+O%27Kami", "a"],
    ["WSO2: single quotes", "userName+Eq+%27ben%27", "b"],
    ["a number without quotes for a text", "employeeNumber+eq+701984", "a"],
    ["an id without quotes", "id+eq+{ben}", "b"],
    ["a date without quotes", "meta.created+gt+2015-10-10T14:38:21Z", "ab"],
    [
      "Entra: a value path and a sub-attribute",
      "emails%5Btype%20eq%20%22work%22%5D.value%20eq%20%22anna%40work.example%22",
      "a",
    ],
    ["Entra's documents: a value path compared", 'emails[type eq "work"] eq "anna@work.example"', "a"],
    ["blanks around everything", '  ( emails[ type  eq "work" and value pr ] )  and  active eq true  ', "a"],
    ["names, operators and keywords in capitals", 'ACTIVE EQ TRUE AND NOT (TITLE PR) OR USERNAME EQ "ben"', "b"],
    ["OneLogin: a stray & at the end", "userName+eq+%22ben%22&", "b"],
    ["an encoded plus", "phoneNumbers.value+eq+%22%2B31+20+123%22", "a"],
  ])("%s", async (_, filter, names) => {
    const query = fill(filter);
    const { status, body, text } = await scim.get(`/Users?filter=${query.includes("%") ? query : encodeURI(query)}`);
    expect(status, text).toBe(200);
    expect(body.Resources.map((user) => String(user["userName"])[0]?.toLowerCase()).join("")).toBe(names);
  });

  it.each([
    ["userName eq", 'Expected a value: a "string", a number, true, false or null at position 11, found the end.'],
    ['userName eq "a" and', "Expected an attribute name at position 19, found the end."],
    ["userName eq and", 'Expected a value: a "string", a number, true, false or null at position 12, found and.'],
    ["displayName eq Sales Team", 'Expected "and", "or" or the end at position 21, found Team.'],
    ["1a eq 1", "Expected an attribute name at position 0, found 1a."],
    ["a..b eq 1", "Expected an attribute name at position 0, found a..b."],
    ["not active eq true", 'Expected "(" at position 4, found active.'],
    ["userName eq “ben”", "Expected a name, a value or a bracket at position 12, found “ben”."],
    ["userName eq 'O'Kami'", `Expected a string in "double quotes" at position 12, found 'O'Kami'.`],
    ['userName eq "corp\\user"', 'Expected a JSON string, each backslash doubled at position 12, found "corp\\user".'],
    ["userName%20eq%20%22ben%22", "Expected an attribute name at position 0, found userName%20eq%20%22ben%22."],
    ['userName == "ben"', "Expected an operator (eq, ne, co, sw, ew, pr, gt, ge, lt, le) at position 9, found ==."],
    ['usrName eq "ben"', "usrName is not an attribute of User. Did you mean userName?"],
    ['emails.home eq "x"', "emails.home is not an attribute of User."],
    ['urn:example:none:title eq "x"', "urn:example:none:title is not an attribute of User."],
    ['members eq "x"', "members is not an attribute of User."],
    ['password eq "x"', "password cannot be used in a filter, since it is never returned."],
    ["active gt true", "active cannot be compared with gt."],
    ['x509Certificates.value le "x"', "x509Certificates.value cannot be compared with le."],
    ['meta.created co "2015"', 'meta.created is a date and time: compare it with one such as "2026-01-31T08:00:00Z".'],
    [
      'meta.version sw "W"',
      "meta.version cannot be compared with sw: a version is compared as a whole, by its number.",
    ],
    ['__proto__ eq "x"', "Expected an attribute name at position 0, found __proto__."],
  ])("refuses %s and says why", async (filter, detail) => {
    const { status, body } = await scim.get(`/Users?filter=${encodeURIComponent(filter)}`);
    expect({ status, scimType: body["scimType"], detail: body.detail }).toEqual({
      status: 400,
      scimType: "invalidFilter",
      detail,
    });
  });
});
