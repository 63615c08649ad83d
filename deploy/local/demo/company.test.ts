import { describe, expect, it } from "vitest";
import { createCompany } from "./company.ts";

describe("createCompany", () => {
  const company = createCompany();

  it("is the same every time", () => {
    expect(createCompany()).toEqual(company);
  });

  it("has 1,000 people with different user names in 40 groups, 25 of them organizations", () => {
    expect(new Set(company.employees.map(({ userName }) => userName)).size).toBe(1_000);
    expect(new Set(company.groups.map(({ name }) => name)).size).toBe(40);
    expect(company.groups.filter(({ organization }) => organization)).toHaveLength(25);
    expect(company.groups.every(({ members }) => members.length > 0)).toBe(true);
  });

  it("has user names in plain ASCII and names in many scripts", () => {
    expect(company.employees.every(({ userName }) => /^[a-z0-9.-]+@company\.example$/.test(userName))).toBe(true);
    const names = company.employees.map(({ displayName }) => displayName).join(" ");
    for (const sign of ["ü", "ß", "'", "é", "髙", "陳", "김"]) {
      expect(names).toContain(sign);
    }
  });

  it("gives everybody but the head a manager who comes before them", () => {
    const [head, ...others] = company.employees;
    expect(head?.manager).toBeUndefined();
    expect(others.every(({ index, manager }) => manager !== undefined && manager < index)).toBe(true);
  });

  it("has important people, but few", () => {
    const important = company.employees.filter(({ userType }) => userType === "VIP");
    expect(important.length).toBeGreaterThan(5);
    expect(important.length).toBeLessThan(50);
  });
});
