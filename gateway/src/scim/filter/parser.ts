import {
  type AttributePath,
  type CompareOperator,
  type FilterAst,
  type FilterValue,
  maxFilterDepth,
  maxFilterNodes,
} from "./ast.ts";
import { describe, FilterSyntaxError, type Token, tokenize } from "./lexer.ts";

/**
 * Parses a filter by the grammar of RFC 7644 figure 1 with erratum 4690, in
 * time linear to its length. Two additions: a value path may go on with a
 * sub-attribute and a comparison, which is how Entra looks for an e-mail
 * address; and a value may lack its quotes or have single ones
 * (docs/scim.md, Filters).
 *
 * Throws FilterSyntaxError (400 invalidFilter) and nothing else.
 */
export function parseFilter(text: string): FilterAst {
  const cursor = cursorOf(text);
  const filter = parseOr(cursor);
  expect(cursor, "end", '"and", "or" or the end');
  return filter;
}

/**
 * ```
 * PATH = attrPath / valuePath [subAttr]
 * ```
 * of RFC 7644 figure 7. Throws FilterSyntaxError (400 invalidFilter).
 */
export function parseAttributePath(text: string): AttributePath {
  const cursor = cursorOf(text);
  const path = parsePath(cursor);
  expect(cursor, "end", "the end of the path");
  return path;
}

/** Where the parser stands. */
interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
  /** Open parentheses and brackets. Bounds the recursion. */
  depth: number;
  nodes: number;
  /** Inside the brackets of a value path, where there may be no further brackets. */
  inElement: boolean;
}

function cursorOf(text: string): Cursor {
  return { tokens: tokenize(text), at: 0, depth: 0, nodes: 0, inElement: false };
}

/**
 * ```
 * FILTER = term *(SP "or" SP term)
 * ```
 * `or` binds weakest (RFC 7644 section 3.4.2.2).
 */
function parseOr(cursor: Cursor): FilterAst {
  return parseOperands(cursor, "or", parseAnd);
}

/**
 * ```
 * term = factor *(SP "and" SP factor)
 * ```
 */
function parseAnd(cursor: Cursor): FilterAst {
  return parseOperands(cursor, "and", parseFactor);
}

function parseOperands(cursor: Cursor, kind: "and" | "or", parse: (cursor: Cursor) => FilterAst): FilterAst {
  const first = parse(cursor);
  if (!isKeyword(peek(cursor), kind)) return first;
  count(cursor);
  const operands = [first];
  while (isKeyword(peek(cursor), kind)) {
    cursor.at++;
    operands.push(parse(cursor));
  }
  return { kind, operands };
}

/**
 * ```
 * factor = attrExp / valuePath / *1"not" "(" FILTER ")"
 * ```
 */
function parseFactor(cursor: Cursor): FilterAst {
  const token = peek(cursor);
  if (token.kind === "(") return parseGroup(cursor);
  if (isKeyword(token, "not")) {
    count(cursor);
    cursor.at++;
    return { kind: "not", operand: parseGroup(cursor) };
  }
  return parseAttributeExpression(cursor);
}

/**
 * ```
 * "(" FILTER ")"
 * ```
 */
function parseGroup(cursor: Cursor): FilterAst {
  expect(cursor, "(", '"("');
  enter(cursor);
  const filter = parseOr(cursor);
  cursor.depth--;
  expect(cursor, ")", '"and", "or" or ")"');
  return filter;
}

/**
 * ```
 * attrExp   = (attrPath SP "pr") / (attrPath SP compareOp SP compValue)
 * valuePath = attrPath "[" valFilter "]"
 * ```
 */
function parseAttributeExpression(cursor: Cursor): FilterAst {
  count(cursor);
  const path = parsePath(cursor);
  const token = peek(cursor);
  const operator = token.kind === "word" ? token.text.toLowerCase() : "";
  if (operator === "pr") {
    cursor.at++;
    return { kind: "present", path };
  }
  if (compareOperators.has(operator)) {
    cursor.at++;
    return { kind: "compare", path, operator: operator as CompareOperator, ...parseValue(cursor) };
  }
  if (path.element !== undefined && path.sub === undefined) return { kind: "valuePath", path };
  throw unexpected(token, "an operator (eq, ne, co, sw, ew, pr, gt, ge, lt, le)");
}

/**
 * ```
 * attrPath  = [URI ":"] ATTRNAME *1subAttr
 * valuePath = attrPath "[" valFilter "]" *1subAttr
 * ```
 */
function parsePath(cursor: Cursor): AttributePath {
  const token = peek(cursor);
  const path = token.kind === "word" ? splitPath(token.text) : undefined;
  if (path === undefined) throw unexpected(token, "an attribute name");
  cursor.at++;
  if (peek(cursor).kind !== "[" || path.sub !== undefined) return path;
  return parseElement(cursor, path);
}

/**
 * ```
 * "[" valFilter "]" *1subAttr
 * valFilter = attrExp / logExp / *1"not" "(" valFilter ")"
 * ```
 */
function parseElement(cursor: Cursor, path: AttributePath): AttributePath {
  const bracket = peek(cursor);
  if (cursor.inElement) throw unexpected(bracket, "an operator, as value paths cannot be nested");
  cursor.at++;
  cursor.inElement = true;
  enter(cursor);
  const element = parseOr(cursor);
  cursor.depth--;
  cursor.inElement = false;
  const end = expect(cursor, "]", '"and", "or" or "]"').end;
  if (peek(cursor).kind !== "." || peek(cursor).start !== end) return { ...path, element };
  cursor.at++;
  const sub = peek(cursor);
  if (sub.kind !== "word" || sub.start !== end + 1 || !attributeName.test(sub.text)) {
    throw unexpected(sub, "a sub-attribute name");
  }
  cursor.at++;
  return { ...path, element, sub: sub.text };
}

/**
 * ```
 * compValue = false / null / true / number / string
 * ```
 * or a text without quotes, as RFC 9865 itself writes it in section 2. Words of
 * the grammar are none: `userName eq and` lacks its value.
 */
function parseValue(cursor: Cursor): { value: FilterValue; literal?: string } {
  const token = peek(cursor);
  cursor.at++;
  if (token.kind === "string") return { value: token.value };
  if (token.kind === "number") return numberValue(token.value, token.text);
  if (token.kind === "bare") return { value: token.text };
  if (token.kind === "word") {
    const folded = token.text.toLowerCase();
    const literal = literals.get(folded);
    if (literal !== undefined) return { value: literal };
    if (!keywords.has(folded) && !compareOperators.has(folded) && folded !== "pr") return { value: token.text };
  }
  throw unexpected(token, 'a value: a "string", a number, true, false or null');
}

function numberValue(value: number, text: string): { value: FilterValue; literal?: string } {
  return text === JSON.stringify(value) ? { value } : { value, literal: text };
}

const compareOperators = new Set(["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le"]);
const keywords = new Set(["and", "or", "not"]);
const literals = new Map<string, FilterValue>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** `ATTRNAME = ALPHA *(nameChar)`, and `$ref`, which the RFC's own schemas use. */
const attributeName = /^(?:[A-Za-z][A-Za-z0-9_-]*|\$ref)$/i;

/** Everything up to the last colon is the URN: `2.0` in it is no sub-attribute. */
function splitPath(text: string): AttributePath | undefined {
  const colon = text.lastIndexOf(":");
  const [name = "", sub, ...more] = text.slice(colon + 1).split(".");
  if (more.length > 0 || !attributeName.test(name) || (sub !== undefined && !attributeName.test(sub))) return undefined;
  if (colon === 0 || (colon < 0 && keywords.has(name.toLowerCase()))) return undefined;
  return { ...(colon > 0 && { urn: text.slice(0, colon) }), name, ...(sub !== undefined && { sub }) };
}

function peek(cursor: Cursor): Token {
  return cursor.tokens[cursor.at] as Token;
}

function expect(cursor: Cursor, kind: Token["kind"], expected: string): Token {
  const token = peek(cursor);
  if (token.kind !== kind) throw unexpected(token, expected);
  if (kind !== "end") cursor.at++;
  return token;
}

function isKeyword(token: Token, keyword: string): boolean {
  return token.kind === "word" && token.text.toLowerCase() === keyword;
}

function enter(cursor: Cursor): void {
  cursor.depth++;
  if (cursor.depth > maxFilterDepth) {
    throw new FilterSyntaxError(peek(cursor).start, `at most ${maxFilterDepth} levels of nesting`, "one more");
  }
}

function count(cursor: Cursor): void {
  cursor.nodes++;
  if (cursor.nodes > maxFilterNodes) {
    throw new FilterSyntaxError(peek(cursor).start, `at most ${maxFilterNodes} expressions`, "one more");
  }
}

function unexpected(token: Token, expected: string): FilterSyntaxError {
  return new FilterSyntaxError(token.start, expected, describe(token));
}
