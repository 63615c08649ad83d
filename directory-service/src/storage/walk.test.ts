import { describe, expect, it } from "vitest";
import { createWalks, NIL_ID } from "./walk.ts";

describe("createWalks", () => {
  it("starts at the beginning and goes on exactly where a page ended", () => {
    const walks = createWalks();
    expect(walks.find("a", 1)).toEqual({ after: NIL_ID, offset: 0 });
    walks.remember("a", 101, "x", 7);
    expect(walks.find("a", 101)).toEqual({ after: "x", offset: 0 });
    expect(walks.find("b", 101)).toEqual({ after: NIL_ID, offset: 100 });
  });

  it("counts from the nearest place before, and says how sure that is", () => {
    const walks = createWalks();
    walks.remember("a", 101, "x", 7);
    walks.remember("a", 201, "y", 8);
    expect(walks.find("a", 151)).toEqual({ after: "x", offset: 50, changes: 7 });
    expect(walks.find("a", 1000)).toEqual({ after: "y", offset: 799, changes: 8 });
    expect(walks.find("a", 51)).toEqual({ after: NIL_ID, offset: 50 });
  });

  it("remembers a bounded number of places of a walk, the latest", () => {
    const walks = createWalks();
    for (let page = 1; page <= 1_100; page++) walks.remember("a", page * 100 + 1, `id-${page}`, 1);
    expect(walks.find("a", 110_001).offset).toBe(0);
    expect(walks.find("a", 101)).toEqual({ after: NIL_ID, offset: 100 });
  });

  it("knows a total until something changes", () => {
    const walks = createWalks();
    walks.rememberTotal("a", 5, 42);
    expect(walks.total("a", 5)).toBe(42);
    expect(walks.total("a", 6)).toBeUndefined();
    expect(walks.total("b", 5)).toBeUndefined();
  });
});
