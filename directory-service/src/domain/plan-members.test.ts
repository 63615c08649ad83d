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
const steps = (...changes: Change[]) =>
  planMembers(changes).map((step) => {
    if ("leave" in step) return step.leave;
    const { replace, add, remove } = step.plan;
    return { replace, add: [...add], remove: [...remove] };
  });
/** Where it is one. */
const plan = (...changes: Change[]) => {
  const [only, ...more] = steps(...changes);
  expect(more).toEqual([]);
  return only;
};

describe("planMembers", () => {
  it("takes 20,000 members in one request, over all its steps, and no more", () => {
    const ids = (count: number) => Array.from({ length: count }, (_, n) => ({ value: `${n}` }));
    expect(plan(add(ids(12_000)), remove(ids(8_000)))).toMatchObject({ add: { length: 4_000 } });
    expect(() => plan(add(ids(12_000)), remove(ids(8_001)))).toThrow("members: must have at most 20000 elements");
  });

  it("says nothing where no step concerns members", () => {
    expect(planMembers([{ ...add("x"), attribute: "display_name" }])).toEqual([]);
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
    expect(plan(remove(undefined, or(equal("value", "a"), equal("value", "b"))))).toMatchObject({
      remove: ["a", "b"],
    });
  });

  it("lets members leave by any other filter at its place between the other changes", () => {
    const users = equal("type", "User");
    const both = and(equal("value", "a"), equal("value", "b"));
    expect(steps(add("a"), remove("b"), remove(undefined, users), remove(undefined, both), add("c"))).toEqual([
      { replace: false, add: ["a"], remove: ["b"] },
      users,
      both,
      { replace: false, add: ["c"], remove: [] },
    ]);
    expect(steps(remove(undefined, users))).toEqual([users]);
    expect(plan(add("a"), remove(undefined, users), replace("b"))).toEqual({ replace: true, add: ["b"], remove: [] });
  });

  it.each([
    ["an addition by something else", add({}, equal("type", "User"))],
    ["a member without value", add([{ display: "B" }])],
    ["a number", add([7])],
    ["a sub-attribute", step(ChangeOperation.CHANGE_OPERATION_REPLACE, "x", undefined, "display")],
  ])("refuses %s", (_, refused) => {
    expect(() => planMembers([refused])).toThrow(expect.objectContaining({ reason: "CHANGE_INVALID" }));
  });
});
