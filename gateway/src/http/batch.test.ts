import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createBatcher } from "./batch.ts";

/** A batcher whose calls are recorded and end when the test says so. */
function recorded({ maxBatch = 500, inFlight = 2, isOfOneItem = (_error: unknown): boolean => false } = {}) {
  const calls: { items: string[]; answer(): void; fail(error: Error): void }[] = [];
  const ask = createBatcher<string, string>({
    keyOf: (item) => item.toLowerCase(),
    load: (items) => {
      const { promise, resolve, reject } = Promise.withResolvers<string[]>();
      calls.push({
        items,
        answer: () => resolve(items.map((item) => `${item}!`)),
        fail: reject,
      });
      return promise;
    },
    maxBatch,
    inFlight,
    isOfOneItem,
  });
  return { ask, calls };
}

/** Asks in turns of the event loop of their own, as requests on different connections arrive. */
async function askInTurns(ask: (item: string) => Promise<string>, items: string[]): Promise<Promise<string>[]> {
  const answers: Promise<string>[] = [];
  for (const item of items) {
    answers.push(ask(item));
    await turn();
  }
  return answers;
}

describe("a batcher", () => {
  it("sends one item alone at the end of its turn", async () => {
    const { ask, calls } = recorded();
    void ask("a");
    await turn();
    expect(calls.map(({ items }) => items)).toEqual([["a"]]);
  });

  it("sends those that arrive in one turn together", async () => {
    const { ask, calls } = recorded();
    for (const item of ["a", "b", "c"]) void ask(item);
    await turn();
    expect(calls.map(({ items }) => items)).toEqual([["a", "b", "c"]]);
  });

  it("has two calls under way and gathers the rest until one comes back", async () => {
    const { ask, calls } = recorded();
    const answers = await askInTurns(ask, ["a", "b", "c", "d", "e"]);
    expect(calls.map(({ items }) => items)).toEqual([["a"], ["b"]]);
    calls[1]?.answer();
    expect(await answers[1]).toBe("b!");
    expect(calls.map(({ items }) => items)).toEqual([["a"], ["b"], ["c", "d", "e"]]);
    calls[0]?.answer();
    calls[2]?.answer();
    expect(await Promise.all(answers)).toEqual(["a!", "b!", "c!", "d!", "e!"]);
    expect(calls).toHaveLength(3);
  });

  it("sends an item at once again after everything came back", async () => {
    const { ask, calls } = recorded();
    const first = ask("a");
    await turn();
    calls[0]?.answer();
    await first;
    void ask("b");
    await turn();
    expect(calls.map(({ items }) => items)).toEqual([["a"], ["b"]]);
  });

  it("asks once for items that gather under the same key", async () => {
    const { ask, calls } = recorded({ inFlight: 1 });
    const answers = await askInTurns(ask, ["x", "a", "A", "a"]);
    calls[0]?.answer();
    await answers[0];
    expect(calls[1]?.items).toEqual(["a"]);
    calls[1]?.answer();
    expect(await Promise.all(answers)).toEqual(["x!", "a!", "a!", "a!"]);
  });

  it("does not join a call that has left", async () => {
    const { ask, calls } = recorded();
    await askInTurns(ask, ["a", "a"]);
    expect(calls.map(({ items }) => items)).toEqual([["a"], ["a"]]);
  });

  it("splits what gathered into calls of the largest size, in order", async () => {
    const { ask, calls } = recorded({ maxBatch: 2, inFlight: 1 });
    const answers = await askInTurns(ask, ["a", "b", "c", "d"]);
    for (const [index, items] of [["a"], ["b", "c"], ["d"]].entries()) {
      await expect.poll(() => calls[index]?.items).toEqual(items);
      calls[index]?.answer();
    }
    expect(await Promise.all(answers)).toEqual(["a!", "b!", "c!", "d!"]);
  });

  it("fails only those that were in the failing call, and goes on", async () => {
    const { ask, calls } = recorded({ inFlight: 1 });
    const lost = ask("a");
    await turn();
    const kept = ask("b");
    calls[0]?.fail(new Error("connection lost"));
    await expect(lost).rejects.toThrow("connection lost");
    calls[1]?.answer();
    expect(await kept).toBe("b!");
  });

  it("asks one by one again where one item may be at fault, and only that one fails", async () => {
    const { ask, calls } = recorded({ isOfOneItem: (error) => (error as Error).message === "too large" });
    const answers = [ask("a"), ask("b"), ask("c")];
    await turn();
    calls[0]?.fail(new Error("too large"));
    for (const [index, item] of ["a", "b", "c"].entries()) {
      await expect.poll(() => calls[index + 1]?.items).toEqual([item]);
      if (item === "b") calls[index + 1]?.fail(new Error("too large"));
      else calls[index + 1]?.answer();
    }
    const settled = await Promise.allSettled(answers);
    expect(settled.map((result) => (result.status === "fulfilled" ? result.value : result.reason.message))).toEqual([
      "a!",
      "too large",
      "c!",
    ]);
    expect(calls).toHaveLength(4);
  });

  it("survives a load that throws instead of rejecting", async () => {
    let broken = true;
    const ask = createBatcher<string, string>({
      keyOf: (item) => item,
      load: (items) => {
        if (broken) throw new Error("cannot encode");
        return Promise.resolve(items);
      },
      maxBatch: 500,
      inFlight: 1,
    });
    await expect(ask("a")).rejects.toThrow("cannot encode");
    broken = false;
    expect(await ask("b")).toBe("b");
  });
});
