import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJson } from "./json.ts";

const limits = { depth: 32, keys: 10_000 };
const parse = (text: string) => parseJson(Buffer.from(text), limits);

describe("parseJson", () => {
  it("agrees with JSON.parse on any valid JSON without odd keys", () => {
    const value = fc
      .jsonValue({ maxDepth: 6 })
      .filter((candidate) => !/"(__proto__|constructor|prototype)":/.test(JSON.stringify(candidate)));
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2, "\t"), (candidate, indent) => {
        const text = JSON.stringify(candidate, null, indent);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("agrees with JSON.parse on what is not JSON", () => {
    const soup = fc.array(
      fc.constantFrom(..."{}[],:", '"', '"a"', "1", "-", "0", ".", "e", "true", "null", " ", "\\", "\n"),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(soup, (pieces) => {
        const text = pieces.join("");
        const accepted = (read: (text: string) => unknown) => {
          try {
            read(text);
            return true;
          } catch {
            return false;
          }
        };
        // A key that appears twice is the one thing JSON.parse takes out of these pieces and we do not.
        fc.pre(!/"a"[\s\S]*"a"/.test(text));
        expect(accepted(parse)).toBe(accepted(JSON.parse));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ["", "The request has no body."],
    ["  ", "the text ends too early, at line 1, column 3"],
    ['{"a":1', "the text ends too early"],
    ['{"a":1}}', "text after the end of the value, at line 1, column 8"],
    ["{a:1}", "a key in double quotes was expected, at line 1, column 2"],
    ['{"a" 1}', "a colon was expected"],
    ['{"a":}', "a value was expected, at line 1, column 6"],
    ['{"a":1,}', "a key in double quotes was expected"],
    ["[1,]", "a value was expected"],
    ["[1 2]", 'a comma or "]" was expected'],
    ['{\n  "a": tru\n}', "a value was expected, at line 2, column 8"],
    ['{"a":"b', "the string is not closed"],
    ['{"a":"\\x"}', "the string has an unknown escape"],
    ['{"a":"\\u12g4"}', "the string has an unknown escape"],
    ['{"a":"\u0001"}', "a control character in a string must be escaped"],
    ['{"a":1,"b":2,"a":3}', 'the key "a" appears twice in one object, at line 1, column 14'],
    ['{"a":1,"\\u0061":3}', 'the key "a" appears twice'],
    ['{"__proto__":{}}', 'the key "__proto__" is not allowed'],
    ['{"name":{"\\u005f_proto__":1}}', 'the key "__proto__" is not allowed'],
    ['{"constructor":1}', 'the key "constructor" is not allowed'],
    ['[{"prototype":1}]', 'the key "prototype" is not allowed'],
  ])("refuses %j and says where", (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });

  it("does not quote values in its messages", () => {
    expect(() => parse('{"password":"hunter2" oops}')).toThrow(
      /^The body is not acceptable JSON: a comma or "}" was expected/,
    );
  });

  it("takes the same key in different objects", () => {
    expect(parse('{"a":{"a":1},"b":[{"a":1},{"a":2}]}')).toEqual({
      a: { a: 1 },
      b: [{ a: 1 }, { a: 2 }],
    });
  });

  it("takes a byte order mark at the start", () => {
    expect(parse('\ufeff{"a":1}')).toEqual({ a: 1 });
  });

  it("refuses bytes that are not UTF-8", () => {
    expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]), limits)).toThrow("The body is not valid UTF-8.");
  });

  it("takes 32 levels and refuses 33", () => {
    expect(() => parse("[".repeat(32) + "]".repeat(32))).not.toThrow();
    expect(() => parse("[".repeat(33) + "]".repeat(33))).toThrow("nested deeper than 32, at line 1, column 33");
  });

  it("takes as many keys as the limit and refuses one more, over all objects together", () => {
    const withKeys = (count: number) => `[${Array.from({ length: count }, () => '{"value":1}').join(",")}]`;
    expect(() => parse(withKeys(10_000))).not.toThrow();
    expect(() => parse(withKeys(10_001))).toThrow("there are more than 10000 keys");
  });

  it("takes 1,000 keys in one object and refuses one more", () => {
    const withKeys = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n])));
    expect(() => parse(withKeys(1_000))).not.toThrow();
    expect(() => parse(withKeys(1_001))).toThrow("an object has more than 1000 keys");
  });

  it("answers hostile nesting and endless strings at once", () => {
    const started = performance.now();
    expect(() => parse("[".repeat(1_000_000))).toThrow("nested deeper");
    expect(() => parse(`"${"\\".repeat(1_000_000)}`)).toThrow("not closed");
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
