import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf, fingerprintOf, generateToken, isWellFormedToken, lastFour } from "./token.ts";

// Made by another implementation: Python's binascii.crc32, hashlib and int.
const KNOWN = [
  {
    random: "32 zero bytes",
    token: "rct_00000000000000000000000000000000000000000001aIGVS",
    digest: "f5beeceb3b87499056a9a8b7791d851135f8804d80b49659c84737595aac1ef8",
    fingerprint: "a902f1e81249443e261a361c8db3b258b240e3064085a81727a005d8d58c0721",
  },
  {
    random: "32 bytes of 0xff",
    token: "rct_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp14dO9Da",
    digest: "cd3f0626b965ab5c0228bfc3b2825c8d797ec6b3c4c93c79d89bba4cddf265b2",
    fingerprint: "5208de0d7ddfbc291971327ab0e717e8ba42efb1a7800d6bcab773e26f1d6460",
  },
  {
    random: "the bytes 0 to 31",
    token: "rct_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf2GKZgM",
    digest: "c26d9f841be7b6a834d162c208a1386c4570ee57dee9ce555acabbf6620cb622",
    fingerprint: "776cfbd0a3b11675b527cf21ed31908c0ee22e563adc6f4ccca218bac3a3776f",
  },
];

describe("tokens", () => {
  it.each(KNOWN)("knows the token of $random, its digest and its fingerprint", ({ token, digest, fingerprint }) => {
    expect(isWellFormedToken(token)).toBe(true);
    expect(digestOf(token).toString("hex")).toBe(digest);
    expect(fingerprintOf(digestOf(token)).toString("hex")).toBe(fingerprint);
    expect(lastFour(token)).toBe(token.slice(49));
  });

  it("generates well-formed tokens that differ", () => {
    const tokens = Array.from({ length: 1_000 }, generateToken);
    expect(new Set(tokens).size).toBe(1_000);
    for (const token of tokens) {
      expect(token).toMatch(/^rct_[0-9A-Za-z]{49}$/);
      expect(isWellFormedToken(token)).toBe(true);
    }
  });

  it("refuses a token with any one character changed", () => {
    const token = generateToken();
    for (let index = 0; index < token.length; index++) {
      const changed = token[index] === "A" ? "B" : "A";
      expect(isWellFormedToken(token.slice(0, index) + changed + token.slice(index + 1))).toBe(false);
    }
  });

  it("refuses a token that is cut, padded, quoted or followed by a line end", () => {
    const token = generateToken();
    for (const text of ["", "rct_", token.slice(0, -1), `${token}A`, ` ${token}`, `${token}\n`, `"${token}"`])
      expect(isWellFormedToken(text)).toBe(false);
  });

  it("refuses any other text without throwing", () => {
    fc.assert(fc.property(fc.string(), (text) => !isWellFormedToken(text)));
  });
});
