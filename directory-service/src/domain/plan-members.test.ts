import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { describe, expect, it } from "vitest";
import { and, equal, or } from "../../test/filters.ts";
import { planMembers } from "./plan-members.ts";

const step = (operation: ChangeOperation, value?: unknown, element?: Filter, subAttribute = ""): Change => ({
  operation,
  attribute: "members",
  element,
  subAttribute,
  value,
  immutable: false,
});
const add = (value: unknown, element?: Filter) => step(ChangeOperation.CHANGE_OPERATION_ADD, value, element);
const replace = (value: unknown) => step(ChangeOperation.CHANGE_OPERATION_REPLACE, value);
const remove = (value?: unknown, element?: Filter) => step(ChangeOperation.CHANGE_OPERATION_REMOVE, value, element);
const plan = (...steps: Change[]) => {
  const { replace = false, add = [], remove = [] } = planMembers(steps) ?? {};
  return { replace, add: [...add], remove: [...remove] };
};

describe("planMembers", () => {
  it("takes 20,000 members in one request, over all its steps, and no more", () => {
    const ids = (count: number) => Array.from({ length: count }, (_, n) => ({ value: `${n}` }));
    expect(plan(add(ids(12_000)), remove(ids(8_000))).add).toHaveLength(4_000);
    expect(() => plan(add(ids(12_000)), remove(ids(8_001)))).toThrow("members: must have at most 20000 elements");
  });

  it("says nothing where no step concerns members", () => {
    expect(planMembers([{ ...add("x"), attribute: "display_name" }])).toBeUndefined();
  });

  it("takes Okta's removal by filter and addition by value", () => {
    expect(plan(remove(undefined, equal("value", "A")), add([{ value: "b", display: "B" }]))).toEqual({
      replace: false,
      add: ["b"],
      remove: ["a"],
    });
  });

  it("takes Entra's removal by value list", () => {
    expect(plan(remove([{ $ref: null, value: "a" }]))).toEqual({ replace: false, add: [], remove: ["a"] });
  });

  it("removes all without a value and replaces all, with nothing too", () => {
    expect(plan(remove())).toEqual({ replace: true, add: [], remove: [] });
    expect(plan(replace([]))).toEqual({ replace: true, add: [], remove: [] });
    expect(plan(add("a"), replace([{ value: "b" }]), add({ value: "c" }))).toEqual({
      replace: true,
      add: ["b", "c"],
      remove: [],
    });
  });

  it("lets the last step on a member win", () => {
    expect(plan(add("a"), remove("a"))).toEqual({ replace: false, add: [], remove: ["a"] });
    expect(plan(remove("a"), add("a"), add("A"))).toEqual({ replace: false, add: ["a"], remove: [] });
  });

  it("takes several values joined by or", () => {
    expect(plan(remove(undefined, or(equal("value", "a"), equal("value", "b")))).remove).toEqual(["a", "b"]);
  });

  it.each([
    ["a filter by something else", remove(undefined, equal("type", "User"))],
    ["two conditions", remove(undefined, and(equal("value", "a"), equal("value", "b")))],
    ["a member without value", add([{ display: "B" }])],
    ["a number", add([7])],
    ["a sub-attribute", step(ChangeOperation.CHANGE_OPERATION_REPLACE, "x", undefined, "display")],
  ])("refuses %s", (_, refused) => {
    expect(() => planMembers([refused])).toThrow(expect.objectContaining({ reason: "CHANGE_INVALID" }));
  });
});
