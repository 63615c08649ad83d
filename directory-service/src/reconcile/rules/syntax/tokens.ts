/** A piece of an expression's source. Offsets count UTF-16 code units, as the parser's do. */
export interface Token {
  kind: "name" | "number" | "text" | "sign" | "unknown" | "unclosed";
  text: string;
  offset: number;
}

const BLANK = /(?:\s+|\/\/[^\n]*)*/y;
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /0x[0-9a-fA-F]+u?|(?:\d+\.\d+|\.\d+|\d+)(?:[eE][+-]?\d+)?[uU]?/y;
const TEXT_START = /(?:[rR][bB]?|[bB][rR]?)?(?:"""|'''|"|')/y;
const SIGN = /&&|\|\||==|!=|<=|>=|[-+*/%!<>?:.,()[\]{}]/y;

/** The pieces of a source, without blanks and comments. Linear in its length, and never fails. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let offset = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = offset;
    return pattern.exec(source)?.[0];
  };
  for (offset += take(BLANK)?.length ?? 0; offset < source.length; offset += take(BLANK)?.length ?? 0) {
    const token = nextToken(source, offset, take);
    tokens.push(token);
    offset += token.text.length;
  }
  return tokens;
}

function nextToken(source: string, offset: number, take: (pattern: RegExp) => string | undefined): Token {
  const start = take(TEXT_START);
  if (start !== undefined) {
    const end = endOfText(source, offset + start.length, start);
    if (end === undefined) return { kind: "unclosed", text: source.slice(offset), offset };
    return { kind: "text", text: source.slice(offset, end), offset };
  }
  const name = take(NAME);
  if (name !== undefined) return { kind: "name", text: name, offset };
  const number = take(NUMBER);
  if (number !== undefined) return { kind: "number", text: number, offset };
  const sign = take(SIGN);
  if (sign !== undefined) return { kind: "sign", text: sign, offset };
  return { kind: "unknown", text: String.fromCodePoint(source.codePointAt(offset) ?? 0), offset };
}

/** Where a text ends whose quotes have been opened. Undefined: nowhere. */
function endOfText(source: string, from: number, start: string): number | undefined {
  const raw = /^[rRbB]*[rR]/.test(start);
  const quote = start.replace(/^[rRbB]+/, "");
  for (let index = from; index < source.length; index++) {
    if (source.startsWith(quote, index)) return index + quote.length;
    if (source[index] === "\n" && quote.length === 1) return undefined;
    if (source[index] === "\\" && !raw) index++;
  }
  return undefined;
}
