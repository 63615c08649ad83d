import type { NamedExpression, Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { isMap, isScalar, isSeq, type ParsedNode, type YAMLMap } from "yaml";
import { charactersIn } from "../../../domain/characters.ts";
import { RULE_LIMIT } from "../bounds.ts";
import { suggestionFor } from "../suggestion.ts";
import { type Place, placesOf } from "./places.ts";
import {
  entriesOf,
  isEmpty,
  type MapEntry,
  type Report,
  readExpression,
  readFlag,
  readMap,
  readText,
  reportType,
} from "./read-values.ts";
import { type Finding, readYaml } from "./read-yaml.ts";
import { KINDS_BY_NAME } from "./record-kind-names.ts";
import { offsetInScalar } from "./scalar-offsets.ts";

/** Something in the text of a rule set that keeps it from being read. */
export interface TextProblem extends Place {
  /** Which rule, from 0. -1: the file as a whole. */
  ruleIndex: number;
  /** "let.full_name", "when", "set.job_title", "name", …; "" is the rule, or the file, as a whole. */
  path: string;
  /** How many characters of the line are concerned; 0 where unknown. */
  length: number;
  /** One sentence. */
  message: string;
  /** What was probably meant; "" where unknown. */
  suggestion: string;
}

/** What the text of a rule set says. */
export interface RuleSetText {
  /** Undefined: the file does not name one. */
  kind: ScimRecordKind | undefined;
  /** As far as they can be read: what is missing or wrong is "". */
  rules: Rule[];
  /** Empty: the text can be read. In no particular order. */
  problems: TextProblem[];
  /**
   * Where a part of a rule is, `offset` characters into its value or, where
   * `inName`, into the name that the path ends in. The nearest that is there,
   * where it is not.
   */
  positionOf(ruleIndex: number, path: string, offset?: number, inName?: boolean): Place;
}

/** What is gathered while a text is read. */
interface Reading {
  problems: (Finding & Pick<TextProblem, "ruleIndex" | "path">)[];
  /** The parts of the rules, by `spotKey`. */
  spots: Map<string, Partial<MapEntry>>;
}

/** Reads the YAML file of a rule set. Never throws. */
export function parseRuleSet(text: string): RuleSetText {
  const placeAt = placesOf(text);
  const { contents, problems } = readYaml(text);
  const reading: Reading = {
    problems: problems.map((problem) => ({ ...problem, ruleIndex: -1, path: "" })),
    spots: new Map(),
  };
  const canBeRead = contents !== null || problems.length === 0;
  return {
    ...(canBeRead ? readFile(contents, reading) : { kind: undefined, rules: [] }),
    problems: reading.problems.map(({ start, end, ...problem }) => ({
      ...problem,
      ...placeAt(start),
      length: charactersIn(firstLine(text.slice(start, end))),
    })),
    positionOf: (ruleIndex, path, offset = 0, inName = false) =>
      placeAt(offsetOf(reading.spots, ruleIndex, path, offset, inName)),
  };
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? "";
}

function readFile(contents: ParsedNode | null, reading: Reading): Pick<RuleSetText, "kind" | "rules"> {
  const report = reporter(reading, -1);
  const start = { range: [0, 0, 0] as [number, number, number] };
  if (!isMap(contents)) {
    report("", contents ?? start, "A rule set is a map with the keys kind and rules.");
    return { kind: undefined, rules: [] };
  }
  const entries = entriesOf(contents, "", report, ["kind", "rules"]);
  const [kind, rules] = [entries.get("kind"), entries.get("rules")];
  if (kind) reading.spots.set(spotKey(-1, "kind"), kind);
  else report("", start, `The key kind is missing: ${Object.keys(KINDS_BY_NAME).join(" or ")}.`);
  if (!rules) report("", start, "The key rules is missing; where there are none it is [].");
  return { kind: kind && readKind(kind, report), rules: rules ? readRules(rules, reading) : [] };
}

/** Problems that are kept. */
const PROBLEM_LIMIT = 200;

function reporter({ problems }: Reading, ruleIndex: number): Report {
  return (path, { range }, message, suggestion = "") => {
    const [start, end] = range ?? [0, 0];
    if (problems.length < PROBLEM_LIMIT) problems.push({ ruleIndex, path, start, end, message, suggestion });
  };
}

function readKind(entry: MapEntry, report: Report): ScimRecordKind | undefined {
  const name = readText(entry, "", report);
  if (name === undefined) return undefined;
  if (Object.hasOwn(KINDS_BY_NAME, name)) return KINDS_BY_NAME[name];
  const names = Object.keys(KINDS_BY_NAME);
  report("", entry.value ?? entry.key, `The kind must be ${names.join(" or ")}.`, suggestionFor(name, names));
  return undefined;
}

function readRules({ key, value }: MapEntry, reading: Reading): Rule[] {
  const report = reporter(reading, -1);
  if (!isSeq(value)) {
    reportType(value ?? key, "", report, "The rules must be a list, [] where there are none");
    return [];
  }
  const items = value.items as ParsedNode[];
  const excess = items[RULE_LIMIT];
  if (excess) report("", excess, `There are ${items.length} rules; a rule set has at most ${RULE_LIMIT}.`);
  return items.slice(0, RULE_LIMIT).map((item, index) => readRule(item, index, reading));
}

const RULE_KEYS = ["name", "description", "disabled", "let", "when", "set", "on_create"];

function readRule(node: ParsedNode, index: number, reading: Reading): Rule {
  const report = reporter(reading, index);
  const rule: Rule = { name: "", description: "", disabled: false, let: [], when: "", set: [], onCreate: [] };
  reading.spots.set(spotKey(index, ""), { value: node });
  if (!isMap(node)) {
    reportType(node, "", report, "A rule is a map with the keys name, when and set");
    return rule;
  }
  const entries = entriesOf(node, "", report, RULE_KEYS);
  for (const [name, entry] of entries) reading.spots.set(spotKey(index, name), entry);
  if (!entries.has("when")) report("when", node, "The key when is missing; without a condition it is 'true'.");

  const read = <T>(name: string, as: (entry: MapEntry, path: string, report: Report) => T) => {
    const entry = entries.get(name);
    return entry && as(entry, name, report);
  };
  const readExpressions = (entry: MapEntry, path: string) => {
    const map = readMap(entry, path, report);
    return map && expressionsOf(map, path, index, reading);
  };
  const optionalText = (entry: MapEntry, path: string) =>
    isEmpty(entry.value) ? undefined : readText(entry, path, report);
  return {
    name: read("name", readText) ?? "",
    description: read("description", optionalText) ?? "",
    disabled: read("disabled", readFlag) ?? false,
    let: read("let", readExpressions) ?? [],
    when: read("when", readExpression) ?? "",
    set: read("set", readExpressions) ?? [],
    onCreate: read("on_create", readExpressions) ?? [],
  };
}

function expressionsOf(map: YAMLMap.Parsed, part: string, index: number, reading: Reading): NamedExpression[] {
  const report = reporter(reading, index);
  return Array.from(entriesOf(map, part, report), ([name, entry]) => {
    const path = `${part}.${name}`;
    reading.spots.set(spotKey(index, path), entry);
    return { name, expression: readExpression(entry, path, report) ?? "" };
  });
}

function spotKey(ruleIndex: number, path: string): string {
  return `${ruleIndex} ${path}`;
}

/** The offset in code units of a part, or of what is around it. */
function offsetOf(spots: Reading["spots"], ruleIndex: number, path: string, offset: number, inName: boolean): number {
  const spot = spots.get(spotKey(ruleIndex, path));
  if (!spot)
    return path === "" ? 0 : offsetOf(spots, ruleIndex, path.slice(0, Math.max(0, path.lastIndexOf("."))), 0, false);
  const node = (inName ? spot.key : spot.value) ?? spot.key;
  if (!node) return 0;
  return isScalar(node) ? offsetInScalar(node, offset) : (node.range[0] ?? 0);
}
