import { Composer, CST, Lexer, type ParsedNode, Parser, type YAMLParseError } from "yaml";
import { isLongerThan } from "../../../domain/characters.ts";
import { DEPTH_LIMIT, PIECE_LIMIT, TEXT_LIMIT } from "./limits.ts";

/** Something in a text that is wrong, from `start` to `end` in code units. */
export interface Finding {
  start: number;
  end: number;
  /** One sentence. */
  message: string;
  /** What was probably meant; "" where unknown. */
  suggestion: string;
}

/** What a YAML text comes to. */
export interface YamlReading {
  /** Null: there is nothing, or nothing that can be relied on. */
  contents: ParsedNode | null;
  /** In no particular order. */
  problems: Finding[];
}

/**
 * Reads a text of one YAML 1.2 document without anchors, aliases, tags and
 * directives: rules need none of them, and an alias lets a short text stand for
 * an endless one. Time and depth are bounded. Never throws.
 */
export function readYaml(text: string): YamlReading {
  const refusal = checkCharacters(text);
  if (refusal) return { contents: null, problems: [refusal] };
  const { tokens, problems, isComplete } = parseTokens(text);
  if (!isComplete) return { contents: null, problems };

  // Repeated keys are looked for by those who read the map: the composer takes quadratic time for it.
  const composer = new Composer({ version: "1.2", merge: false, uniqueKeys: false, keepSourceTokens: true });
  const [document, another] = composer.compose(tokens, true, text.length);
  if (another)
    problems.push(finding(another.range[0], another.range[0], "The text has more than one YAML document. Write one."));
  const errors = document?.errors ?? [];
  problems.push(...firstOfEachLine(text, errors).map(explain));
  return { contents: errors.length > 0 ? null : (document?.contents ?? null), problems };
}

function finding(start: number, end: number, message: string): Finding {
  return { start, end, message, suggestion: "" };
}

/** YAML's own set of characters, less the carriage return that no line feed follows: editors disagree on what that is. */
const FORBIDDEN = /(?![\t\n\r\u0085])\p{Cc}|\r(?!\n)|(?!^)\ufeff|[\ufffe\uffff]|\p{Surrogate}/u;

function checkCharacters(text: string): Finding | undefined {
  if (isLongerThan(TEXT_LIMIT, text)) return finding(0, 0, `The text has more than ${TEXT_LIMIT} characters.`);
  const [found] = FORBIDDEN.exec(text) ?? [];
  if (found === undefined) return undefined;
  const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
  const start = text.search(FORBIDDEN);
  return finding(start, start + 1, `The character U+${code} is not allowed in YAML.`);
}

/** What is refused wherever it stands. */
const REFUSED: Partial<Record<CST.TokenType, string>> = {
  anchor: "YAML anchors are not supported: & begins one. An expression that begins with & goes in quotes or after |-.",
  alias: "YAML aliases are not supported: * begins one. An expression that begins with * goes in quotes or after |-.",
  tag: "YAML tags are not supported: ! begins one. An expression that begins with ! goes in quotes or after |-.",
  "directive-line": "YAML directives are not supported: a line that begins with % is one.",
};

/** Stops at what is too much. */
function parseTokens(text: string): { tokens: CST.Token[]; problems: Finding[]; isComplete: boolean } {
  const tokens: CST.Token[] = [];
  const problems: Finding[] = [];
  const parser = new Parser();
  let pieces = 0;
  let type: CST.TokenType | null = null;
  for (const lexeme of new Lexer().lex(text)) {
    const start = parser.offset;
    // After the mark of a scalar comes what it says, which may look like anything.
    type = type === "scalar" ? null : CST.tokenType(lexeme);
    const refusal = type && REFUSED[type];
    if (refusal) problems.push(finding(start, start + lexeme.length, refusal));
    if (isOpenAfterAll(lexeme, type)) problems.push(finding(start, start + 1, "The closing quote is missing."));
    tokens.push(...parser.next(lexeme));
    const excess = excessOf(parser.stack.length, ++pieces, problems.length);
    if (excess !== undefined)
      return { tokens, problems: [...problems, finding(start, start, excess)], isComplete: false };
  }
  tokens.push(...parser.end());
  return { tokens, problems, isComplete: true };
}

/** Double quotes whose last one is escaped. The parser takes it for the closing one. */
function isOpenAfterAll(lexeme: string, type: CST.TokenType | null): boolean {
  return type === "double-quoted-scalar" && /(?<!\\)(?:\\\\)*\\"$/.test(lexeme);
}

function excessOf(depth: number, pieces: number, problems: number): string | undefined {
  if (depth > DEPTH_LIMIT) return `The text is nested more than ${DEPTH_LIMIT} deep.`;
  if (pieces > PIECE_LIMIT) return `The text falls into more than ${PIECE_LIMIT} pieces.`;
  if (problems > 100) return "There is too much that is wrong to look further.";
  return undefined;
}

/** One error makes others, most of them on its line. */
function firstOfEachLine(text: string, errors: readonly YAMLParseError[]): YAMLParseError[] {
  let end = -1;
  return errors.filter(({ pos: [start] }) => {
    if (start <= end) return false;
    const next = text.indexOf("\n", start);
    end = next < 0 ? text.length : next;
    return true;
  });
}

/** What the parser's words mean for whoever writes rules. */
const SENTENCES: [RegExp, string][] = [
  [
    /^Nested mappings are not allowed/,
    'YAML takes this for a key within a value. A value with ": " in it goes in quotes or after |-, and the keys of a map begin in the same column.',
  ],
  [
    /^Implicit keys need to be on a single line|^Implicit map keys need to be followed/,
    "YAML takes this for a key, but no colon and value follow on its line.",
  ],
  [/^Tabs are not allowed/, "A tab cannot indent a line. Use spaces."],
  [/^Missing closing/, "The closing quote is missing."],
  [
    /at node end$/,
    "The value has ended before this. An expression that goes on after a quote or bracket goes after |-.",
  ],
  [/^Plain value cannot start/, "A value cannot begin with this character. Put it in quotes or after |-."],
  [/^Block scalar values in collections/, "What stands after | or > must be indented, with spaces."],
  [/^Unexpected block-seq-ind/, "A list cannot begin on the line of its key."],
];

function explain({ pos: [start, end], message }: YAMLParseError): Finding {
  const [, sentence] = SENTENCES.find(([pattern]) => pattern.test(message)) ?? [];
  return finding(start, end, sentence ?? `${message.replace(/\.$/, "")}.`);
}
