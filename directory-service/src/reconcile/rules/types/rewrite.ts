import { type Expr, sizeOf } from "../bounds.ts";
import { alternativesOf, mayBeNull, type Type } from "./type.ts";

/** Operators by what stands in for them. */
const BOUNDED: ReadonlyMap<string, string> = new Map([
  ["_+_", "@add"],
  ["@in", "@within"],
]);

type Kind<Case extends Expr["exprKind"]["case"]> = Extract<Expr["exprKind"], { case: Case }>["value"];

/**
 * The expression as it is evaluated: fields that a record may lack are null and
 * not an error, loops over null run over nothing, and every round of a loop
 * counts its steps (functions/inner.ts has the functions that do it).
 */
export function rewrite(node: Expr, types: ReadonlyMap<Expr, Type>): Expr {
  const inner = (part: Expr) => rewrite(part, types);
  const typeOf = (part: Expr | undefined) => (part ? types.get(part) : undefined);
  const { exprKind } = node;
  switch (exprKind.case) {
    case "selectExpr":
      return select(node, exprKind.value, inner, mayLack(typeOf(exprKind.value.operand)));
    case "callExpr": {
      const { function: name, target, args } = exprKind.value;
      const parts = args.map(inner);
      if (name === "_[_]" && mayLack(typeOf(args[0]))) return call(node, "@at", parts);
      const bounded = BOUNDED.get(name);
      if (bounded) return call(node, bounded, parts);
      return {
        ...node,
        exprKind: {
          case: "callExpr",
          value: { ...exprKind.value, ...(target && { target: inner(target) }), args: parts },
        },
      };
    }
    case "listExpr":
      return {
        ...node,
        exprKind: { case: "listExpr", value: { ...exprKind.value, elements: exprKind.value.elements.map(inner) } },
      };
    case "structExpr":
      return { ...node, exprKind: { case: "structExpr", value: struct(exprKind.value, inner) } };
    case "comprehensionExpr":
      return { ...node, exprKind: { case: "comprehensionExpr", value: loop(node, exprKind.value, inner, typeOf) } };
    default:
      return node;
  }
}

/** Whether a value of the type may lack a field that its type has, or that nothing is known of. */
function mayLack(type: Type | undefined): boolean {
  return (
    type === undefined ||
    mayBeNull(type) ||
    alternativesOf(type).some((one) => one.kind === "unknown" || (one.kind === "object" && one.partial))
  );
}

function select(node: Expr, value: Kind<"selectExpr">, inner: (part: Expr) => Expr, lenient: boolean): Expr {
  const { operand, field, testOnly } = value;
  if (!operand) return node;
  if (!lenient) return { ...node, exprKind: { case: "selectExpr", value: { ...value, operand: inner(operand) } } };
  const found = call(node, "@at", [inner(operand), constant(node, { case: "stringValue", value: field })]);
  return testOnly ? call(node, "_!=_", [found, constant(node, { case: "nullValue", value: 0 })]) : found;
}

function struct(value: Kind<"structExpr">, inner: (part: Expr) => Expr): Kind<"structExpr"> {
  const entries = value.entries.map((entry) => ({
    ...entry,
    ...(entry.keyKind.case === "mapKey" && { keyKind: { case: "mapKey" as const, value: inner(entry.keyKind.value) } }),
    ...(entry.value && { value: inner(entry.value) }),
  }));
  return { ...value, entries };
}

function loop(
  node: Expr,
  value: Kind<"comprehensionExpr">,
  inner: (part: Expr) => Expr,
  typeOf: (part: Expr | undefined) => Type | undefined,
): Kind<"comprehensionExpr"> {
  const { iterRange, loopCondition, loopStep } = value;
  if (!iterRange || !loopCondition || !loopStep) return value;
  const range = typeOf(iterRange);
  const optional = !range || mayBeNull(range) || range.kind === "unknown";
  const steps = constant(node, { case: "int64Value", value: BigInt(sizeOf(loopStep).nodes) });
  return {
    ...value,
    iterRange: optional ? call(node, "@each", [inner(iterRange)]) : inner(iterRange),
    loopCondition: call(node, "@step", [steps, loopCondition]),
    loopStep: inner(loopStep),
  };
}

function call({ $typeName, id }: Expr, name: string, args: Expr[]): Expr {
  return {
    $typeName,
    id,
    exprKind: { case: "callExpr", value: { $typeName: "cel.expr.Expr.Call", function: name, args } },
  };
}

function constant({ $typeName, id }: Expr, constantKind: Kind<"constExpr">["constantKind"]): Expr {
  return { $typeName, id, exprKind: { case: "constExpr", value: { $typeName: "cel.expr.Constant", constantKind } } };
}
