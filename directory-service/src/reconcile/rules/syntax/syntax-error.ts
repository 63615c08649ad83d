import type { Place } from "./places.ts";
import type { Token } from "./tokens.ts";

/** Why a source is no expression, one sentence, and where. */
export interface SyntaxProblem extends Place {
  message: string;
  suggestion: string;
}

const CLOSING: Record<string, string> = { "(": ")", "[": "]", "{": "}" };
const BINARY = new Set(["&&", "||", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "in"]);
const QUOTES = new Set([..."“”„‘’‚«»`´"]);
/** What other languages write, and what CEL does. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ["and", "&&"],
  ["or", "||"],
  ["not", "!"],
  ["=", "=="],
  ["&", "&&"],
  ["|", "||"],
]);
/** Names that CEL keeps for itself. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

/**
 * Finds why a source is no expression. The parser only says how far one of its
 * attempts came. Undefined: nothing is wrong that this knows of.
 */
export function syntaxProblemIn(source: string, tokens: readonly Token[]): SyntaxProblem | undefined {
  const at = (token: Token, message: string, suggestion = ""): SyntaxProblem => {
    const { offset, text } = token;
    return { offset, length: text.length, message, suggestion };
  };
  if (tokens.length === 0)
    return { offset: 0, length: source.length, message: "There is no expression.", suggestion: "" };

  // An operand is due first, and again after each operator; then an operator or the end of what is open.
  const open: { token: Token; question: boolean }[] = [];
  let operandDue = true;
  for (const [index, token] of tokens.entries()) {
    const { kind, text } = token;
    const previous = tokens[index - 1];
    const inner = open.at(-1);
    if (kind === "unclosed") return at(token, "This text has no closing quote.");
    if (kind === "unknown") return at(token, ...strange(text));

    if (operandDue) {
      if (kind === "name" && FOREIGN.get(text) === "!") return at(token, "“not” is written “!”.", "!");
      if (kind === "name" && text === "if")
        return at(token, "“if” is written as a condition: condition ? this : that.");
      if (kind === "name" && RESERVED_WORDS.has(text) && !["true", "false", "null"].includes(text))
        return at(token, `“${text}” is a word that CEL keeps for itself.`);
      if (kind !== "sign") operandDue = false;
      else if (text in CLOSING) open.push({ token, question: false });
      else if (text === "." && tokens[index + 1]?.kind === "name") continue;
      else if (inner && text === CLOSING[inner.token.text] && mayEndAfter(previous, inner.token)) {
        open.pop();
        operandDue = false;
      } else if (text !== "-" && text !== "!") return at(token, missingBefore(token, previous));
      continue;
    }

    if (kind === "sign" && text === "." && tokens[index + 1]?.kind !== "name")
      return at(token, "A name is missing after “.”.");
    if (previous?.kind === "sign" && previous.text === "." && kind === "name") continue;
    if (kind === "sign" && text === ".") continue;
    if (kind === "sign" && (text === "(" || text === "[" || text === "{")) {
      if (text === "(" && previous?.kind !== "name") return at(token, "An operator is missing before “(”.");
      if (text === "{") return at(token, "An operator is missing before “{”.");
      open.push({ token, question: false });
      operandDue = true;
    } else if ((kind === "sign" || kind === "name") && BINARY.has(text)) operandDue = true;
    else if (text === "?" && kind === "sign") {
      open.push({ token, question: true });
      operandDue = true;
    } else if (text === ":" && kind === "sign") {
      if (inner?.question) open.pop();
      else if (inner?.token.text !== "{") return at(token, "This “:” has no “?” before it.");
      operandDue = true;
    } else if (text === "," && kind === "sign") {
      if (!inner || inner.question) return unexpected(token, inner?.token, at);
      operandDue = true;
    } else if (kind === "sign" && ")]}".includes(text)) {
      if (!inner || inner.question || CLOSING[inner.token.text] !== text) return unexpected(token, inner?.token, at);
      open.pop();
    } else {
      const foreign = kind === "name" ? FOREIGN.get(text.toLowerCase()) : undefined;
      if (foreign) return at(token, `“${text}” is written “${foreign}”.`, foreign);
      return at(token, `An operator is missing before “${short(text)}”.`);
    }
  }
  const last = tokens.at(-1) as Token;
  if (operandDue) return at(last, `A value is missing after “${short(last.text)}”.`);
  const inner = open.at(-1);
  if (inner?.question) return at(inner.token, "This “?” has no “:” after it.");
  if (inner) return at(inner.token, `This “${inner.token.text}” has no “${CLOSING[inner.token.text]}”.`);
  return undefined;
}

function strange(text: string): [string, string?] {
  if (QUOTES.has(text)) return [`“${text}” is no quote that CEL knows: texts stand in " or '.`, '"'];
  const written = FOREIGN.get(text);
  if (written) return [`“${text}” is written “${written}”.`, written];
  return [`“${text}” has no meaning here.`];
}

/** After an opening bracket; a list or an object may also end after a comma. */
function mayEndAfter(previous: Token | undefined, opening: Token): boolean {
  return previous === opening || (previous?.text === "," && opening.text !== "(");
}

function missingBefore({ text }: Token, previous: Token | undefined): string {
  return previous
    ? `A value is missing between “${short(previous.text)}” and “${text}”.`
    : `A value is missing before “${text}”.`;
}

function unexpected(
  token: Token,
  opening: Token | undefined,
  at: (token: Token, message: string) => SyntaxProblem,
): SyntaxProblem {
  if (opening?.text === "?") return at(opening, "This “?” has no “:” after it.");
  if (opening && token.text !== ",") return at(opening, `This “${opening.text}” has no “${CLOSING[opening.text]}”.`);
  return at(token, `This “${token.text}” has nothing that it could close or part.`);
}

function short(text: string): string {
  return text.length > 20 ? `${text.slice(0, 20)}…` : text;
}
