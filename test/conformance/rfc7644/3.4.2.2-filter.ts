import { expect } from "vitest";
import { ENTERPRISE, USER } from "../../e2e/scim-messages.ts";
import { clause, type Given } from "../case.ts";

/** Four users whose attributes tell them apart. */
async function four({ user }: Given): Promise<void> {
  await user({
    userName: "anna@example.com",
    externalId: "Ext-A",
    title: "Engineer",
    active: true,
    emails: [
      { value: "anna@work.example", type: "work", primary: true },
      { value: "anna@home.example", type: "home" },
    ],
    [ENTERPRISE]: { department: "R&D", employeeNumber: "4711" },
  });
  await user({
    userName: "ben@example.com",
    externalId: "ext-a",
    title: "engineer II",
    active: false,
    name: { familyName: "Ōkami" },
  });
  await user({
    userName: "cem@example.org",
    title: 'Say "hi"',
    active: true,
    emails: [
      { value: "cem@home.example", type: "work" },
      { value: "cem@work.example", type: "home" },
    ],
    x509Certificates: [{ value: "MIIB" }],
  });
  await user({ userName: "dora@example.org", nickName: "Engineer", [ENTERPRISE]: { department: "Sales" } });
}

/** Expects each filter to find the users of these initials. */
async function expectFound({ scim }: Given, filters: Record<string, string>): Promise<void> {
  for (const [filter, initials] of Object.entries(filters)) {
    const { status, body } = await scim.get(`/Users?filter=${encodeURIComponent(filter)}`);
    const found = (body.Resources ?? []).map((user) => String(user["userName"])[0]).sort();
    expect({ filter, status, found: found.join("") }).toEqual({ filter, status: 200, found: initials });
    expect(body.totalResults, filter).toBe(initials.length);
  }
}

async function expectRefused({ scim }: Given, filters: string[]): Promise<void> {
  for (const filter of filters) {
    const { status, body } = await scim.get(`/Users?filter=${encodeURIComponent(filter)}`);
    expect({ filter, status, scimType: body["scimType"] }).toEqual({ filter, status: 400, scimType: "invalidFilter" });
  }
}

clause("7644-3.4.2.2-a", "eq: identical, by the attribute's case rule", async (given) => {
  await four(given);
  await expectFound(given, {
    'title eq "engineer"': "a",
    'title eq "Engineer "': "",
    'userName eq "ANNA@EXAMPLE.COM"': "a",
    'externalId eq "Ext-A"': "a",
    'externalId eq "ext-a"': "b",
    "active eq true": "ac",
    "active eq false": "b",
    'name.familyName eq "ōkami"': "b",
    'x509Certificates.value eq "MIIB"': "c",
    'x509Certificates.value eq "miib"': "",
  });
});

clause("7644-3.4.2.2-b", "ne: not identical", async (given) => {
  await four(given);
  await expectFound(given, {
    'title ne "ENGINEER" and title pr': "bc",
    'userName ne "anna@example.com"': "bcd",
    "active ne true and active pr": "b",
    'emails ne "anna@work.example"': "abcd",
    'emails.type ne "work"': "abcd",
    'x509Certificates ne "MIIB"': "abd",
    'emails[type ne "work"]': "ac",
  });
});

clause(
  ["7644-3.4.2.2-c", "7644-3.4.2.2-d", "7644-3.4.2.2-e"],
  "co, sw and ew: somewhere, at the start, at the end",
  async (given) => {
    await four(given);
    await expectFound(given, {
      'title co "GINE"': "ab",
      'title sw "eng"': "ab",
      'title ew "II"': "b",
      'title co "%"': "",
      'title co "_"': "",
      'userName ew ".ORG"': "cd",
      'emails.value co "home"': "ac",
      'externalId sw "Ext"': "a",
      [`${ENTERPRISE}:department co "&"`]: "a",
    });
  },
);

clause("7644-3.4.2.2-f", "pr: has a value, and a complex one a sub-attribute with a value", async (given) => {
  await four(given);
  await given.user({ userName: "eve@example.org", title: "", name: { familyName: null }, emails: [] });
  await expectFound(given, {
    "title pr": "abc",
    "name pr": "b",
    "emails pr": "ac",
    "emails.type pr": "ac",
    "userName pr": "abcde",
    [`${ENTERPRISE}:department pr`]: "ad",
    "meta.created pr": "abcde",
  });
});

clause("7644-3.4.2.2-g", "gt, ge, lt and le: lexical order of texts, instants of dates", async (given) => {
  await four(given);
  const { body } = await given.scim.get('/Users?filter=userName eq "ben@example.com"');
  const at = new Date(body.Resources[0]?.meta.created ?? "");
  const offset = `${new Date(at.getTime() + 2 * 3_600_000).toISOString().slice(0, -1)}+02:00`;
  await expectFound(given, {
    'userName gt "ben@example.com"': "cd",
    'userName ge "BEN@example.com"': "bcd",
    'userName lt "ben@example.com"': "a",
    'userName le "ben@example.com"': "ab",
    [`meta.created gt "${at.toISOString()}"`]: "cd",
    [`meta.created ge "${offset}"`]: "bcd",
    [`meta.created lt "${offset}"`]: "a",
    [`meta.created eq "${offset}"`]: "b",
    'meta.lastModified le "9999-12-31T23:59:59Z"': "abcd",
  });
});

clause("7644-3.4.2.2-h", "gt, ge, lt and le of a boolean or a binary are refused", async (given) => {
  await four(given);
  for (const operator of ["gt", "ge", "lt", "le"])
    await expectRefused(given, [
      `active ${operator} true`,
      `x509Certificates.value ${operator} "MIIB"`,
      `emails[primary ${operator} true]`,
    ]);
});

clause(
  ["7644-3.4.2.2-i", "7644-3.4.2.2-j", "7644-3.4.2.2-k", "7644-3.4.2.2-l"],
  "and, or and not, by their precedence and by parentheses",
  async (given) => {
    await four(given);
    await expectFound(given, {
      'active eq true and title eq "engineer"': "a",
      'title eq "engineer" or nickName eq "engineer"': "ad",
      'not (title eq "engineer")': "bcd",
      'not (title eq "engineer" or nickName eq "engineer")': "bc",
      'not (active eq true and title eq "engineer")': "bcd",
      'userName sw "a" or userName sw "b" and active eq true': "a",
      '(userName sw "a" or userName sw "b") and active eq true': "a",
      '(userName sw "c" or userName sw "b") and active eq false': "b",
      'userName sw "c" or userName sw "b" and active eq true': "c",
      'not (userName sw "a") and active eq true': "c",
      'not (not (userName sw "a"))': "a",
      '((userName sw "a") or ((userName sw "d")))': "ad",
    });
  },
);

clause("7644-3.4.2.2-m", "what brackets hold is true of one and the same element", async (given) => {
  await four(given);
  await expectFound(given, {
    'emails[type eq "work" and value co "@work"]': "a",
    'emails[type eq "work" and value co "@home"]': "c",
    'emails[type eq "work" and not (value co "@work")]': "c",
    'emails[type eq "work" or value co "cem"]': "ac",
    "emails[primary eq true]": "a",
    'not (emails[type eq "work" and value co "@work"])': "bcd",
    'userName sw "c" and emails[type eq "home"]': "c",
  });
});

clause("7644-3.4.2.2-n", "without brackets any element will do, for each condition", async (given) => {
  await four(given);
  await expectFound(given, {
    'emails.type eq "work" and emails.value co "@work"': "ac",
    'emails co "@home"': "ac",
    'emails.value eq "CEM@home.example"': "c",
  });
});

clause("7644-3.4.2.2-o", "attribute names, operators and literals in any letter case", async (given) => {
  await four(given);
  await expectFound(given, {
    'USERNAME EQ "anna@example.com"': "a",
    'Title Co "engineer" AND Active eq True': "a",
    'EMAILS[TYPE eq "work" And Value CO "@work"]': "a",
    "NOT (Title pR)": "d",
    "Meta.LastModified PR Or title pr": "abcd",
  });
});

clause(
  ["7644-3.4.2.2-p", "7644-3.4.2.2-w"],
  "texts without regard to case, but id and externalId exactly",
  async (given) => {
    await four(given);
    const { body } = await given.scim.get('/Users?filter=userName eq "anna@example.com"');
    const id = body.Resources[0]?.id ?? "";
    await expectFound(given, {
      'nickName eq "ENGINEER"': "d",
      [`id eq "${id}"`]: "a",
      [`id eq "${id.toUpperCase()}"`]: "",
      'externalId eq "EXT-A"': "",
      'externalId pr and meta.lastModified gt "2020-01-01T00:00:00Z"': "ab",
      'meta.resourceType eq "User"': "abcd",
    });
  },
);

clause("7644-3.4.2.2-q", "what is no filter is refused, never answered with a list", async (given) => {
  await four(given);
  await expectRefused(given, [
    "userName",
    "userName eq",
    'userName is "anna"',
    'eq "anna"',
    'userName eq "anna',
    'userName eq "anna" and',
    'and userName eq "anna"',
    '(userName eq "anna"',
    'userName eq "anna")',
    'not userName eq "anna"',
    'emails[type eq "work"',
    "emails[]",
    'userName eq "a" userName eq "b"',
    "title pr pr",
    "title gt true",
    'active eq "perhaps"',
    'meta.created gt "yesterday"',
    'userName[value eq "x"]',
  ]);
});

clause("7644-3.4.2.2-r", "values are JSON: escapes in strings, true, false, null", async (given) => {
  await four(given);
  await expectFound(given, {
    'title eq "Say \\"hi\\""': "c",
    'name.familyName eq "\\u014ckami"': "b",
    "title eq null": "d",
    "title ne null": "abc",
    "active eq TRUE": "ac",
  });
});

clause(
  ["7644-3.4.2.2-s", "7644-3.4.2.2-t"],
  "names qualified by the URN of core and of an extension",
  async (given) => {
    await four(given);
    await expectFound(given, {
      [`${USER}:userName eq "anna@example.com"`]: "a",
      [`${USER}:emails[type eq "work" and value co "@work"]`]: "a",
      [`${USER}:emails.type eq "home"`]: "ac",
      [`${ENTERPRISE}:department eq "sales"`]: "d",
      [`${ENTERPRISE.toUpperCase()}:DEPARTMENT eq "sales"`]: "d",
      [`${ENTERPRISE}:employeeNumber eq "4711" and ${ENTERPRISE}:department sw "R"`]: "a",
    });
  },
);

clause("7644-3.4.2.2-u", "an attribute that no schema has is refused by its name", async (given) => {
  await four(given);
  await expectRefused(given, [
    'favourite eq "red"',
    'emails.colour eq "red"',
    'urn:example:2.0:X:y eq "z"',
    'members eq "x"',
  ]);
  const { body } = await given.scim.get('/Users?filter=favourite eq "red"');
  expect(body.detail).toContain("favourite");
});

clause("7644-3.4.2.2-v", "a password cannot be found out by filters", async (given) => {
  await given.user({ password: "secret" });
  await expectRefused(given, ['password eq "secret"', "password pr", 'password sw "s"']);
});
