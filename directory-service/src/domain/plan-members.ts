import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { fieldInvalid } from "@rollcall/runtime/status";
import { changeInvalid, listOf } from "./change-value.ts";
import { isEmpty } from "./empty-values.ts";

/** One step on a group's membership: a plan, or a filter whose matches leave. */
export type MemberStep = { plan: MemberPlan } | { leave: Filter };

/** What changes make of a group's membership, whatever it is now. */
export interface MemberPlan {
  /** Whether those who are not in `add` leave. */
  replace: boolean;
  add: ReadonlySet<string>;
  /** Never among `add`. */
  remove: ReadonlySet<string>;
}

/**
 * Sums up the changes of `members`, so that a group's other members need not be
 * read: one plan, unless members leave by another filter than `value eq`, which
 * has to see what the changes before it made. Empty: no change concerns them.
 *
 * @throws StatusError CHANGE_INVALID, FIELD_INVALID
 */
export function planMembers(changes: readonly Change[]): MemberStep[] {
  let steps: MemberStep[] = [];
  let plan: OpenPlan | undefined;
  const planned = (): OpenPlan => {
    if (plan) return plan;
    plan = { replace: false, add: new Set(), remove: new Set() };
    steps.push({ plan });
    return plan;
  };
  const put = (id: string) => {
    planned().add.add(id);
    planned().remove.delete(id);
  };
  const take = (id: string) => {
    planned().add.delete(id);
    planned().remove.add(id);
  };
  const clear = () => {
    // Whatever was before, nobody is left.
    plan = { replace: true, add: new Set(), remove: new Set() };
    steps = [{ plan }];
  };
  let named = 0;
  const counted = (ids: string[]) => {
    named += ids.length;
    checkMembers(named);
    return ids;
  };
  for (const step of changes.filter(({ attribute }) => attribute === "members")) {
    if (step.subAttribute) throw changeInvalid("members", "cannot be changed in part; add and remove members");
    const removes = step.operation === ChangeOperation.CHANGE_OPERATION_REMOVE;
    const adds = step.operation === ChangeOperation.CHANGE_OPERATION_ADD;
    if (step.element) {
      if (!adds && !removes && !isEmpty(step.value))
        throw changeInvalid("members", "cannot be changed in part; add and remove members");
      const ids = selectedIds(step.element);
      if (ids) counted(ids).forEach(adds ? put : take);
      else if (adds) throw changeInvalid("members", "can be added only by value eq");
      else {
        steps.push({ leave: step.element });
        plan = undefined;
      }
      continue;
    }
    // So that there is a step even where nobody is named.
    planned();
    const ids = counted(memberIds(step.value));
    if (removes) isEmpty(step.value) ? clear() : ids.forEach(take);
    else {
      if (!adds) clear();
      ids.forEach(put);
    }
  }
  return steps;
}

interface OpenPlan extends MemberPlan {
  add: Set<string>;
  remove: Set<string>;
}

/** @throws StatusError FIELD_INVALID where one request names more members than it may. */
export function checkMembers(count: number): void {
  if (count > MAX_MEMBERS)
    throw fieldInvalid([{ field: "members", description: `must have at most ${MAX_MEMBERS} elements a request.` }]);
}

// What one transaction locks and writes.
const MAX_MEMBERS = 20_000;

/** The ids of `members[value eq "…"]`, joined by `or` where there are several. Undefined: another filter. */
function selectedIds({ expression }: Filter): string[] | undefined {
  if (expression?.$case === "or" || (expression?.$case === "and" && expression.value.filters.length === 1)) {
    const ids = expression.value.filters.map(selectedIds);
    return ids.every((some) => some !== undefined) ? ids.flat() : undefined;
  }
  if (expression?.$case !== "comparison") return undefined;
  const { attribute, operator, value } = expression.value;
  const isValue = attribute === "value" && operator === ComparisonOperator.COMPARISON_OPERATOR_EQUAL;
  return isValue && value?.$case === "text" ? [value.value.toLowerCase()] : undefined;
}

function memberIds(value: unknown): string[] {
  return listOf(value).map((member) => {
    const id = typeof member === "string" ? member : (member as { value?: unknown } | null)?.value;
    if (typeof id !== "string" || id === "") throw changeInvalid("members.value", "must be the id of a user or group");
    return id.toLowerCase();
  });
}
