import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { fieldInvalid } from "@rollcall/runtime/status";
import { changeInvalid, listOf } from "./change-value.ts";
import { isEmpty } from "./empty-values.ts";

/** What changes make of a group's membership, whatever it is now. */
export interface MemberPlan {
  /** Whether those who are not in `add` leave. */
  replace: boolean;
  add: ReadonlySet<string>;
  /** Never among `add`. */
  remove: ReadonlySet<string>;
}

/**
 * Sums up the steps on `members`, so that a group's other members need not be
 * read. Undefined: no step concerns them.
 *
 * @throws StatusError CHANGE_INVALID, FIELD_INVALID
 */
export function planMembers(changes: readonly Change[]): MemberPlan | undefined {
  const steps = changes.filter(({ attribute }) => attribute === "members");
  if (steps.length === 0) return undefined;
  let replace = false;
  const add = new Set<string>();
  const remove = new Set<string>();
  const put = (id: string) => {
    add.add(id);
    remove.delete(id);
  };
  const take = (id: string) => {
    add.delete(id);
    remove.add(id);
  };
  const clear = () => {
    replace = true;
    add.clear();
    remove.clear();
  };
  let named = 0;
  const counted = (ids: string[]) => {
    named += ids.length;
    checkMembers(named);
    return ids;
  };
  for (const step of steps) {
    if (step.subAttribute) throw changeInvalid("members", "cannot be changed in part; add and remove members");
    const removes = step.operation === ChangeOperation.CHANGE_OPERATION_REMOVE;
    if (step.element) {
      const ids = counted(selectedIds(step.element));
      if (step.operation === ChangeOperation.CHANGE_OPERATION_ADD) ids.forEach(put);
      else if (removes || isEmpty(step.value)) ids.forEach(take);
      else throw changeInvalid("members", "cannot be changed in part; add and remove members");
      continue;
    }
    const ids = counted(memberIds(step.value));
    if (removes) isEmpty(step.value) ? clear() : ids.forEach(take);
    else {
      if (step.operation === ChangeOperation.CHANGE_OPERATION_REPLACE) clear();
      ids.forEach(put);
    }
  }
  return { replace, add, remove };
}

/** @throws StatusError FIELD_INVALID where one request names more members than it may. */
export function checkMembers(count: number): void {
  if (count > MAX_MEMBERS)
    throw fieldInvalid([{ field: "members", description: `must have at most ${MAX_MEMBERS} elements a request.` }]);
}

// What one transaction locks and writes.
const MAX_MEMBERS = 20_000;

/** The ids of `members[value eq "…"]`, joined by `or` where there are several. */
function selectedIds({ expression }: Filter): string[] {
  if (expression?.$case === "or") return expression.value.filters.flatMap(selectedIds);
  if (expression?.$case === "and" && expression.value.filters.length === 1)
    return expression.value.filters.flatMap(selectedIds);
  if (expression?.$case === "comparison") {
    const { attribute, operator, value } = expression.value;
    if (attribute === "value" && operator === ComparisonOperator.COMPARISON_OPERATOR_EQUAL && value?.$case === "text")
      return [value.value.toLowerCase()];
  }
  throw changeInvalid("members", "can be selected only by value eq");
}

function memberIds(value: unknown): string[] {
  return listOf(value).map((member) => {
    const id = typeof member === "string" ? member : (member as { value?: unknown } | null)?.value;
    if (typeof id !== "string" || id === "") throw changeInvalid("members.value", "must be the id of a user or group");
    return id.toLowerCase();
  });
}
