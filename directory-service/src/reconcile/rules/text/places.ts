/** A place in a text, counted from 1. Columns count characters (code points), a tab as one. */
export interface Place {
  line: number;
  column: number;
}

/** Gives the place of an offset in code units. A byte order mark has no column. */
export function placesOf(text: string): (offset: number) => Place {
  const starts = [text.startsWith("\uFEFF") ? 1 : 0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  let counted: Uint32Array | undefined;
  return (offset) => {
    const line = lastAtMost(starts, offset);
    // A file may be a single line, and have problems all along it.
    counted ??= charactersUpTo(text);
    const upTo = (unit: number) => counted?.[Math.min(unit, text.length)] ?? 0;
    return { line: line + 1, column: Math.max(0, upTo(offset) - upTo(starts[line] ?? 0)) + 1 };
  };
}

/** For each code unit, and for the end, how many characters begin before it. */
function charactersUpTo(text: string): Uint32Array {
  const counts = new Uint32Array(text.length + 1);
  let characters = 0;
  for (let unit = 0; unit < text.length; unit++) {
    counts[unit] = characters;
    const isSecondHalf = (text.charCodeAt(unit) & 0xfc00) === 0xdc00 && (text.charCodeAt(unit - 1) & 0xfc00) === 0xd800;
    if (!isSecondHalf) characters++;
  }
  counts[text.length] = characters;
  return counts;
}

/** The index of the last number that is not greater, at least 0. The numbers ascend. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((numbers[middle] as number) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
