/** A record that would give up a unique key, such as an e-mail, but for the one that it waits for. */
export interface Waiting {
  /** Of the record. */
  id: string;
  /** What it would give up. */
  offers: string;
}

// More do not change places at once.
const LONGEST = 100;

/**
 * Records that wait for one another in a circle: each can have what it wants only when
 * all are mapped in one batch. `starts` have just been refused, so they may have closed
 * one; `waitersFor` finds who waits for what some of them offer. Answers the ids of all that
 * are in a circle.
 */
export async function waitingInCircles(
  starts: readonly Waiting[],
  waitersFor: (offering: readonly Waiting[]) => Promise<(Waiting & { waitsFor: string })[]>,
): Promise<string[]> {
  const circles = new Set<string>();
  for (const start of starts) {
    if (circles.has(start.id)) continue;
    const waitsFor = new Map<string, string>();
    let reached: readonly Waiting[] = [start];
    while (reached.length > 0 && waitsFor.size < LONGEST && !waitsFor.has(start.id)) {
      const waiters = await waitersFor(reached);
      reached = waiters.filter(({ id }) => !waitsFor.has(id));
      for (const waiter of waiters) if (!waitsFor.has(waiter.id)) waitsFor.set(waiter.id, waiter.waitsFor);
    }
    if (!waitsFor.has(start.id)) continue;
    for (let id: string | undefined = start.id; id !== undefined && !circles.has(id); id = waitsFor.get(id))
      circles.add(id);
  }
  return [...circles];
}
