import { parse } from "@bufbuild/cel";
import { charactersIn } from "../../../domain/characters.ts";
import {
  BRACKET_LIMIT,
  CONDITIONAL_LIMIT,
  type Expr,
  NESTING_LIMIT,
  NODE_LIMIT,
  SOURCE_LIMIT,
  sizeOf,
} from "../bounds.ts";
import { type Places, placesOf } from "./places.ts";
import { type SyntaxProblem, syntaxProblemIn } from "./syntax-error.ts";
import { type Token, tokensOf } from "./tokens.ts";

/** An expression within bounds. */
export interface ParsedExpression {
  expr: Expr;
  places: Places;
  /** Names of the macros by the id of the node that they became. */
  macros: ReadonlyMap<bigint, string>;
}

/**
 * Parses an expression, unless it could run long or overflow the parser's
 * stack: bounds.ts. Answers why, and where, for one that is refused.
 */
export function parseExpression(source: string): ParsedExpression | SyntaxProblem {
  const characters = source.length > SOURCE_LIMIT ? charactersIn(source) : source.length;
  if (characters > SOURCE_LIMIT)
    return overall(source, `It has ${characters} characters; the limit is ${SOURCE_LIMIT}.`);
  const tokens = tokensOf(source);
  const tooDeep = depthProblemIn(tokens);
  if (tooDeep) return tooDeep;
  const problem = syntaxProblemIn(source, tokens);
  if (problem) return problem;

  let parsed: ReturnType<typeof parse>;
  try {
    // The parser wants a line's end after a comment.
    parsed = parse(`${source}\n`);
  } catch (error) {
    return refused(source, error);
  }
  const { expr, sourceInfo } = parsed;
  if (!expr || !sourceInfo) return overall(source, "There is no expression.");
  const { nodes, nesting } = sizeOf(expr);
  if (nodes > NODE_LIMIT)
    return overall(source, `It has ${nodes} nodes, macros expanded; the limit is ${NODE_LIMIT}. Part it with “let”.`);
  if (nesting > NESTING_LIMIT)
    return overall(source, `Its macros are nested ${nesting} deep; the limit is ${NESTING_LIMIT}.`);
  return { expr, places: placesOf(tokens, sourceInfo), macros: macrosIn(sourceInfo.macroCalls) };
}

function depthProblemIn(tokens: readonly Token[]): SyntaxProblem | undefined {
  let depth = 0;
  let conditionals = 0;
  for (const { kind, text, offset } of tokens) {
    if (kind !== "sign") continue;
    if ("([{".includes(text)) depth++;
    if (")]}".includes(text)) depth--;
    if (text === "?") conditionals++;
    const message =
      depth > BRACKET_LIMIT
        ? `Brackets are nested more than ${BRACKET_LIMIT} deep.`
        : conditionals > CONDITIONAL_LIMIT
          ? `It has more than ${CONDITIONAL_LIMIT} conditions (“?”); switch(x, {…}) looks a value up.`
          : "";
    if (message) return { offset, length: text.length, message, suggestion: "" };
  }
  return undefined;
}

/** The parser's own errors have a place; anything else it throws has none. */
function refused(source: string, error: unknown): SyntaxProblem {
  const { location, message } = error as {
    location?: { start: { offset: number }; end: { offset: number } };
    message?: string;
  };
  if (!location) return overall(source, `It cannot be read: ${message ?? "unknown"}.`);
  const { start, end } = location;
  const reason = String(message).replace(/^<input>:\d+:\d+: /, "");
  const sentence = reason.startsWith("reserved")
    ? "This is a word that CEL keeps for itself."
    : "This cannot be read here.";
  return { offset: start.offset, length: Math.max(1, end.offset - start.offset), message: sentence, suggestion: "" };
}

function overall(source: string, message: string): SyntaxProblem {
  return { offset: 0, length: source.length, message, suggestion: "" };
}

function macrosIn(calls: Record<string, Expr>): Map<bigint, string> {
  const named = Object.entries(calls).flatMap(([id, { exprKind }]) =>
    exprKind.case === "callExpr" ? [[BigInt(id), exprKind.value.function] as const] : [],
  );
  return new Map(named);
}
