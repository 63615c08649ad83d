import type { Expr } from "../bounds.ts";
import { suggestionFor } from "../suggestion.ts";
import type { ParsedExpression } from "../syntax/parse-expression.ts";
import type { TargetField } from "../target-fields.ts";
import type { Finding } from "./finding.ts";
import { MAY_BE_NULL, mayBeNoFlag } from "./flags.ts";
import { alternativesOf, fits, inWords, NULL, type ObjectType, type Type } from "./type.ts";

/** What is wrong with what an expression gives, for the field or the condition that takes it. */
export function resultFindings(
  { expr, places }: ParsedExpression,
  type: Type,
  types: ReadonlyMap<Expr, Type>,
  { type: wanted, takes }: TargetField,
): Finding[] {
  const refuse = (node: Expr, message: string, suggestion = ""): Finding[] => [
    { severity: "error", ...places.whole(node), message, suggestion },
  ];
  const wantedElement = elementOf(wanted);
  if (!fits(type, wanted)) {
    const inList = wantedElement !== undefined && fits(type, wantedElement);
    return refuse(expr, `This needs ${takes}, and gives ${inWords(type)}.`, inList ? "[…]" : "");
  }
  // A condition. Null keeps what a field has.
  if (!fits(NULL, wanted) && mayBeNoFlag(type)) return [{ severity: "warning", ...places.whole(expr), ...MAY_BE_NULL }];
  const element = elementOf(type);
  if (!wantedElement || !element) return [];
  const by = alternativesOf(wantedElement).find((one) => one.kind === "candidate")?.by;
  const wrong = alternativesOf(element)
    .find((one) => one.kind === "candidate")
    ?.by.filter((one) => !by?.includes(one));
  if (wrong && wrong.length > 0) return refuse(expr, `This needs ${takes}.`);
  const object = alternativesOf(wantedElement).find((one) => one.kind === "object");
  const given = alternativesOf(element).find((one) => one.kind === "object");
  if (!object || !given) return [];
  return keyFindings(expr, places, types, object, given, takes);
}

/** The keys that are unknown, whose values are wrong, or that are missing. */
function keyFindings(
  expr: Expr,
  places: ParsedExpression["places"],
  types: ReadonlyMap<Expr, Type>,
  wanted: ObjectType,
  given: ObjectType,
  takes: string,
): Finding[] {
  const findings: Finding[] = [];
  const refuse = (key: string, message: string, suggestion = "") => {
    const node = keyNode(key, types) ?? expr;
    findings.push({ severity: "error", ...places.whole(node), message, suggestion });
  };
  for (const [key, type] of given.fields) {
    const field = wanted.fields.get(key);
    if (!field)
      refuse(
        key,
        `There is no “${key}” in ${wanted.name}: this needs ${takes}.`,
        suggestionFor(key, wanted.fields.keys()),
      );
    else if (!fits(type, field)) refuse(key, `“${key}” in ${wanted.name} needs text, and this is ${inWords(type)}.`);
  }
  if (!given.partial)
    for (const key of wanted.required ?? [])
      if (!given.fields.has(key)) refuse("", `“${key}” is missing in ${wanted.name}: this needs ${takes}.`);
  return findings;
}

/** Where a key stands, if the object is written in this very expression. */
function keyNode(key: string, types: ReadonlyMap<Expr, Type>): Expr | undefined {
  for (const { exprKind } of types.keys()) {
    if (exprKind.case !== "structExpr") continue;
    for (const { keyKind } of exprKind.value.entries) {
      const constant = keyKind.case === "mapKey" ? keyKind.value.exprKind : undefined;
      const kind = constant?.case === "constExpr" ? constant.value.constantKind : undefined;
      if (kind?.case === "stringValue" && kind.value === key && keyKind.case === "mapKey") return keyKind.value;
    }
  }
  return undefined;
}

function elementOf(type: Type): Type | undefined {
  return alternativesOf(type).find((one) => one.kind === "list")?.element;
}
