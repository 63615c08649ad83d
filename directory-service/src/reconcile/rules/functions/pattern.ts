import { RE2JS } from "@bufbuild/re2";
import { LRUCache } from "lru-cache";
import { charactersIn } from "../../../domain/characters.ts";
import { PATTERN_LIMIT, PATTERN_PROGRAM_LIMIT } from "../bounds.ts";

/** A compiled RE2 pattern: it takes text length times instructions at most, whatever the pattern. */
export interface Pattern {
  instructions: number;
  test(text: string): boolean;
}

const patterns = new LRUCache<string, Pattern>({ max: 1_000 });

/**
 * A pattern in RE2's syntax, compiled once. Throws an Error with a sentence for
 * one that is wrong or too large. Patterns are literals and are compiled when a
 * rule set is checked, so that no record can bring one along.
 */
export function patternOf(source: string): Pattern {
  const known = patterns.get(source);
  if (known) return known;
  if (charactersIn(source) > PATTERN_LIMIT) throw new Error(`a pattern has more than ${PATTERN_LIMIT} characters`);
  const compiled = RE2JS.compile(source);
  const instructions = compiled.re2().prog.numInst();
  if (instructions > PATTERN_PROGRAM_LIMIT)
    throw new Error(`the pattern is too large: ${instructions} instructions; the limit is ${PATTERN_PROGRAM_LIMIT}`);
  const pattern: Pattern = { instructions, test: (text) => compiled.test(text) };
  patterns.set(source, pattern);
  return pattern;
}
