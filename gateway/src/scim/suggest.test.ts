import { describe, expect, it } from "vitest";
import { suggestion } from "./suggest.ts";

describe("suggestion", () => {
  const names = ["userName", "nickName", "name", "title"];

  it.each([
    ["usrName", " Did you mean userName?"],
    ["USERNAMES", " Did you mean userName?"],
    ["tilte", " Did you mean title?"],
    ["nam", " Did you mean name?"],
    ["", ""],
    ["xy", ""],
    ["department", ""],
    ["x".repeat(100_000), ""],
  ])("for %.12s is %j", (name, expected) => {
    expect(suggestion(name, names)).toBe(expected);
  });
});
