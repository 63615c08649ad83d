import { Document, isMap, isScalar, Scalar } from "yaml";
import { charactersIn } from "../../../domain/characters.ts";
import { entriesOf } from "./read-values.ts";
import { readYaml } from "./read-yaml.ts";
import { swallowingComment } from "./swallowed-lines.ts";

/** Characters of a line, as far as words allow. */
const LINE_WIDTH = 100;

/**
 * The lines of a key and a text, indented, each with its line feed: as it is
 * where it fits on a line, in single quotes where YAML needs some, in a block
 * scalar where it is longer or has lines. `style`: the one to keep if it can be.
 */
export function printPair(key: string, value: string, indent: number, style?: Scalar.Type): string {
  for (const candidate of candidates(key, value, indent, style)) {
    if (saysSame(candidate, key, value)) return indented(candidate, indent);
  }
  return indented(`${quoted(key)}: ${quoted(value)}\n`, indent);
}

/** The lines of a key and something that is no text. */
export function printFlag(key: string, value: boolean, indent: number): string {
  return indented(`${key}: ${value}\n`, indent);
}

function* candidates(key: string, value: string, indent: number, style?: Scalar.Type): Generator<string> {
  const isBlock = style === Scalar.BLOCK_FOLDED || style === Scalar.BLOCK_LITERAL;
  if (style !== undefined && (isBlock || !value.includes("\n"))) {
    const kept = stringify(key, value, indent, style);
    if (isBlock || fits(kept, indent)) yield kept;
  }
  if (value.includes("\n")) yield stringify(key, value, indent, Scalar.BLOCK_LITERAL);
  const plain = stringify(key, value, indent, Scalar.PLAIN);
  if (fits(plain, indent)) yield plain;
  yield stringify(key, value, indent, Scalar.BLOCK_FOLDED);
  yield stringify(key, value, indent, Scalar.BLOCK_LITERAL);
}

function stringify(key: string, value: string, indent: number, style: Scalar.Type): string {
  const scalar = new Scalar(value);
  scalar.type = style;
  // Only | and > are broken into lines, and where they begin says how much room there is.
  const lineWidth = style === Scalar.BLOCK_FOLDED ? LINE_WIDTH - indent : 0;
  return new Document(new Map([[key, scalar]])).toString({ lineWidth, singleQuote: true });
}

function fits(lines: string, indent: number): boolean {
  const [line = "", ...rest] = lines.trimEnd().split("\n");
  return rest.length === 0 && indent + charactersIn(line) <= LINE_WIDTH;
}

/** Whether the lines read as what they are to say. The printer is not made for every text that there is. */
function saysSame(lines: string, key: string, value: string): boolean {
  // How many blank lines + keeps depends on what comes next.
  if (/^[^\n]*[|>]\d?\+\n/.test(lines)) return false;
  const { contents, problems } = readYaml(lines);
  if (problems.length > 0 || !isMap(contents)) return false;
  const node = entriesOf(contents, "", () => {}).get(key)?.value;
  if (contents.items.length > 1 || !isScalar(node) || node.value !== value) return false;
  return swallowingComment(node) === undefined;
}

/** JSON's quotes are YAML's, less the characters that YAML wants escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\x7f-\x9f\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function indented(lines: string, indent: number): string {
  const blanks = " ".repeat(indent);
  return lines
    .split("\n")
    .map((line) => (line === "" ? "" : blanks + line))
    .join("\n");
}
