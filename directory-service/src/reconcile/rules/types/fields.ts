import type { Expr } from "../bounds.ts";
import { suggestionFor } from "../suggestion.ts";
import type { Context } from "./infer.ts";
import {
  alternativesOf,
  FLAG,
  inWords,
  join,
  mayBeNull,
  NOTHING,
  NULL,
  type ObjectType,
  orNull,
  type Type,
  UNKNOWN,
} from "./type.ts";

type Select = Extract<Expr["exprKind"], { case: "selectExpr" }>["value"];

/** The type of `operand.field`, or of `has(operand.field)`. */
export function fieldType(node: Expr, { operand, field, testOnly }: Select, context: Context): Type {
  const { parsed, infer, report } = context;
  const owner = operand ? infer(operand) : UNKNOWN;
  const type = readField(owner, field);
  if (type) return testOnly ? FLAG : type;
  const source = operand ? nameOf(operand) : "";
  report(parsed.places.name(node), ...fieldProblem(source, field, owner));
  return testOnly ? FLAG : UNKNOWN;
}

/** The type of a field, undefined where no value of the type has it. A field of null is null. */
function readField(owner: Type, field: string): Type | undefined {
  if (owner.kind === "null") return NULL;
  const types = alternativesOf(owner).flatMap((one): Type[] => {
    if (one.kind === "unknown" || one.kind === "nothing") return [UNKNOWN];
    const known = one.kind === "object" ? (one.fields.get(field) ?? one.open) : undefined;
    return known ? [one.kind === "object" && one.partial ? orNull(known) : known] : [];
  });
  if (types.length === 0) return undefined;
  const type = types.reduce(join);
  return mayBeNull(owner) ? orNull(type) : type;
}

/** Where in an object a field of that name is, in any case: "name.givenName". */
function pathTo(field: string, object: ObjectType): string | undefined {
  for (const [name, type] of object.fields) {
    if (name.toLowerCase() === field.toLowerCase()) return name;
    if (type.kind !== "object") continue;
    const inner = [...type.fields.keys()].find((key) => key.toLowerCase() === field.toLowerCase());
    if (inner !== undefined) return `${name}.${inner}`;
  }
  return undefined;
}

function fieldProblem(source: string, field: string, owner: Type): [message: string, suggestion: string] {
  const objects = alternativesOf(owner).filter((one) => one.kind === "object");
  const list = alternativesOf(owner).find((one) => one.kind === "list");
  if (objects.length === 0 && list?.kind === "list") {
    const inner = readField(list.element, field);
    const suggestion = inner && source ? `${source}.map(x, x.${field})` : "";
    return [`${source || "This"} is a list, which has no fields; its elements may.`, suggestion];
  }
  if (objects.length === 0) return [`${source || "This"} is ${inWords(owner)}, which has no fields.`, ""];
  const names = objects.flatMap((one) => [...one.fields.keys()]);
  const name = objects.length === 1 && objects[0]?.name !== "an object" ? objects[0]?.name : source || "The object";
  const path = objects.map((one) => pathTo(field, one)).find((found) => found !== undefined);
  return [`${name} has no field ${field}.`, path ?? suggestionFor(field, names)];
}

/** A plain path as its author wrote it, "" for anything else. */
function nameOf({ exprKind }: Expr): string {
  if (exprKind.case === "identExpr") return exprKind.value.name;
  if (exprKind.case !== "selectExpr" || !exprKind.value.operand) return "";
  const operand = nameOf(exprKind.value.operand);
  return operand && `${operand}.${exprKind.value.field}`;
}

/** The type of `operand[index]`. */
export function elementType(operand: Expr, index: Expr, context: Context): Type {
  const { parsed, infer, report } = context;
  const owner = infer(operand);
  const key = infer(index);
  const constant = index.exprKind.case === "constExpr" ? index.exprKind.value.constantKind : undefined;
  if (constant?.case === "stringValue" && alternativesOf(owner).some(({ kind }) => kind === "object")) {
    const type = readField(owner, constant.value);
    if (type) return type;
    report(parsed.places.whole(index), ...fieldProblem(nameOf(operand), constant.value, owner));
    return UNKNOWN;
  }
  const types = alternativesOf(owner).flatMap((one): Type[] => {
    if (one.kind === "unknown" || one.kind === "nothing") return [UNKNOWN];
    if (one.kind === "list") return keyFits(key, "number") ? [one.element] : [];
    if (one.kind !== "object") return [];
    return keyFits(key, "text") ? [[...one.fields.values(), one.open ?? NOTHING].reduce(join, NULL)] : [];
  });
  if (types.length === 0) {
    const message = `${inWords(owner)} has no [${inWords(key)}].`;
    report(parsed.places.whole(index), message.charAt(0).toUpperCase() + message.slice(1));
    return UNKNOWN;
  }
  if (owner.kind === "list") {
    const suggestion =
      constant?.case === "int64Value" && constant.value === 0n ? `first(${nameOf(operand) || "…"})` : "";
    report(parsed.places.whole(index), "Where the list is shorter, the record fails.", suggestion, "warning");
  }
  return types.reduce(join);
}

function keyFits(key: Type, kind: Type["kind"]): boolean {
  return alternativesOf(key).some((one) => one.kind === kind || one.kind === "unknown" || one.kind === "nothing");
}
