import type { CST, Scalar } from "yaml";
import { firstCharacters } from "../../../domain/characters.ts";

/** Part of a scalar's value and where in the text it is from: one offset for each code unit. */
interface Traced {
  value: string;
  offsets: number[];
}

/**
 * The offset in the text, in code units, of a character of a scalar's value; of
 * its end where it has fewer. Where the scalar begins, if that is not known.
 */
export function offsetInScalar(scalar: Scalar.Parsed, characters: number): number {
  const [start] = scalar.range;
  const unit = firstCharacters(String(scalar.value), characters).length;
  return offsetsOf(scalar)?.[unit] ?? start;
}

/**
 * Where in the text each code unit of a scalar's value is from, and one more
 * for its end. The node must have its source token.
 *
 * The `yaml` package resolves folds and escapes without saying where they were,
 * so they are resolved once more here. Undefined should that not come to the
 * same value.
 */
export function offsetsOf(scalar: Scalar.Parsed): number[] | undefined {
  if (known.has(scalar)) return known.get(scalar);
  const { value, srcToken } = scalar;
  if (typeof value !== "string" || !srcToken) return undefined;
  const traced = trace(srcToken as CST.FlowScalar | CST.BlockScalar);
  const offsets = traced.value === value ? traced.offsets : undefined;
  known.set(scalar, offsets);
  return offsets;
}

// One expression may have several problems.
const known = new WeakMap<Scalar.Parsed, number[] | undefined>();

function trace(token: CST.FlowScalar | CST.BlockScalar): Traced {
  switch (token.type) {
    case "block-scalar":
      return traceBlock(token);
    case "double-quoted-scalar":
      return traceDoubleQuoted(token.source, token.offset);
    case "single-quoted-scalar":
      return traceSingleQuoted(token.source, token.offset);
    default:
      return traceFolded(token.source, token.offset);
  }
}

/** Collects what a value is made of. */
function tracer() {
  const parts: string[] = [];
  const offsets: number[] = [];
  return {
    /** As it stands in the text from there on. */
    copy(part: string, offset: number): void {
      parts.push(part);
      for (let index = 0; index < part.length; index++) offsets.push(offset + index);
    },
    /** Instead of what stands there. */
    put(part: string, offset: number): void {
      parts.push(part);
      for (let index = 0; index < part.length; index++) offsets.push(offset);
    },
    end(offset: number): Traced {
      return { value: parts.join(""), offsets: [...offsets, offset] };
    },
  };
}

/** Plain text, and what single quotes hold: lines are joined by a blank, n blank lines between them are n breaks. */
function traceFolded(source: string, offset: number): Traced {
  const out = tracer();
  const lines = source.split("\n");
  let start = offset;
  let breaks = 0;
  for (const [index, line] of lines.entries()) {
    const isLast = index === lines.length - 1;
    const content = isLast ? line : line.replace(/[ \t]*\r?$/, "");
    const skipped = index === 0 ? 0 : content.length - content.replace(/^[ \t]+/, "").length;
    const text = content.slice(skipped);
    if (index > 0 && (text !== "" || isLast)) out.put(breaks === 1 ? " " : "\n".repeat(breaks - 1), start - 1);
    if (text !== "" || index === 0) breaks = 0;
    out.copy(text, start + skipped);
    breaks++;
    start += line.length + 1;
  }
  return out.end(offset + source.length);
}

function traceSingleQuoted(source: string, offset: number): Traced {
  const { value, offsets } = traceFolded(source.slice(1, -1), offset + 1);
  const out = tracer();
  for (let index = 0; index < value.length; index++) {
    out.put(value.charAt(index), offsets[index] as number);
    if (value.startsWith("''", index)) index++;
  }
  return out.end(offset + source.length - 1);
}

const ESCAPES: Record<string, string> = {
  0: "\0",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  N: "\u0085",
  _: "\u00a0",
  L: "\u2028",
  P: "\u2029",
};

/** What may stand between double quotes: escapes, line breaks with the blanks around them, other blanks, the rest. */
const DOUBLE_QUOTED =
  /\\(?:x(?<x>[\da-fA-F]{2})|u(?<u>[\da-fA-F]{4})|U(?<U>[\da-fA-F]{8})|(?<joined>\r?\n[ \t]*)|(?<code>.))|(?<breaks>[ \t]*(?:\r?\n[ \t]*)+)|[^\\\n \t\r]+|[ \t]+|\r/gs;

function traceDoubleQuoted(source: string, offset: number): Traced {
  const out = tracer();
  for (const match of source.slice(1, -1).matchAll(DOUBLE_QUOTED)) {
    const at = offset + 1 + match.index;
    const { x, u, U, joined, code, breaks } = match.groups ?? {};
    const digits = x ?? u ?? U;
    if (digits !== undefined) out.put(characterOf(Number.parseInt(digits, 16)), at);
    else if (code !== undefined) out.put(ESCAPES[code] ?? code, at);
    else if (breaks !== undefined) out.put("\n".repeat(breaks.split("\n").length - 2) || " ", at);
    else if (joined === undefined) out.copy(match[0], at);
  }
  return out.end(offset + source.length - 1);
}

function characterOf(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "";
}

/** A line of a block scalar. */
interface BlockLine {
  indent: string;
  content: string;
  offset: number;
}

/** Text after | and >: the indentation goes, and > joins lines that are not more indented. */
function traceBlock({ indent, props, source, offset }: CST.BlockScalar): Traced {
  const header = props.map((prop) => ("source" in prop ? prop.source : "")).join("");
  const [style = "|"] = header;
  const explicit = Number(/^[|>][+-]?([1-9])/.exec(header)?.[1] ?? 0);
  const lines = blockLines(source, offset + header.length);
  const isBlank = ({ content }: BlockLine) => content === "";
  const first = lines.find((line) => !isBlank(line));
  const out = tracer();
  const width = explicit > 0 ? indent + explicit : (first?.indent.length ?? 0);

  let end = lines.length;
  while (end > 0 && isBlank(lines[end - 1] as BlockLine)) end--;
  const content = first ? contentLines(lines, end, width) : [];
  if (style === "|") literal(content, width, out);
  else folded(content, width, out);
  const after = offset + header.length + source.length;
  if (content.length > 0) chomp(lines.slice(content.length), header, width, after, out);
  else if (chompingOf(header) === "+") out.put("\n".repeat(Math.max(1, lines.length - 1)), offset + header.length - 1);
  return out.end(after);
}

function blockLines(source: string, start: number): BlockLine[] {
  let offset = start;
  return source.split("\n").map((line) => {
    const [indent = ""] = /^ */.exec(line) ?? [];
    const parsed = { indent, content: line.slice(indent.length).replace(/\r$/, ""), offset };
    offset += line.length + 1;
    return parsed;
  });
}

/** The lines up to `end`, and blank ones behind them that are indented more. */
function contentLines(lines: BlockLine[], end: number, width: number): BlockLine[] {
  const last = lines.findLastIndex(({ indent }, index) => index >= end && indent.length > width);
  return lines.slice(0, Math.max(end, last + 1));
}

type Tracer = ReturnType<typeof tracer>;

function copyLine({ indent, content, offset }: BlockLine, width: number, out: Tracer): void {
  out.copy(indent.slice(width) + content, offset + Math.min(width, indent.length));
}

function literal(lines: BlockLine[], width: number, out: Tracer): void {
  for (const [index, line] of lines.entries()) {
    if (index > 0) out.put("\n", line.offset - 1);
    copyLine(line, width, out);
  }
}

function folded(lines: BlockLine[], width: number, out: Tracer): void {
  const first = lines.findIndex(({ content }) => content !== "");
  for (const line of lines.slice(0, Math.max(first, 0))) {
    copyLine({ ...line, content: "" }, width, out);
    out.put("\n", line.offset + line.indent.length);
  }
  let separator = "";
  let wasMoreIndented = false;
  for (const line of lines.slice(Math.max(first, 0))) {
    const { indent, content, offset } = line;
    if (indent.length > width || content.startsWith("\t")) {
      if (separator === " ") separator = "\n";
      else if (!wasMoreIndented && separator === "\n") separator = "\n\n";
      out.put(separator, offset - 1);
      copyLine(line, width, out);
      [separator, wasMoreIndented] = ["\n", true];
    } else if (content === "") {
      if (separator === "\n") out.put("\n", offset - 1);
      else separator = "\n";
    } else {
      out.put(separator, offset - 1);
      out.copy(content, offset + indent.length);
      [separator, wasMoreIndented] = [" ", false];
    }
  }
}

/** The line breaks at the end: one, none (-) or all (+). A text that ends without one counts as if it did not. */
function chomp(rest: BlockLine[], header: string, width: number, after: number, out: Tracer): void {
  const chomping = chompingOf(header);
  if (chomping === "-") return;
  if (chomping === undefined || rest.length === 0) out.put("\n", rest[0] ? rest[0].offset - 1 : after);
  else
    for (const { indent, offset } of rest) {
      out.put("\n", offset - 1);
      out.copy(indent.slice(width), offset + width);
    }
}

function chompingOf(header: string): string | undefined {
  return /^[|>]\d?([+-])/.exec(header)?.[1];
}
