import { describe, expect, it } from "vitest";
import { join, listOf, NULL, NUMBER, type ObjectType, TEXT, type Type } from "./type.ts";

function object(fields: Record<string, Type>): ObjectType {
  return {
    kind: "object",
    name: "an object",
    fields: new Map(Object.entries(fields)),
    open: undefined,
    partial: false,
  };
}

describe("the type of what is one thing or another", () => {
  it("is worked out once for two objects, whatever has them as parts", () => {
    const [a, b] = [object({ k: TEXT }), object({ k: NUMBER })];
    expect(join(a, b)).toBe(join(a, b));
    const [left, right] = [object({ l: a, r: a }), object({ l: b, r: b })];
    const joined = join(left, right);
    if (joined.kind !== "object") throw new Error("an object is needed");
    expect(joined.fields.get("l")).toBe(joined.fields.get("r"));
  });

  it("stays the same where it has all that comes", () => {
    for (const [a, b] of [
      [object({ k: TEXT }), object({ k: NUMBER, m: NULL })],
      [TEXT, NUMBER],
      [listOf(object({ k: TEXT })), listOf(object({ k: NUMBER }))],
      [join(TEXT, object({ k: TEXT })), object({ k: NUMBER })],
    ] as const) {
      const joined = join(a, b);
      for (const one of [a, b, joined]) expect(join(joined, one)).toBe(joined);
    }
  });
});
