import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { EXPRESSION_LIMIT, RULE_SET_PATTERN_LIMIT, RULE_SET_TOKEN_LIMIT, SOURCE_LIMIT } from "./bounds.ts";
import { type Token, tokensOf } from "./syntax/tokens.ts";

/**
 * Why all expressions together are too much to be read, one sentence. Counted
 * before any is parsed, which takes a hundred times as long.
 */
export function excessIn(rules: readonly Rule[]): string | undefined {
  let words = 0;
  let patterns = 0;
  for (const source of sourcesIn(rules)) {
    const tokens = tokensOf(source);
    words += tokens.length;
    patterns += tokens.filter((_, index) => isMatch(tokens, index)).length;
    if (words > RULE_SET_TOKEN_LIMIT)
      return `All expressions together have more than ${RULE_SET_TOKEN_LIMIT} words and signs.`;
    if (patterns > RULE_SET_PATTERN_LIMIT)
      return `All expressions together call matches more than ${RULE_SET_PATTERN_LIMIT} times.`;
  }
  return undefined;
}

/** The expressions that are within the bounds of a rule and of a source. The others are refused unread. */
function* sourcesIn(rules: readonly Rule[]): Generator<string> {
  for (const { let: lets, when, set, onCreate } of rules) {
    const named = [...lets, ...set, ...onCreate];
    if (named.length > EXPRESSION_LIMIT) continue;
    // No character takes more than two code units.
    for (const source of [when, ...named.map(({ expression }) => expression)])
      if (source.length <= 2 * SOURCE_LIMIT) yield source;
  }
}

function isMatch(tokens: readonly Token[], index: number): boolean {
  return tokens[index]?.text === "matches" && tokens[index + 1]?.text === "(";
}
