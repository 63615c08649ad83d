import { CST, isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from "yaml";
import { suggestionFor } from "../suggestion.ts";
import { swallowingComment } from "./swallowed-lines.ts";

/** Takes note of something wrong: the part of the file, where it is in code units, a sentence, what was meant. */
export type Report = (path: string, at: { range?: Range | null }, message: string, suggestion?: string) => void;

type Range = [number, number, number];

/** A key of a map and its value. */
export interface MapEntry {
  key: Scalar.Parsed;
  /** Null: none, not even an empty one. */
  value: ParsedNode | null;
}

/**
 * The entries of a map by key, the first of each. Reports keys that are repeated,
 * are no text or, where `known` is given, are not among them.
 */
export function entriesOf(map: YAMLMap.Parsed, path: string, report: Report, known?: readonly string[]) {
  const entries = new Map<string, MapEntry>();
  for (const { key, value } of map.items) {
    if (!isScalar(key)) {
      report(path, key, "A key must be text.");
      continue;
    }
    const name = typeof key.value === "string" ? key.value : (key.source ?? "");
    const inner = path === "" ? name : `${path}.${name}`;
    if (entries.has(name)) report(inner, key, `The key ${name} is there twice.`);
    else if (name === "<<" && key.type === "PLAIN") report(inner, key, "YAML merge keys are not supported.");
    else if (known && !known.includes(name))
      report(inner, key, `There is no key ${shown(name)} here.`, MEANT.get(name) ?? suggestionFor(name, known));
    else entries.set(name, { key, value });
  }
  return entries;
}

/** Words of other rule editors for the parts of a rule. */
const MEANT: ReadonlyMap<string, string> = new Map([
  ["if", "when"],
  ["condition", "when"],
  ["expressions", "let"],
  ["variables", "let"],
  ["actions", "set"],
]);

function shown(name: string): string {
  return name === "" ? '""' : name;
}

/** Text. Undefined, and a report, where it is something else. */
export function readText({ key, value }: MapEntry, path: string, report: Report): string | undefined {
  if (isScalar(value) && typeof value.value === "string" && !isRefused(value)) return value.value;
  reportType(value ?? key, path, report, "Text is needed here");
  return undefined;
}

/** True or false. Undefined, and a report, where it is something else. */
export function readFlag({ key, value }: MapEntry, path: string, report: Report): boolean | undefined {
  if (isScalar(value) && typeof value.value === "boolean" && !isRefused(value)) return value.value;
  const given = isScalar(value) ? FLAGS.get(String(value.value).toLowerCase()) : undefined;
  reportType(value ?? key, path, report, "It must be true or false", given ?? "");
  return undefined;
}

/** What YAML 1.1 and others take for true and false. */
const FLAGS: ReadonlyMap<string, string> = new Map([
  ["true", "true"],
  ["yes", "true"],
  ["on", "true"],
  ["1", "true"],
  ["false", "false"],
  ["no", "false"],
  ["off", "false"],
  ["0", "false"],
]);

/** The source of an expression. Undefined, and a report, where it is something else than text. */
export function readExpression({ key, value }: MapEntry, path: string, report: Report): string | undefined {
  if (isScalar(value) && typeof value.value === "string" && !isRefused(value)) {
    const comment = swallowingComment(value);
    if (comment !== undefined) report(path, { range: [comment, comment + 2, comment + 2] }, SWALLOWED);
    return value.value;
  }
  const rule = "An expression is text: put it in quotes or after |-";
  reportType(value ?? key, path, report, rule, value ? quotedSource(value) : "");
  return undefined;
}

const SWALLOWED =
  "This comment takes in the lines below it, as YAML makes one line of them. Put the expression after |-.";

/** What stands there, in quotes. "" for what is long or not on one line. */
function quotedSource(value: ParsedNode): string {
  if (isScalar(value)) return value.source ? `"${value.source}"` : "";
  if (isAlias(value) || !value.flow || !value.srcToken) return "";
  const source = CST.stringify(value.srcToken).trim();
  return source.length > 60 || /[\n#]/.test(source) ? "" : `'${source.replaceAll("'", "''")}'`;
}

/** A map. Undefined, and a report, where it is something else; an empty value is one without entries. */
export function readMap({ key, value }: MapEntry, path: string, report: Report): YAMLMap.Parsed | undefined {
  if (isMap(value) && !isRefused(value)) return value;
  if (!isEmpty(value)) reportType(value ?? key, path, report, "A map of names and expressions is needed here");
  return undefined;
}

/** Says that a value has the wrong type, unless it was refused for what it is. */
export function reportType(node: ParsedNode, path: string, report: Report, rule: string, suggestion = ""): void {
  if (!isRefused(node)) report(path, node, `${rule}; this is ${typeOf(node)}.`, suggestion);
}

/** Whether nothing was written, or null. */
export function isEmpty(value: ParsedNode | null): boolean {
  return value === null || (isScalar(value) && value.value === null && !isRefused(value));
}

/** Anchors, aliases and tags have been reported where they are. */
function isRefused(node: ParsedNode): boolean {
  return isAlias(node) || node.anchor !== undefined || node.tag !== undefined;
}

function typeOf(node: ParsedNode): string {
  if (isMap(node)) return node.flow ? "a map, as { begins one" : "a map";
  if (isSeq(node)) return node.flow ? "a list, as [ begins one" : "a list";
  if (!isScalar(node)) return "an alias";
  if (node.value === null) return node.source ? "null" : "empty";
  switch (typeof node.value) {
    case "string":
      return "text";
    case "boolean":
      return `the truth value ${node.source}`;
    default:
      return `the number ${node.source}`;
  }
}
