import { CST, type Scalar } from "yaml";
import { tokensOf } from "../syntax/tokens.ts";
import { offsetsOf } from "./scalar-offsets.ts";

/**
 * Where in the text an expression has a comment (`//`) that takes in the lines
 * below it, because YAML made one line of them: what stands there would not be
 * evaluated, and nobody would notice.
 */
export function swallowingComment(scalar: Scalar.Parsed): number | undefined {
  const { value, srcToken } = scalar;
  if (typeof value !== "string" || !value.includes("//") || !srcToken) return undefined;
  const raw = CST.stringify(srcToken);
  const offsets = offsetsOf(scalar);
  if (!raw.includes("\n") || !offsets) return undefined;
  for (const { start, end } of commentsIn(value)) {
    const [from, to] = [offsets[start] ?? 0, offsets[end - 1] ?? 0];
    if (raw.slice(from - srcToken.offset, to - srcToken.offset).includes("\n")) return from;
  }
  return undefined;
}

/** The comments of an expression: what stands between its tokens, from // to the end of the line. */
function commentsIn(source: string): { start: number; end: number }[] {
  const tokens = tokensOf(source);
  const ends = [0, ...tokens.map(({ offset, text }) => offset + text.length)];
  const starts = [...tokens.map(({ offset }) => offset), source.length];
  return ends.flatMap((from, index) =>
    Array.from(source.slice(from, starts[index]).matchAll(/\/\/.*/g), (match) => {
      const start = from + match.index;
      return { start, end: start + match[0].trimEnd().length };
    }),
  );
}
