/**
 * Which of the known names was probably meant: the one that fewest typing errors
 * away, at most a third of its letters; "" where none is near. Case and
 * underscores hardly count: `fullName` is near `full_name`.
 */
export function suggestionFor(name: string, known: Iterable<string>): string {
  // Nobody mistypes a name that long, and comparing it would take long.
  if (name.length > 64) return "";
  const plain = plainly(name);
  let compared = 0;
  let best = "";
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    if (candidate === name) continue;
    const target = plainly(candidate);
    const allowed = Math.max(1, Math.floor(target.length / 3));
    if (Math.abs(target.length - plain.length) > allowed) continue;
    compared += plain.length * target.length;
    if (compared > COMPARISON_LIMIT) break;
    const distance = typingErrors(plain, target);
    // Of two-letter names every other one is a single error away.
    if (distance > allowed || (distance > 0 && distance >= Math.min(plain.length, target.length) / 2)) continue;
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Pairs of letters: some 1,000 names of usual length, or 50 of the longest. */
const COMPARISON_LIMIT = 200_000;

function plainly(name: string): string {
  return name.toLowerCase().replaceAll(/[_\s-]/g, "");
}

/** Letters added, left out, changed or swapped with their neighbour (optimal string alignment). */
function typingErrors(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const changed = from[row - 1] === to[column - 1] ? 0 : 1;
      let errors = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + changed);
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1])
        errors = Math.min(errors, at(beforeLast, column - 2) + 1);
      current.push(errors);
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
