import { type CST, isMap, isScalar, isSeq, type Node, type Pair, type ParsedNode } from "yaml";

/** A stretch of a text, in code units, and what shall stand there. */
export interface Edit {
  start: number;
  end: number;
  text: string;
}

/** An item of a block list or map: whole lines, with the comments above it. */
export interface Stretch {
  start: number;
  end: number;
}

/** A stretch of a text with the edits that lie in it. */
export function splice(text: string, { start, end }: Stretch, edits: readonly Edit[]): string {
  let done = start;
  const parts: string[] = [];
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    if (edit.start < start || edit.end > end) continue;
    parts.push(text.slice(done, edit.start), edit.text);
    done = edit.end;
  }
  return parts.join("") + text.slice(done, end);
}

/**
 * The stretches of a block collection's items, one after the other. Undefined
 * for a collection in brackets, an empty one, and where an item has no line of
 * its own, apart from the first after a dash.
 */
export function stretchesOf(text: string, collection: ParsedNode | null): Stretch[] | undefined {
  if (!(isMap(collection) || isSeq(collection)) || collection.flow || collection.items.length === 0) return undefined;
  const starts = isSeq(collection) ? dashes(collection.srcToken) : collection.items.map(({ key }) => key.range[0]);
  if (starts.length !== collection.items.length) return undefined;
  const stretches: Stretch[] = [];
  for (const [index, item] of collection.items.entries()) {
    const start = starts[index] as number;
    const before = stretches.at(-1)?.end ?? commentsAbove(text, start);
    if (before > start || (index > 0 && text.slice(lineStart(text, start), start).trim() !== "")) return undefined;
    const end = endOfLines(text, item as ParsedNode | Pair<ParsedNode, ParsedNode | null>);
    stretches.push({ start: before, end: endOfComments(text, end, columnOf(text, start)) });
  }
  return stretches;
}

function dashes(token: CST.Token | undefined): number[] {
  if (token?.type !== "block-seq") return [];
  return token.items.flatMap(({ start }) => {
    const dash = start.find(({ type }) => type === "seq-item-ind");
    return dash ? [dash.offset] : [];
  });
}

/** How far from the begin of its line an offset is. */
export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1;
}

/** Where the comments right above a line begin, or the line; the offset itself where other things precede it on the line. */
function commentsAbove(text: string, offset: number): number {
  let start = lineStart(text, offset);
  if (text.slice(start, offset).trim() !== "") return offset;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!/^[ \t]*#/.test(text.slice(above, start))) break;
    start = above;
  }
  return start;
}

/** Where the lines of an item end, the comment behind it included. */
function endOfLines(text: string, item: ParsedNode | Pair<ParsedNode, ParsedNode | null>): number {
  const end = endOf(item);
  if (end > 0 && text[end - 1] === "\n") return end;
  return lineEnd(text, end);
}

/** Comments below that are indented more than an item belong to it. */
function endOfComments(text: string, offset: number, column: number): number {
  let end = offset;
  for (;;) {
    const [line = "", indent = ""] = /^([ \t]*)#.*(?:\n|$)/.exec(text.slice(end, lineEnd(text, end))) ?? [];
    if (line === "" || indent.length <= column) return end;
    end += line.length;
  }
}

/** Where a line ends, its line feed included. */
function lineEnd(text: string, offset: number): number {
  const feed = text.indexOf("\n", offset);
  return feed < 0 ? text.length : feed + 1;
}

/** Where the last value of a node ends. */
function endOf(item: Node | Pair<Node, Node | null>): number {
  if ("key" in item) return endOf(item.value ?? item.key);
  const last = (isMap(item) || isSeq(item)) && !item.flow ? item.items.at(-1) : undefined;
  return last ? endOf(last as Node | Pair<Node, Node | null>) : (item.range?.[1] ?? 0);
}

/** A list or map with other items: each is a stretch of the text, or lines that are new. */
export function replaceItems(before: readonly Stretch[], after: readonly string[]): Edit {
  const start = before[0]?.start ?? 0;
  const end = before.at(-1)?.end ?? start;
  return { start, end, text: after.map((item) => (item.endsWith("\n") ? item : `${item}\n`)).join("") };
}

/** A pair as printed, in its place. The comments above it stay. */
export function replacePair(text: string, key: ParsedNode, { end }: Stretch, lines: string): Edit {
  const [offset] = key.range;
  const start = lineStart(text, offset);
  const isFirst = text.slice(start, offset).trim() !== "";
  return { start: isFirst ? offset : start, end, text: isFirst ? lines.trimStart() : lines };
}

/** The value of a pair as printed, in its place, with the comment behind it. Undefined where there is none to replace. */
export function replaceValue(text: string, value: ParsedNode | null, lines: string): Edit | undefined {
  if (!isScalar(value) || !value.source) return undefined;
  const [start, end] = value.range;
  const [first = "", ...rest] = lines
    .trim()
    .replace(/^.*?:\s+/, "")
    .split("\n");
  if (value.srcToken?.type === "block-scalar") {
    const comment = commentOf(value.srcToken);
    return { start, end, text: `${[`${first}${comment}`, ...rest].join("\n")}\n` };
  }
  if (rest.length === 0) return { start, end, text: first };
  const feed = text.indexOf("\n", end);
  const tail = text.slice(end, feed < 0 ? text.length : feed);
  return { start, end: end + tail.length, text: [first + tail, ...rest].join("\n") };
}

/** The comment behind | or >, with the blanks before it. */
function commentOf({ props }: CST.BlockScalar): string {
  const header = props.map((prop) => ("source" in prop ? prop.source : "")).join("");
  return /[ \t]+#.*/.exec(header)?.[0] ?? "";
}
