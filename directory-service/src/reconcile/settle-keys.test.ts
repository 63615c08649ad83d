import { describe, expect, it } from "vitest";
import { settleKeys } from "./settle-keys.ts";

const held = { one: "a", two: "b", three: "c" };
const holderOf = (key: string) => Object.entries(held).find(([, has]) => has === key)?.[0];
const settle = (...wishes: [id: string, key: string][]) =>
  Object.fromEntries(
    settleKeys(
      wishes.map(([id, key]) => ({ id, key })),
      holderOf,
    ),
  );

describe("unique keys that a batch wants", () => {
  it("are given along a chain, in whatever order it is asked for", () => {
    expect(settle(["one", "b"], ["two", "c"], ["three", "d"])).toEqual({});
    expect(settle(["three", "d"], ["two", "c"], ["one", "b"])).toEqual({});
  });

  it("change places", () => {
    expect(settle(["one", "b"], ["two", "c"], ["three", "a"])).toEqual({});
  });

  it("are refused where somebody keeps them, and to all who wait behind", () => {
    expect(settle(["one", "b"], ["two", "c"])).toEqual({ two: "three", one: "two" });
  });

  it("go to the first who wants one that is free", () => {
    expect(settle(["two", "x"], ["one", "x"])).toEqual({ one: "two" });
  });

  it("may be kept by who has them", () => {
    expect(settle(["one", "a"], ["two", "b"])).toEqual({});
    expect(settle(["one", "b"], ["two", "b"])).toEqual({ one: "two" });
  });
});
