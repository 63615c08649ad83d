import { ScimError, type ScimType } from "../error.ts";
import { maxFilterBytes } from "./ast.ts";

/** One token. `start` and `end` are character offsets, `end` being the first one after it. */
export type Token = { readonly start: number; readonly end: number } & (
  | { readonly kind: "(" | ")" | "[" | "]" | "." | "end" }
  /** An attribute path without its brackets, an operator or a keyword. */
  | { readonly kind: "word"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "number"; readonly value: number }
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
  while (text[at] === " " || text[at] === "\t") at++;
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
    default:
      return isNumberStart(first) ? numberAt(text, start) : wordAt(text, start);
  }
}

/** `string` of RFC 7159: every escape is decoded, control characters have to be escaped. */
function stringAt(text: string, start: number): Token {
  const end = endOfString(text, start);
  const literal = text.slice(start, end);
  const value = literal.includes("\\") ? decode(literal, start) : literal.slice(1, -1);
  if (value.includes("\0") || !value.isWellFormed()) {
    throw new FilterSyntaxError(start, "a string that can be stored", "a NUL character or half a surrogate pair");
  }
  return { kind: "string", value, start, end };
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
    throw new FilterSyntaxError(start, "a JSON string", excerpt(literal));
  }
}

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/** `number` of RFC 7159. What follows must not be part of a word: `1a` is neither. */
function numberAt(text: string, start: number): Token {
  number.lastIndex = start;
  const literal = number.exec(text)?.[0] ?? "";
  const end = start + literal.length;
  const value = Number(literal);
  if (literal === "" || isWordPart(text[end]) || !Number.isFinite(value)) {
    throw new FilterSyntaxError(start, "a JSON number", excerpt(text.slice(start)));
  }
  return { kind: "number", value, start, end };
}

const word = /[A-Za-z0-9$_:.-]+/y;

/** Letters, digits and the marks of a URN, an attribute name or `$ref`. */
function wordAt(text: string, start: number): Token {
  word.lastIndex = start;
  const found = word.exec(text)?.[0];
  if (found === undefined) {
    throw new FilterSyntaxError(start, "a name, a value or a bracket", excerpt(text.slice(start)));
  }
  return { kind: "word", text: found, start, end: start + found.length };
}

function isNumberStart(character: string): boolean {
  return character === "-" || (character >= "0" && character <= "9");
}

function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /[A-Za-z0-9$_:.-]/.test(character);
}

function excerpt(text: string): string {
  return text.length > 32 ? `${text.slice(0, 32)}…` : text;
}
