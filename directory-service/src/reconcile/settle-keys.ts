/** Something that wants a key that no two may have, such as a name or an e-mail. */
export interface KeyWish {
  /** Who wants it. */
  id: string;
  key: string;
}

/**
 * Decides who of a batch gets the unique key that it wants, all at once: so keys may
 * move along a chain, or change places. A key that somebody keeps is refused, and of two
 * who want the same one the later is. `holderOf` gives who has a key so far. Answers who
 * holds what each of the refused wanted.
 */
export function settleKeys(
  wishes: readonly KeyWish[],
  holderOf: (key: string) => string | undefined,
): Map<string, string> {
  const refused = new Map<string, string>();
  // Who has the key already keeps it.
  const moves = wishes.filter(({ id, key }) => holderOf(key) !== id);
  for (;;) {
    const granted = moves.filter(({ id }) => !refused.has(id));
    const moving = new Set(granted.map(({ id }) => id));
    const taken = new Map<string, string>();
    let settled = true;
    for (const { id, key } of granted) {
      const holder = holderOf(key);
      const other = taken.get(key) ?? (holder !== undefined && !moving.has(holder) ? holder : undefined);
      if (other === undefined) taken.set(key, id);
      else {
        refused.set(id, other);
        settled = false;
      }
    }
    if (settled) return refused;
  }
}
