// A character here is a Unicode code point, as people and other languages count them.

/** How many characters a text has. */
export function charactersIn(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** The first characters of a text. Never half of one: PostgreSQL refuses a lone surrogate. */
export function firstCharacters(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // No character takes more than two code units.
  return [...text.slice(0, 2 * limit)].slice(0, limit).join("");
}

/** Whether a text has more than `limit` characters. */
export function isLongerThan(limit: number, text: string): boolean {
  if (text.length <= limit) return false;
  // No code point has more than two code units.
  if (text.length > 2 * limit) return true;
  return charactersIn(text) > limit;
}
