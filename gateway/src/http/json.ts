/** What a request body may be made of, beyond its size in bytes. */
export interface JsonLimits {
  /** Objects and arrays inside each other. */
  depth: number;
  /** Keys of all objects together. */
  keys: number;
}

/** A body that is not acceptable JSON. The message says what and where, and quotes no value. */
export class JsonError extends Error {
  override readonly name = "JsonError";
}

/**
 * Reads a request body: UTF-8, one JSON value, within limits. Stricter than
 * JSON.parse: an object with the same key twice and keys that reach an object's
 * prototype are refused. Throws JsonError.
 */
export function parseJson(body: Uint8Array, limits: JsonLimits): unknown {
  const text = decode(body);
  scan(text, limits);
  return JSON.parse(text);
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const BYTE_ORDER_MARK = "\ufeff";

function decode(body: Uint8Array): string {
  if (body.length === 0) throw new JsonError("The request has no body.");
  let text: string;
  try {
    text = UTF8.decode(body);
  } catch {
    throw new JsonError("The body is not valid UTF-8.");
  }
  // RFC 8259 section 8.1 lets a reader ignore a byte order mark; some Windows clients write one.
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** No resource has more attributes, nor may an extension have more. */
const MOST_KEYS_OF_OBJECT = 1_000;

const POISONOUS_KEYS = new Set(["__proto__", "constructor", "prototype"]);

// What may stand at a position, between the tokens.
const VALUE = 0;
const VALUE_OR_END = 1;
const KEY = 2;
const KEY_OR_END = 3;
const COMMA_OR_END = 4;

/**
 * Walks over the whole text once, in linear time and without recursion, and
 * checks the grammar of RFC 8259 and the limits. Exported for its tests.
 */
export function scan(text: string, limits: JsonLimits): void {
  // For each open container: the keys seen of an object, null of an array.
  const open: (Set<string> | null)[] = [];
  let expected = VALUE;
  let keys = 0;
  let at = skipBlanks(text, 0);

  while (at < text.length) {
    const character = text.charCodeAt(at);
    if (expected === COMMA_OR_END) {
      const container = open[open.length - 1];
      if (container === undefined) throw fault(text, at, "text after the end of the value");
      if (character === COMMA) {
        expected = container === null ? VALUE : KEY;
        at += 1;
      } else if (character === (container === null ? CLOSE_ARRAY : CLOSE_OBJECT)) {
        open.pop();
        at += 1;
      } else {
        throw fault(text, at, `a comma or ${container === null ? '"]"' : '"}"'} was expected`);
      }
    } else if (expected === KEY || expected === KEY_OR_END) {
      if (character === CLOSE_OBJECT && expected === KEY_OR_END) {
        open.pop();
        expected = COMMA_OR_END;
        at += 1;
      } else if (character === QUOTE) {
        const end = endOfString(text, at);
        const key = keyAt(text, at, end);
        const seen = open[open.length - 1] as Set<string>;
        if (POISONOUS_KEYS.has(key)) throw fault(text, at, `the key "${key}" is not allowed`);
        if (seen.has(key)) throw fault(text, at, `the key "${shorten(key)}" appears twice in one object`);
        keys += 1;
        if (keys > limits.keys) throw fault(text, at, `there are more than ${limits.keys} keys`);
        if (seen.size === MOST_KEYS_OF_OBJECT) throw fault(text, at, `an object has more than ${seen.size} keys`);
        seen.add(key);
        at = skipBlanks(text, end);
        if (text.charCodeAt(at) !== COLON) throw fault(text, at, "a colon was expected");
        expected = VALUE;
        at += 1;
      } else {
        throw fault(text, at, "a key in double quotes was expected");
      }
    } else if (character === OPEN_OBJECT || character === OPEN_ARRAY) {
      if (open.length === limits.depth) throw fault(text, at, `values are nested deeper than ${limits.depth}`);
      open.push(character === OPEN_OBJECT ? new Set() : null);
      expected = character === OPEN_OBJECT ? KEY_OR_END : VALUE_OR_END;
      at += 1;
    } else if (character === CLOSE_ARRAY && expected === VALUE_OR_END) {
      open.pop();
      expected = COMMA_OR_END;
      at += 1;
    } else {
      at = character === QUOTE ? endOfString(text, at) : endOfWord(text, at);
      expected = COMMA_OR_END;
    }
    at = skipBlanks(text, at);
  }
  if (open.length > 0 || expected !== COMMA_OR_END) throw fault(text, at, "the text ends too early");
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

function skipBlanks(text: string, start: number): number {
  let at = start;
  for (;;) {
    const character = text.charCodeAt(at);
    if (character !== 0x20 && character !== 0x0a && character !== 0x0d && character !== 0x09) return at;
    at += 1;
  }
}

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;

/** The position after the string that starts at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length) {
    const character = text.charCodeAt(at);
    if (character === QUOTE) return at + 1;
    if (character < 0x20) throw fault(text, at, "a control character in a string must be escaped");
    if (character !== BACKSLASH) {
      at += 1;
      continue;
    }
    ESCAPE.lastIndex = at;
    if (!ESCAPE.test(text)) throw fault(text, at, "the string has an unknown escape");
    at = ESCAPE.lastIndex;
  }
  throw fault(text, start, "the string is not closed");
}

/** The key between the quotes. An escaped spelling of a key is the same key. */
function keyAt(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end - 1);
  return raw.includes("\\") ? (JSON.parse(text.slice(start, end)) as string) : raw;
}

const WORD = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y;

/** The position after the number, boolean or null that starts at `start`. */
function endOfWord(text: string, start: number): number {
  WORD.lastIndex = start;
  if (!WORD.test(text)) throw fault(text, start, "a value was expected");
  return WORD.lastIndex;
}

const LONGEST_QUOTED_KEY = 64;

function shorten(key: string): string {
  return key.length <= LONGEST_QUOTED_KEY ? key : `${key.slice(0, LONGEST_QUOTED_KEY)}…`;
}

function fault(text: string, at: number, what: string): JsonError {
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  return new JsonError(`The body is not acceptable JSON: ${what}, at line ${line}, column ${column}.`);
}
