import type { Expr } from "../bounds.ts";
import type { ParsedExpression } from "../syntax/parse-expression.ts";
import type { Place } from "../syntax/places.ts";
import { callType } from "./calls.ts";
import { fieldType } from "./fields.ts";
import type { Finding } from "./finding.ts";
import { MAY_BE_NULL, mayBeNoFlag } from "./flags.ts";
import { loopParts } from "./loops.ts";
import { nameProblem } from "./name-problem.ts";
import type { Scope } from "./scope.ts";
import {
  alternativesOf,
  FLAG,
  inWords,
  join,
  listOf,
  NOTHING,
  NULL,
  NUMBER,
  TEXT,
  type Type,
  UNKNOWN,
  withinSize,
} from "./type.ts";

/** Errors that are looked for in one expression; and warnings that are kept. */
const FINDING_LIMIT = 10;

/** What the checks found out about an expression. */
export interface Inference {
  type: Type;
  findings: Finding[];
  /** The rest was not looked at, as there were too many errors before. */
  stopped: boolean;
  /** The names from outside that it uses. */
  uses: ReadonlySet<string>;
  /** By node. */
  types: ReadonlyMap<Expr, Type>;
}

/** What checks of parts of an expression work with. */
export interface Context {
  parsed: ParsedExpression;
  scope: Scope;
  locals: ReadonlyMap<string, Type>;
  /** The type of a part, which is checked with it. */
  infer(node: Expr, locals?: ReadonlyMap<string, Type>): Type;
  report(place: Place, message: string, suggestion?: string, severity?: Finding["severity"]): void;
  /** How many errors have been found so far. */
  errors(): number;
}

/** Ends the look at an expression that has errors enough. */
class Stop extends Error {}

/** Finds the type of an expression, and all that is wrong with its names, fields, calls and types. */
export function infer(parsed: ParsedExpression, scope: Scope): Inference {
  const findings: Finding[] = [];
  const uses = new Set<string>();
  const types = new Map<Expr, Type>();
  const count = { error: 0, warning: 0 };
  const report: Context["report"] = (place, message, suggestion = "", severity = "error") => {
    count[severity]++;
    if (count[severity] <= FINDING_LIMIT) findings.push({ ...place, message, suggestion, severity });
    if (count.error >= FINDING_LIMIT) throw new Stop();
  };
  const errors = () => count.error;
  const visit = (node: Expr, locals: ReadonlyMap<string, Type>): Type => {
    const context: Context = { parsed, scope, locals, report, errors, infer: (part, own = locals) => visit(part, own) };
    const type = typeOf(node, context, uses);
    types.set(node, type);
    return type;
  };
  const found = { findings, uses, types };
  try {
    const type = visit(parsed.expr, new Map());
    return { ...found, type, findings: inOrder(findings), stopped: false };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { ...found, type: UNKNOWN, findings: inOrder(findings), stopped: true };
  }
}

function typeOf(node: Expr, context: Context, uses: Set<string>): Type {
  const { exprKind } = node;
  switch (exprKind.case) {
    case "identExpr":
      return nameType(node, exprKind.value.name, context, uses);
    case "constExpr":
      return constantType(node, context);
    case "selectExpr":
      return fieldType(node, exprKind.value, context);
    case "callExpr":
      return callType(node, exprKind.value, context);
    case "listExpr":
      return listOf(exprKind.value.elements.map((element) => context.infer(element)).reduce(join, NOTHING));
    case "structExpr":
      return objectType(node, context);
    case "comprehensionExpr":
      return loopType(node, context);
    default:
      return UNKNOWN;
  }
}

function nameType(node: Expr, name: string, { parsed, scope, locals, report }: Context, uses: Set<string>): Type {
  const local = locals.get(name);
  if (local) return local;
  const known = scope.names.get(name);
  if (known) {
    uses.add(name);
    return known;
  }
  const { message, suggestion } = nameProblem(name, scope, locals);
  report(parsed.places.name(node), message, suggestion);
  return UNKNOWN;
}

function constantType(node: Expr, { parsed, report }: Context): Type {
  if (node.exprKind.case !== "constExpr") return UNKNOWN;
  const { constantKind } = node.exprKind.value;
  switch (constantKind.case) {
    case "stringValue":
      if (constantKind.value.includes("\0"))
        report(parsed.places.name(node), "A text cannot have the character U+0000: nothing can store it.");
      return TEXT;
    case "boolValue":
      return FLAG;
    case "nullValue":
      return NULL;
    case "doubleValue":
      return NUMBER;
    case "int64Value":
      if (BigInt.asIntN(64, constantKind.value) !== constantKind.value)
        report(parsed.places.name(node), "This number is too large.");
      return NUMBER;
    default:
      report(parsed.places.name(node), "Rules have no bytes and no unsigned numbers.");
      return UNKNOWN;
  }
}

function objectType(node: Expr, { parsed, infer: inferPart, report }: Context): Type {
  if (node.exprKind.case !== "structExpr") return UNKNOWN;
  const { entries, messageName } = node.exprKind.value;
  if (messageName !== "") report(parsed.places.whole(node), 'Rules have no messages, only objects: {"key": value}.');
  const fields = new Map<string, Type>();
  let fixed = true;
  for (const { keyKind, value } of entries) {
    const type = value ? inferPart(value) : UNKNOWN;
    if (keyKind.case !== "mapKey") continue;
    const key = keyKind.value;
    const constant = key.exprKind.case === "constExpr" ? key.exprKind.value.constantKind : undefined;
    const keyType = inferPart(key);
    if (constant?.case === "stringValue") {
      if (fields.has(constant.value)) report(parsed.places.whole(key), `The key "${constant.value}" is there twice.`);
      fields.set(constant.value, type);
      continue;
    }
    fixed = false;
    if (!alternativesOf(keyType).some(({ kind }) => kind === "text" || kind === "unknown"))
      report(parsed.places.whole(key), `A key is text, and this is ${inWords(keyType)}.`);
  }
  return withinSize({
    kind: "object",
    name: "an object",
    fields,
    open: fixed ? undefined : UNKNOWN,
    partial: !fixed,
  });
}

/** A macro: map, filter, exists, exists_one or all. */
function loopType(node: Expr, { parsed, locals, infer: inferPart, report, errors }: Context): Type {
  if (node.exprKind.case !== "comprehensionExpr") return UNKNOWN;
  const { iterVar, iterRange } = node.exprKind.value;
  const macro = parsed.macros.get(node.id) ?? "";
  const range = iterRange ? inferPart(iterRange) : UNKNOWN;
  const element = alternativesOf(range).map(elementOf).reduce(join, NOTHING);
  if (iterRange && alternativesOf(range).every((one) => !["list", "object", "unknown", "null"].includes(one.kind)))
    report(parsed.places.whole(iterRange), `${macro} runs over a list, and this is ${inWords(range)}.`);
  const { test, step } = loopParts(node, macro);
  const inner = new Map([...locals, [iterVar, element]]);
  if (test) {
    const before = errors();
    const type = inferPart(test, inner);
    if (!alternativesOf(type).some(({ kind }) => kind === "flag" || kind === "unknown" || kind === "nothing"))
      report(parsed.places.whole(test), `${macro} needs true or false here, and this is ${inWords(type)}.`);
    else if (mayBeNoFlag(type) && errors() === before)
      report(parsed.places.whole(test), MAY_BE_NULL.message, MAY_BE_NULL.suggestion, "warning");
  }
  if (step) return listOf(inferPart(step, inner));
  return macro === "filter" ? listOf(element) : FLAG;
}

/** What a loop's variable is: an object's are its keys. */
function elementOf(range: Type): Type {
  if (range.kind === "list") return range.element;
  if (range.kind === "object") return TEXT;
  return range.kind === "null" ? NOTHING : UNKNOWN;
}

/** By place; what is said twice of one place is said once. */
function inOrder(findings: readonly Finding[]): Finding[] {
  const said = new Map(findings.map((finding) => [`${finding.offset} ${finding.message}`, finding]));
  return [...said.values()].sort((a, b) => a.offset - b.offset);
}
