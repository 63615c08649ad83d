import type { Json } from "../engine.ts";
import type { Fault, Library, Refused } from "./fault.ts";

const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

const four = {
  both: { userName: "a", title: "x", nickName: "x" },
  title: { userName: "b", title: "x", nickName: "y" },
  nickName: { userName: "c", title: "y", nickName: "x" },
  neither: { userName: "d", title: "y", nickName: "y" },
};
const one = {
  anna: {
    userName: "anna",
    active: true,
    emails: [
      { value: "a@work", type: "work", primary: true },
      { value: "a@home", type: "home" },
    ],
    [ENTERPRISE]: { department: "Sales" },
  },
};
const anna = ["anna"];
const nobody: string[] = [];
const invalidFilter: Refused = { refused: "invalidFilter" };
const typeError: Refused = { refused: "TypeError" };

const GRAMMAR = "RFC 7644 section 3.4.2.2, figure 1";
const OPERATORS = "RFC 7644 section 3.4.2.2, table 3";
const BOOLEANS = `${OPERATORS}: an ordering of booleans SHALL fail with invalidFilter`;
const NOT = 'RFC 7644 section 3.4.2.2, table 4: "not" is true where the expression is false';
const VALUE_PATH = "RFC 7644 section 3.4.2.2, table 5: what is in [ ] applies to one value";
const CASE_EXACT = "RFC 7643 section 2.2: text that is not caseExact is compared without regard to case";
const UNASSIGNED = "RFC 7643 section 2.5: unassigned and null are the same";

const scimmy: Fault[] = [
  {
    ...filter("scimmy", "not (a or b) is read as (not a) or (not b)", NOT),
    filter: 'not (title eq "x" or nickName eq "x")',
    users: four,
    theirs: ["title", "nickName", "neither"],
    ours: ["neither"],
  },
  {
    ...filter("scimmy", "not (a and b) is read as (not a) and (not b)", NOT),
    filter: 'not (title eq "x" and nickName eq "x")',
    users: four,
    theirs: ["neither"],
    ours: ["title", "nickName", "neither"],
  },
  about("scimmy", "not over a value path asks for another element", NOT, 'not (emails[type eq "work"])', anna, nobody),
  about("scimmy", "text is always compared exactly", CASE_EXACT, 'userName eq "ANNA"', nobody, anna),
  about(
    "scimmy",
    "an attribute of an extension is not found",
    "RFC 7644 section 3.10: URN:attribute",
    `${ENTERPRISE}:department eq "Sales"`,
    nobody,
    anna,
  ),
  about(
    "scimmy",
    "two conditions on a list are taken for one element's",
    `${VALUE_PATH}, and only that`,
    'emails.value eq "a@work" and emails.value eq "a@home"',
    nobody,
    anna,
  ),
  about(
    "scimmy",
    "the last group is lost where it has one expression",
    `${GRAMMAR}: "(" FILTER ")"`,
    '(title eq "x" or userName eq "anna") and (userName eq "ben")',
    anna,
    nobody,
  ),
  about("scimmy", "an ordering of booleans is evaluated", BOOLEANS, "active gt true", nobody, invalidFilter),
  about("scimmy", "pr on a multi-valued attribute crashes", OPERATORS, "emails pr", typeError, anna),
  {
    ...filter("scimmy", "a sub-attribute that a user does not have crashes", UNASSIGNED),
    filter: 'name.givenName eq "Anna"',
    users: { ...one, ben: { userName: "ben", name: { givenName: "Anna" } } },
    theirs: typeError,
    ours: ["ben"],
  },
  grammar("scimmy", "a comparison with nothing is accepted", "userName eq"),
  grammar("scimmy", "an end after and is accepted", 'userName eq "anna" and'),
  grammar("scimmy", "not without parentheses is accepted", "not active eq true"),
  grammar("scimmy", "a name that begins with a digit is accepted", "1a eq 1"),
  grammar("scimmy", "an empty name crashes", "a..b eq 1", typeError),
  grammar("scimmy", "the name of a prototype crashes", "__proto__ pr", typeError),
  grammar("scimmy", "parentheses in parentheses are refused", "((title pr))", { refused: "SCIMError" }, "accepted"),
  grammar("scimmy", "a quote in text is refused", 'title eq "\\"a\\""', { refused: "SCIMError" }, "accepted"),
  size(4),
  size(10),
];

const parseFilter: Fault[] = [
  about(
    "scim2-parse-filter",
    "the conditions of a value path meet on two elements",
    VALUE_PATH,
    'emails[type eq "work" and value eq "a@home"]',
    anna,
    nobody,
  ),
  about(
    "scim2-parse-filter",
    "what follows a value path is about any element",
    VALUE_PATH,
    'emails[type eq "work"].value eq "a@home"',
    anna,
    nobody,
  ),
  about(
    "scim2-parse-filter",
    "not in a value path is about all elements",
    VALUE_PATH,
    'emails[not (type eq "work")]',
    nobody,
    anna,
  ),
  about("scim2-parse-filter", "ne fails where there is no value", UNASSIGNED, 'title ne "x"', nobody, anna),
  about("scim2-parse-filter", "ne fails where a list has no element", UNASSIGNED, 'ims.value ne "x"', nobody, anna),
  about("scim2-parse-filter", "eq null finds nothing", UNASSIGNED, "title eq null", nobody, anna),
  about("scim2-parse-filter", "text is always compared exactly", CASE_EXACT, 'userName eq "ANNA"', nobody, anna),
  about(
    "scim2-parse-filter",
    "escapes in text are not decoded",
    `${GRAMMAR}: a value is JSON as in RFC 7159`,
    'userName eq "\\u0061nna"',
    nobody,
    anna,
  ),
  about("scim2-parse-filter", "an ordering of booleans is evaluated", BOOLEANS, "active ge true", anna, invalidFilter),
  grammar("scim2-parse-filter", "a name that begins with a digit is accepted", "1a eq 1"),
  grammar("scim2-parse-filter", "an empty name is accepted", "a..b eq 1"),
  grammar("scim2-parse-filter", "the name of a prototype is accepted", "__proto__ pr"),
  grammar("scim2-parse-filter", "not without parentheses is accepted", "not active eq true"),
  grammar("scim2-parse-filter", "a value path in a value path is accepted", 'emails[value[type eq "x"]]'),
  grammar(
    "scim2-parse-filter",
    "a negative number before and is refused",
    "a eq -1 and b pr",
    { refused: "Error" },
    "accepted",
  ),
  grammar(
    "scim2-parse-filter",
    "100,000 parentheses exhaust the stack",
    `${"(".repeat(100_000)}title pr${")".repeat(100_000)}`,
    { refused: "RangeError" },
  ),
];

/** What the libraries get wrong in filters. */
export const filterFaults: Fault[] = [...scimmy, ...parseFilter];

function filter(library: Library, fault: string, clause: string) {
  return { library, fault, clause, kind: "filter" } as const;
}

/** Whether Anna matches. */
function about(
  library: Library,
  fault: string,
  clause: string,
  text: string,
  theirs: string[] | Refused,
  ours: string[] | Refused,
): Fault {
  const users: Record<string, Json> = one;
  return { ...filter(library, fault, clause), filter: text, users, theirs, ours };
}

function grammar(
  library: Library,
  fault: string,
  text: string,
  theirs: "accepted" | Refused = "accepted",
  ours: "accepted" | Refused = invalidFilter,
): Fault {
  return { library, fault, clause: GRAMMAR, kind: "grammar", filter: text, theirs, ours };
}

function size(pairs: number): Fault {
  return {
    library: "scimmy",
    fault: `and over ${pairs} times or becomes ${2 ** pairs} alternatives: size and time are exponential`,
    clause: `${GRAMMAR}: an expression for each that is written`,
    kind: "size",
    filter: Array(pairs).fill('(title eq "a" or nickName eq "b")').join(" and "),
    theirs: 2 ** pairs,
    ours: 2 * pairs,
  };
}
