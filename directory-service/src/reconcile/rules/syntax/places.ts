import type { parse } from "@bufbuild/cel";
import type { Expr } from "../bounds.ts";
import type { Token } from "./tokens.ts";

/** A stretch of an expression's source, in UTF-16 code units. */
export interface Place {
  offset: number;
  length: number;
}

/** Where the nodes of a tree stand in its source. */
export interface Places {
  /** All that a node was made of. */
  whole(node: Expr): Place;
  /** What names a node: a field, function or variable, or an operator's sign. */
  name(node: Expr): Place;
}

/** The places of a parsed expression. The parser keeps where a node's sign, dot or first letter is. */
export function placesOf(
  tokens: readonly Token[],
  sourceInfo: NonNullable<ReturnType<typeof parse>["sourceInfo"]>,
): Places {
  const indexes = new Map(tokens.map(({ offset }, index) => [offset, index]));
  const closing = closingBrackets(tokens);
  const indexOf = (node: Expr): number => indexes.get(sourceInfo.positions[node.id.toString()] ?? 0) ?? 0;
  const nameIndex = (node: Expr): number => {
    const index = indexOf(node);
    // has(x.field) stands where "has" does; what it names is the field.
    const isTest = node.exprKind.case === "selectExpr" && node.exprKind.value.testOnly;
    if (isTest) return (closing.get(index + 1) ?? index + 1) - 1;
    return tokens[index]?.text === "." && tokens[index + 1]?.kind === "name" ? index + 1 : index;
  };
  /** The first and the last token of a node. */
  const ends = (node: Expr): [number, number] => {
    const { exprKind } = node;
    const named = nameIndex(node);
    switch (exprKind.case) {
      case "selectExpr":
        return [exprKind.value.operand ? ends(exprKind.value.operand)[0] : named, named];
      case "comprehensionExpr":
        return [exprKind.value.iterRange ? ends(exprKind.value.iterRange)[0] : named, closing.get(named + 1) ?? named];
      case "listExpr":
      case "structExpr":
        return [named, closing.get(named) ?? named];
      case "callExpr": {
        const { target, args } = exprKind.value;
        const parts = (target ? [target, ...args] : args).map(ends);
        const own = closing.get(tokens[named]?.kind === "name" ? named + 1 : named) ?? named;
        return [Math.min(named, ...parts.map(([first]) => first)), Math.max(own, ...parts.map(([, last]) => last))];
      }
      default:
        return [named, named];
    }
  };
  return {
    whole: (node) => {
      const [first, last] = ends(node);
      return stretch(tokens[first], tokens[last]);
    },
    name: (node) => stretch(tokens[nameIndex(node)], tokens[nameIndex(node)]),
  };
}

/** By the index of an opening bracket, that of the one that closes it. */
function closingBrackets(tokens: readonly Token[]): Map<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  for (const [index, { kind, text }] of tokens.entries()) {
    if (kind !== "sign") continue;
    if ("([{".includes(text)) open.push(index);
    else if (")]}".includes(text)) {
      const opening = open.pop();
      if (opening !== undefined) closing.set(opening, index);
    }
  }
  return closing;
}

function stretch(first: Token | undefined, last: Token | undefined): Place {
  const offset = first?.offset ?? 0;
  return { offset, length: Math.max(0, (last ? last.offset + last.text.length : offset) - offset) };
}
