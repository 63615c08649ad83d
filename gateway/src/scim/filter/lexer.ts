import { ScimError, type ScimType } from "../error.ts";
import { maxFilterBytes } from "./ast.ts";

/** One token. `start` and `end` are character offsets, `end` being the first one after it. */
export type Token = { readonly start: number; readonly end: number } & (
  | { readonly kind: "(" | ")" | "[" | "]" | "." | "end" }
  /** An attribute path without its brackets, an operator or a keyword. */
  | { readonly kind: "word"; readonly text: string }
  /** What can be nothing but a value without quotes: `anna@example.com`. */
  | { readonly kind: "bare"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "number"; readonly value: number; readonly text: string }
);

/** A filter or path that does not follow the grammar. */
export class FilterSyntaxError extends ScimError {
  /** Character offset, from 0. */
  readonly position: number;
  readonly expected: string;
  readonly found: string;

  constructor(position: number, expected: string, found: string, scimType: ScimType = "invalidFilter") {
    super(400, scimType, `Expected ${expected} at position ${position}, found ${found}.`);
    this.position = position;
    this.expected = expected;
    this.found = found;
  }
}

/** Splits a filter into tokens in one pass, the last of which is `end`. */
export function tokenize(text: string): Token[] {
  const size = text.length > maxFilterBytes ? text.length : Buffer.byteLength(text);
  if (size > maxFilterBytes) {
    throw new FilterSyntaxError(maxFilterBytes, `at most ${maxFilterBytes} bytes`, `${size}`);
  }
  const tokens: Token[] = [];
  let start = 0;
  for (;;) {
    start = skipBlanks(text, start);
    const token = tokenAt(text, start);
    tokens.push(token);
    if (token.kind === "end") return tokens;
    start = token.end;
  }
}

/** What to call a token in an error. */
export function describe(token: Token): string {
  switch (token.kind) {
    case "end":
      return "the end";
    case "word":
    case "bare":
      return excerpt(token.text);
    case "string":
      return `the string ${excerpt(JSON.stringify(token.value))}`;
    case "number":
      return `the number ${token.value}`;
    default:
      return `"${token.kind}"`;
  }
}

function skipBlanks(text: string, start: number): number {
  let at = start;
  while (isBlank(text[at])) at++;
  return at;
}

function tokenAt(text: string, start: number): Token {
  const first = text[start];
  switch (first) {
    case undefined:
      return { kind: "end", start, end: start };
    case "(":
    case ")":
    case "[":
    case "]":
    case ".":
      return { kind: first, start, end: start + 1 };
    case '"':
      return stringAt(text, start);
    case "'":
      return singleQuotedAt(text, start);
    default:
      return runAt(text, start);
  }
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t" || character === "\r" || character === "\n";
}

/** `string` of RFC 7159: every escape is decoded, control characters have to be escaped. */
function stringAt(text: string, start: number): Token {
  const end = endOfString(text, start);
  const literal = text.slice(start, end);
  const value = literal.includes("\\") ? decode(literal, start) : literal.slice(1, -1);
  return { kind: "string", value: storable(value, start), start, end };
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code === 0x5c) at++;
    else if (code < 0x20) throw new FilterSyntaxError(at, "an escaped character", "a control character");
  }
  throw new FilterSyntaxError(text.length, 'a closing "', "the end");
}

function decode(literal: string, start: number): string {
  try {
    return JSON.parse(literal);
  } catch {
    throw new FilterSyntaxError(start, "a JSON string, each backslash doubled", excerpt(literal));
  }
}

function storable(value: string, start: number): string {
  if (!value.includes("\0") && value.isWellFormed()) return value;
  throw new FilterSyntaxError(start, "a string that can be stored", "a NUL character or half a surrogate pair");
}

/** WSO2's clients quote so. There are no escapes: what stands between the quotes is the value, or it is refused. */
function singleQuotedAt(text: string, start: number): Token {
  singleQuoted.lastIndex = start;
  const literal = singleQuoted.exec(text)?.[0];
  if (literal === undefined) {
    throw new FilterSyntaxError(start, 'a string in "double quotes"', excerpt(text.slice(start)));
  }
  const end = start + literal.length;
  return { kind: "string", value: storable(literal.slice(1, -1), start), start, end };
}

const singleQuoted = /'[^'\\\p{Cc}]*'(?=[ \t\r\n)\]]|$)/uy;

/** A name, an operator, a number or a value without quotes: all up to the next blank, quote or bracket. */
function runAt(text: string, start: number): Token {
  run.lastIndex = start;
  const found = run.exec(text)?.[0];
  if (found === undefined || found.endsWith("'")) {
    throw new FilterSyntaxError(start, "a name, a value or a bracket", excerpt(text.slice(start)));
  }
  const end = start + found.length;
  if (number.test(found)) {
    const value = Number(found);
    if (Number.isFinite(value)) return { kind: "number", value, text: found, start, end };
  }
  if (word.test(found)) return { kind: "word", text: found, start, end };
  return { kind: "bare", text: storable(found, start), start, end };
}

// No blank, no control character, and nothing that opens or closes: no quote but one inside, as in O'Malley.
const run = /[^\s\p{Cc}"()[\]{}<>\\,;`\u2018-\u201f\u00ab\u00bb]+/uy;

/** `number` of RFC 7159. */
const number = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/** Letters, digits and the marks of a URN, an attribute name or `$ref`. */
const word = /^[A-Za-z0-9$_:.-]+$/;

function excerpt(text: string): string {
  return text.length > 32 ? `${text.slice(0, 32)}…` : text;
}
