import { readFile } from "node:fs/promises";
import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { describe, expect, it } from "vitest";
import { compileRuleSet } from "./compile.ts";
import { evaluateRules } from "./evaluate.ts";
import { callable, library } from "./functions.ts";
import { FOREIGN_NAMES, formOf } from "./types/signatures.ts";
import { complete, type Json, userVariables, type Variables } from "./variables.ts";

const user = {
  userName: "jane.doe@example.com",
  displayName: "Jane Doe",
  title: "Senior Engineer",
  userType: "VIP",
  name: { givenName: "Zoë", familyName: "Strauß" },
  emails: [
    { value: "jane@home.example", type: "home" },
    { value: "jane@example.com", type: "work", primary: true },
  ],
  phoneNumbers: [{ value: "+49 30 123", type: "Work" }],
  extensions: { "urn:ietf:params:scim:schemas:extension:4me:1.0:custom_fields": { hired: "31.03.2024" } },
};
const groups = [{ displayName: "Sales" }, { displayName: "Berlin" }, { displayName: "Sales" }];

/** What an expression gives. */
function resultOf(expression: string): Json {
  const rule: Rule = {
    name: "R",
    description: "",
    disabled: false,
    let: [{ name: "x", expression }],
    when: "true",
    set: [],
    onCreate: [],
  };
  const ruleSet = compileRuleSet(ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER, 1, [rule]);
  const evaluation = evaluateRules(ruleSet, complete(userVariables, { user, groups }) as Variables);
  if (evaluation.error) throw evaluation.error;
  return evaluation.values.get("x") ?? null;
}

// Half a character, as CEL's own functions could make one.
const HALF = "'😀'.replace('x', 'y')";

describe("a function", () => {
  it.each<[string, Json]>([
    ["isPresent([]) || isPresent(null) || isPresent(' ') || isPresent({})", false],
    ["isPresent(0) && isPresent(false) && isPresent('a') && isPresent([''])", true],
    ["firstPresent([null, '', ' ', 'a', 'b'])", "a"],
    ["firstPresent([])", null],
    ["firstPresent(null)", null],
    ["first(['a', 'b'])", "a"],
    ["first([])", null],
    ["first([''])", ""],
    ["join(['a', null, ' ', ' b '], ', ')", "a, b"],
    ["join([], ', ')", ""],
    ["join([1, true, 'x'], '-')", "1-true-x"],
    ["join(null, null)", ""],
    ["joinPresent(['a', 'b'], '+')", "a+b"],
    ["distinct(groups.map(g, g.displayName))", ["Sales", "Berlin"]],
    ["distinct(null)", []],
    ["primary(user.emails).value", "jane@example.com"],
    ["primary(user.phoneNumbers).value", "+49 30 123"],
    ["primary(user.ims)", null],
    ["ofType(user.emails, 'HOME').value", "jane@home.example"],
    ["ofType(user.phoneNumbers, 'work').value", "+49 30 123"],
    ["ofType(user.emails, 'fax')", null],
    ["ofType(user.emails, null)", null],
    ["memberOf(groups, 'sales')", true],
    ["memberOf(groups, ['Paris', ' Berlin '])", true],
    ["memberOf(groups, 'Sale')", false],
    ["memberOf(groups, '') || memberOf(groups, null) || memberOf(groups, [])", false],
    ["memberOf([], 'Sales')", false],
    ["switch(user.userType, {'VIP': 'A', 'Contractor': 'B'}, 'C')", "A"],
    ["switch('x', {'VIP': 'A'}, 'C')", "C"],
    ["switch('x', {'VIP': 'A'})", null],
    ["switch('VIP', {'VIP': null}, 'C')", null],
    ["switch(null, {'': 'none'}, 'C')", "none"],
    ["switch('__proto__', {'a': 'b'}, 'C')", "C"],
  ])("chooses: %s gives %j", (expression, value) => {
    expect(resultOf(expression)).toEqual(value);
  });

  it.each<[string, Json]>([
    ["lower('ÄB') + upper('ß') + trim('  x ')", "äbSSx"],
    ["lower(null) + upper(null) + trim(null)", ""],
    ["lower(7)", "7"],
    ["titleCase('jean-luc o\\'neill VAN DER BERG')", "Jean-Luc O'Neill Van Der Berg"],
    ["titleCase('anna\\'s éclair')", "Anna's Éclair"],
    ["titleCase(null)", ""],
    ["removeSpaces(' a b\\tc\\u00a0d ')", "abcd"],
    ["removeSpaces(null)", ""],
    ["normalizeDiacritics('Zoë Strauß Ærø Łódź Đặng ÇİŞ')", "Zoe Strauss AEro Lodz Dang CIS"],
    ["normalizeDiacritics('Йод ガ')", "Йод ガ"],
    ["normalizeDiacritics(null)", ""],
    ["firstLanguage('de-DE;q=0.9, en')", "de-DE"],
    ["firstLanguage(null)", ""],
    ["substringBefore('a@b@c', '@')", "a"],
    ["substringBefore('abc', '@')", "abc"],
    ["substringBefore(null, '@')", ""],
    ["substringBefore('abc', '')", ""],
    ["substringAfter('a@b@c', '@')", "b@c"],
    ["substringAfter('abc', '@')", ""],
    ["substringAfter('abc', '')", "abc"],
    ["substringAfter(null, null)", ""],
    ["substringBeforeLast('a@b@c', '@')", "a@b"],
    ["substringBeforeLast('abc', '@')", "abc"],
    ["substringAfterLast('a@b@c', '@')", "c"],
    ["substringAfterLast('abc', '@')", ""],
    ["left('😀bc', 2)", "😀b"],
    ["left('ab', 9) + left('ab', 0) + left('ab', -1) + left(null, 2)", "ab"],
    ["right('ab😀', 2)", "b😀"],
    ["right('ab', 9) + right('ab', 0) + right('ab', -1) + right(null, 2)", "ab"],
    ["right('0000' + '17', 4)", "0017"],
    ["word(user.title, 2)", "Engineer"],
    ["word('  a   b ', 1)", "a"],
    ["word('a', 2) + word('a', 0) + word('a', -1) + word(null, 1)", ""],
    ["countWords('  a   b ')", 2],
    ["countWords(null)", 0],
    ["isEmail('a@b.example')", true],
    ["isEmail('a b@c.example') || isEmail('a@b') || isEmail(null) || isEmail('')", false],
  ])("makes a text: %s gives %j", (expression, value) => {
    expect(resultOf(expression)).toEqual(value);
  });

  it.each<[string, Json]>([
    ["'abc'.contains('b') && 'abc'.startsWith('a') && 'abc'.endsWith('c')", true],
    ["user.customFields.none.contains('b') || user.customFields.none.endsWith('b')", false],
    ["user.customFields.none.startsWith('')", true],
    ["'Abc'.matches('^[A-Z]bc$')", true],
    ["user.customFields.none.matches('a')", false],
    ["'a😀b'.indexOf('b')", 2],
    ["'a😀ba'.lastIndexOf('a')", 3],
    ["'a'.indexOf('x')", -1],
    ["'a😀b'.substring(0, 2)", "a😀"],
    ["'abc'.substring(1)", "bc"],
    ["'abc'.substring(1, 99) + 'abc'.substring(2, 1) + 'abc'.substring(-5, 1)", "bca"],
    ["'a-b-c'.replace('-', '+')", "a+b+c"],
    ["'abc'.replace('', '+')", "abc"],
    ["'abc'.replace('b', null)", "ac"],
    ["'a-b-c'.split('-')", ["a", "b", "c"]],
    ["'a-b-c'.split('-', 2)", ["a", "b-c"]],
    ["'a-b-c'.split('-', 3)", ["a", "b", "c"]],
    ["'a-b-c'.split('-', 1)", ["a-b-c"]],
    ["'a-b-c'.split('-', 0)", []],
    [`'${"x,".repeat(300)}'.split(',').size()`, 200],
    [`'${"x,".repeat(300)}'.split(',', 300).size()`, 200],
    ["'a-b-c'.split('-', -1)", ["a", "b", "c"]],
    ["'a😀b'.split('', 2)", ["a", "😀b"]],
    ["'a😀b'.split('')", ["a", "😀", "b"]],
    ["''.split(',')", [""]],
    [HALF, "😀"],
    ["size('a😀') + size(user.customFields.none) + size(user.emails) + 'ab'.size()", 6],
  ])("is called on a text: %s gives %j", (expression, value) => {
    expect(resultOf(expression)).toEqual(value);
  });

  it.each<[string, Json]>([
    ["formatDate(user.customFields.hired, 'dd.MM.yyyy', 'yyyy-MM-dd')", "2024-03-31"],
    ["formatDate('1/1/68', 'd/M/yy', 'yyyy') + formatDate('1/1/69', 'd/M/yy', 'yyyy')", "20681969"],
    ["formatDate('3/7/24', 'M/d/yy', 'yyyy-MM-dd')", "2024-03-07"],
    ["formatDate('7 march 1999', 'd MMMM yyyy', 'dd MMM yy')", "07 Mar 99"],
    ["formatDate('20240331235959Z', \"yyyyMMddHHmmss'Z'\", \"yyyy-MM-dd'T'HH:mm:ss''\")", "2024-03-31T23:59:59'"],
    ["formatDate('2024-02-29', 'yyyy-MM-dd', 'd.M.yyyy')", "29.2.2024"],
    ["formatDate('2023-02-29', 'yyyy-MM-dd', 'd.M.yyyy')", null],
    ["formatDate('2024-13-01', 'yyyy-MM-dd', 'd.M.yyyy')", null],
    ["formatDate('2024-03-31x', 'yyyy-MM-dd', 'd.M.yyyy')", null],
    ["formatDate('', 'yyyy-MM-dd', 'd.M.yyyy')", null],
    ["formatDate(null, 'yyyy-MM-dd', 'd.M.yyyy')", null],
  ])("reads and writes dates: %s gives %j", (expression, value) => {
    expect(resultOf(expression)).toEqual(value);
  });

  it.each([
    ["formatDate('a', 'YYYY', 'yyyy')", "a date format has no “YYYY”"],
    ["formatDate('a', '-', 'yyyy')", "a date format needs yyyy, MM or dd"],
    ["left('a', 1.5)", "a whole number is needed"],
    ["lower(first([[1], user.customFields.hired]))", "text is needed"],
    ["first(user.customFields.hired)", "a list is needed"],
    ["int('1.5')", "int needs the digits of a whole number"],
    ["int('')", "int needs the digits of a whole number"],
    ["double('1,5')", "double needs the digits of a number"],
    ["double(' ')", "double needs the digits of a number"],
    ["1.0 / 0", "divide by zero"],
    ["1 % 0.0", "divide by zero"],
    ["right(first([user.title, [1]]), user.customFields.hired)", "a whole number is needed"],
  ])("that is given what it cannot take fails the record: %s", (expression, message) => {
    expect(() => resultOf(expression)).toThrow(message);
  });

  it.each<[string, Json]>([
    ["byName(' Sales ')", { by: "name", value: "Sales" }],
    ["byId('1')", { by: "id", value: "1" }],
    ["byScimUser(null)", { by: "scim_user", value: "" }],
  ])("says what to look for: %s", (expression, value) => {
    expect(resultOf(expression)).toEqual(value);
  });

  it.each<[string, Json]>([
    ["1 + 0.5", 1.5],
    ["2 * 1.5 - 1", 2],
    ["7 / 2", 3],
    ["7.0 / 2", 3.5],
    ["7.5 % 2", 1.5],
    ["size(user.emails) > 1.5", true],
    ["int('12') + int(3.9)", 15],
    ["string(5) + string(true) + string(1.5)", "5true1.5"],
    ["double('1.5') + double(' 1e3 ')", 1001.5],
    ["int(' +12 ') + int('-2')", 10],
    ["bool('true')", true],
  ])("counts: %s gives %j", (expression, value) => {
    expect(resultOf(expression)).toEqual(value);
  });
});

describe("docs/rules.md", async () => {
  const text = await readFile(new URL("../../../../docs/rules.md", import.meta.url), "utf8");
  const section = (title: string) => (text.split(`\n## ${title}\n`)[1] ?? "").split("\n## ")[0] ?? "";
  const rowsOf = (title: string) =>
    section(title)
      .split("\n")
      .filter((line) => line.startsWith("| `"))
      .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim()));

  it("has every function of the library with its parameters, and none that it lacks", () => {
    const documented = rowsOf("Functions").map((cells) => cells[1]?.replaceAll("`", ""));
    expect(documented.toSorted()).toEqual(library.map(formOf).toSorted());
  });

  it.each(rowsOf("Functions").map((cells) => [cells[3] ?? "", cells[4] ?? ""]))(
    "has an example that is so: %s",
    (example, gives) => {
      const expression = example.replaceAll("`", "").replaceAll("\\|", "|");
      expect(JSON.stringify(resultOf(expression))).toBe(gives.replaceAll("`", ""));
    },
  );

  it("names no function in its table of other products' that is not there", () => {
    const names = new Set([
      ...callable.map(({ name }) => name),
      "size",
      "string",
      "int",
      "map",
      "filter",
      "exists",
      "byName",
    ]);
    for (const cells of rowsOf("Coming from Okta or Entra"))
      for (const [, name] of (cells[3] ?? "").matchAll(/([A-Za-z]+)\(/g)) expect(names).toContain(name);
  });

  it("has the names that a suggestion translates", () => {
    const known = section("Coming from Okta or Entra").toLowerCase();
    expect(Object.keys(FOREIGN_NAMES).filter((name) => !known.includes(name))).toEqual([]);
  });
});
