import { describe, expect, it } from "vitest";
import { clauses } from "./clauses.ts";
import { cases, uncovered } from "./coverage.ts";

describe("the clauses", () => {
  it("have an id each", () => {
    const ids = clauses.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
    for (const id of ids) expect(id).toMatch(/^(7643|7644|9865)-\d+(\.\d+)*-[a-z]$/);
  });

  it("have a case or a reason each", () => {
    expect(uncovered().map(({ id }) => id)).toEqual([]);
  });

  it("that have a reason for having no case have none", () => {
    const covered = new Set(cases().flatMap(({ covers }) => covers));
    expect(clauses.filter(({ id, reason }) => reason !== undefined && covered.has(id))).toEqual([]);
  });

  it("that a case names exist", () => {
    const ids = new Set(clauses.map(({ id }) => id));
    expect(cases().filter(({ covers }) => covers.some((id) => !ids.has(id)))).toEqual([]);
  });
});
