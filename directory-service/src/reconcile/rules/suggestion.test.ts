import { describe, expect, it } from "vitest";
import { suggestionFor } from "./suggestion.ts";

const FIELDS = ["name", "job_title", "organization", "manager", "vip", "on_create"];

describe("what was probably meant", () => {
  it.each([
    ["nam", "name"],
    ["jobTitle", "job_title"],
    ["job-titel", "job_title"],
    ["organisation", "organization"],
    ["MANAGER", "manager"],
    ["mnaager", "manager"],
    ["oncreate", "on_create"],
    ["vpi", "vip"],
  ])("by %s is %s", (name, meant) => {
    expect(suggestionFor(name, FIELDS)).toBe(meant);
  });

  it.each(["", "x", "zip_code", "title", "ab", "n".repeat(10_000)])("by %s is not known", (name) => {
    expect(suggestionFor(name, FIELDS)).toBe("");
  });

  it("is never the name itself", () => {
    expect(suggestionFor("name", ["name", "names"])).toBe("names");
  });
});
