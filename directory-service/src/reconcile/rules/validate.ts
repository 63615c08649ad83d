import {
  type Rule,
  type RuleProblem,
  RuleProblemSeverity,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { FieldViolation } from "@rollcall/runtime/status";
import { charactersIn, firstCharacters, isLongerThan } from "../../domain/characters.ts";
import { checkCharacters, textsOf } from "./check-characters.ts";
import { type CheckContext, checkRules, type ExpressionProblem } from "./check-expressions.ts";
import { TEXT_LIMIT } from "./text/limits.ts";
import { parseRuleSet, type TextProblem } from "./text/parse.ts";
import { type Place, placesOf } from "./text/places.ts";
import { printRuleSet } from "./text/print.ts";
import { nameOfKind } from "./text/record-kind-names.ts";

/** A rule set as it is handed in: a YAML file, or the rules themselves. */
export type RuleSetContent = { text: string } | { rules: Rule[] };

/** What the checks found. */
export interface ValidatedRuleSet {
  /** The kind asked for, or where none was: the one that the file names. */
  kind: ScimRecordKind | undefined;
  /** The rules, as far as they can be read. */
  rules: Rule[];
  /** In the order of the text, at most 100. It can be saved where none is an error. */
  problems: RuleSetProblem[];
}

/** A problem and the field of the request that it is in: "text", or "rules[0].set.job_title". */
export type RuleSetProblem = RuleProblem & { field: string };

/** Problems of a rule set at most; of more, the errors that come first. */
const PROBLEM_LIMIT = 100;

/**
 * Checks a rule set: that it can be read, its bounds, names, types and fields,
 * all at once. `kind` undefined: as the file says. Never throws.
 */
export function validateRuleSet(
  kind: ScimRecordKind | undefined,
  content: RuleSetContent,
  context: CheckContext = {},
): ValidatedRuleSet {
  const checked = "text" in content ? checkText(kind, content.text, context) : checkGiven(kind, content.rules, context);
  const errorsFirst = checked.found.toSorted((a, b) => Number(isError(b)) - Number(isError(a)) || byPlace(a, b));
  const problems = errorsFirst.slice(0, PROBLEM_LIMIT).toSorted(byPlace);
  return {
    kind: checked.kind,
    rules: checked.rules,
    problems: problems.map((found) => toProblem(found, checked.rules)),
  };
}

/** What RULE_SET_INVALID says of the problems that are errors: "line 12, column 5: … Did you mean full_name?". */
export function violationsOf(problems: readonly RuleSetProblem[]): FieldViolation[] {
  return problems
    .filter(({ severity }) => severity === RuleProblemSeverity.RULE_PROBLEM_SEVERITY_ERROR)
    .map(({ field, line, column, message, suggestion }) => {
      const place = line > 0 ? `line ${line}, column ${column}: ` : "";
      const meant = suggestion === "" ? "" : ` Did you mean ${suggestion}?`;
      return { field, description: `${place}${message}${meant}` };
    });
}

/** A problem with its place. */
interface Found extends Omit<ExpressionProblem, "offset" | "inName"> {
  /** Of the text, or of the expression. Line 0: none. */
  place: Place;
  /** For the order where places do not tell. */
  rank: number;
  field: string;
}

interface Checked {
  kind: ScimRecordKind | undefined;
  rules: Rule[];
  found: Found[];
}

function checkText(asked: ScimRecordKind | undefined, text: string, context: CheckContext): Checked {
  const parsed = parseRuleSet(text);
  const kind = asked ?? parsed.kind;
  const inText = { field: "text", rank: 0 };
  const found: Found[] = parsed.problems.map(({ line, column, ...problem }) => ({
    ...problem,
    ...inText,
    severity: "error",
    place: { line, column },
  }));
  if (asked !== undefined && parsed.kind !== undefined && asked !== parsed.kind) {
    const suggestion = nameOfKind(asked);
    const message = `These are rules of the kind ${nameOfKind(parsed.kind)}; rules of the kind ${suggestion} are asked for.`;
    const place = parsed.positionOf(-1, "kind");
    found.push({ severity: "error", ruleIndex: -1, path: "", place, length: 0, message, suggestion, ...inText });
  }
  const isAsItStands = readably(parsed.problems, parsed.rules);
  for (const { offset, inName, ...problem } of checkAll(kind, parsed.rules, context)) {
    if (!isAsItStands(problem)) continue;
    const place = parsed.positionOf(problem.ruleIndex, problem.path, offset, inName);
    found.push({ ...problem, place, ...inText });
  }
  return { kind, rules: parsed.rules, found };
}

function checkAll(kind: ScimRecordKind | undefined, rules: Rule[], context: CheckContext): ExpressionProblem[] {
  return kind === undefined ? [] : [...checkCharacters(rules), ...checkRules(kind, rules, context)];
}

type Part = Pick<ExpressionProblem, "ruleIndex" | "path">;

/**
 * Whether what is said of a rule is so. What could not be read is "" among the
 * rules, and what the checks say of that would only mislead; so would most of
 * what they say of a rule whose named expressions could not be read.
 */
function readably(
  problems: readonly TextProblem[],
  rules: readonly Rule[],
): (problem: Part & { severity: string }) => boolean {
  const key = ({ ruleIndex, path }: Part) => `${ruleIndex} ${path}`;
  const rulesOf = (list: readonly TextProblem[]) => new Set(list.map(({ ruleIndex }) => ruleIndex));
  const unread = new Set(problems.map(key));
  const withProblems = rulesOf(problems);
  const isOfLet = ({ ruleIndex, suggestion }: TextProblem) =>
    suggestion === "let" && rules[ruleIndex]?.let.length === 0;
  const hopeless = rulesOf(problems.filter((problem) => ["", "let"].includes(problem.path) || isOfLet(problem)));
  return (problem) => {
    if (hopeless.has(problem.ruleIndex) || unread.has(key(problem))) return false;
    return problem.severity === "error" || !withProblems.has(problem.ruleIndex);
  };
}

function checkGiven(kind: ScimRecordKind | undefined, rules: Rule[], context: CheckContext): Checked {
  if (kind === undefined) return { kind, rules, found: [] };
  if (isTooLong(kind, rules)) {
    const message = `As a file these rules would have more than ${TEXT_LIMIT} characters.`;
    const place = { line: 0, column: 0 };
    const whole = { ruleIndex: -1, path: "", place, length: 0, suggestion: "", rank: 0, field: "rules" };
    return { kind, rules, found: [{ severity: "error", message, ...whole }] };
  }
  const texts = rules.map((rule) => [...textsOf(rule)]);
  const found = checkAll(kind, rules, context).map(({ offset, inName, ...problem }): Found => {
    const { ruleIndex, path } = problem;
    const rank = texts[ruleIndex]?.findIndex(([other]) => other === path) ?? -1;
    const source = texts[ruleIndex]?.[rank]?.[1];
    const place = inName || source === undefined ? { line: 0, column: 0 } : placeIn(source, offset);
    const field = ruleIndex < 0 ? "rules" : `rules[${ruleIndex}]${path && `.${path}`}`;
    return { ...problem, place, rank, field };
  });
  return { kind, rules, found };
}

/** Whether the file would be refused when it comes back. Most need not be printed to know. */
function isTooLong(kind: ScimRecordKind, rules: Rule[]): boolean {
  let characters = 0;
  for (const rule of rules) for (const [path, text] of textsOf(rule)) characters += path.length + charactersIn(text);
  if (characters > TEXT_LIMIT) return true;
  return characters > TEXT_LIMIT / 8 && isLongerThan(TEXT_LIMIT, printRuleSet(kind, rules));
}

function placeIn(source: string, characters: number): Place {
  return placesOf(source)(firstCharacters(source, characters).length);
}

function isError({ severity }: Found): boolean {
  return severity === "error";
}

function byPlace(a: Found, b: Found): number {
  const isText = a.field === "text";
  const inRules = isText ? 0 : a.ruleIndex - b.ruleIndex || a.rank - b.rank;
  return inRules || a.place.line - b.place.line || a.place.column - b.place.column;
}

function toProblem({ severity, place, rank: _, ruleIndex, ...problem }: Found, rules: Rule[]): RuleSetProblem {
  const { RULE_PROBLEM_SEVERITY_ERROR, RULE_PROBLEM_SEVERITY_WARNING } = RuleProblemSeverity;
  return {
    ...problem,
    ...place,
    severity: severity === "error" ? RULE_PROBLEM_SEVERITY_ERROR : RULE_PROBLEM_SEVERITY_WARNING,
    rule: rules[ruleIndex]?.name ?? "",
  };
}
