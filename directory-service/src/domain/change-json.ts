import { isDeepStrictEqual } from "node:util";
import { status } from "@grpc/grpc-js";
import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { ComparisonOperator, type Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { StatusError } from "@rollcall/runtime/status";
import { type Attributes, isReserved, valueAt } from "./attributes.ts";
import { changeInvalid, clear, listOf, put } from "./change-value.ts";
import { checkElements } from "./check-record.ts";
import { isEmpty } from "./empty-values.ts";
import { jsonElementMatcher, matchesJsonElement } from "./evaluate-filter.ts";

/**
 * Changes an extension attribute, of which no schema is known here: objects
 * merge, lists append, the rest is set. What is a list shows in what is there,
 * or in the change itself.
 */
export function changeJson(draft: Attributes, path: readonly string[], change: Change): void {
  const current = valueAt(draft, path);
  if (change.element || (change.subAttribute && Array.isArray(current))) {
    if (current !== undefined && !Array.isArray(current))
      throw changeInvalid(change.attribute, "is no list whose elements can be filtered");
    put(draft, path, changeElements(current ?? [], change));
    return;
  }
  const target = [...path, ...subPath(change)];
  if (isRemoval(change)) remove(draft, target, change.value);
  else put(draft, target, next(change, valueAt(draft, target)));
}

/** What ADD or REPLACE makes of a value. */
function next({ operation, attribute, value }: Change, current: unknown): unknown {
  return operation === ChangeOperation.CHANGE_OPERATION_ADD ? added(attribute, current, value) : value;
}

function isRemoval({ operation, value }: Change): boolean {
  return operation === ChangeOperation.CHANGE_OPERATION_REMOVE || isEmpty(value);
}

function remove(draft: Attributes, target: readonly string[], value: unknown): void {
  const current = valueAt(draft, target);
  if (isEmpty(value) || !Array.isArray(current)) clear(draft, target);
  else
    put(
      draft,
      target,
      current.filter((element) => !listOf(value).some((gone) => isGone(element, gone))),
    );
}

/** Elements with a `value` go by it, as those of other lists do. */
function isGone(element: unknown, gone: unknown): boolean {
  if (isObject(element) && isObject(gone) && isDeepStrictEqual(Object.keys(gone), ["value"]))
    return isDeepStrictEqual(element["value"], gone["value"]);
  return isDeepStrictEqual(element, gone);
}

function subPath({ attribute, subAttribute }: Change): string[] {
  const keys = subAttribute === "" ? [] : subAttribute.split(".");
  if (keys.some(isReserved)) throw changeInvalid(`${attribute}.${subAttribute}`, "is no attribute that can be changed");
  return keys;
}

function added(path: string, current: unknown, value: unknown): unknown {
  if (!Array.isArray(current)) return isObject(current) && isObject(value) ? { ...current, ...value } : value;
  // Checked before, since the comparisons of all with all are what takes long.
  checkElements(path, current);
  checkElements(path, listOf(value));
  const fresh = listOf(value).filter((element) => !current.some((known) => isDeepStrictEqual(known, element)));
  const list = [...current, ...fresh];
  keepOnePrimary(list, fresh, []);
  return list;
}

/** Changes the elements that the filter chooses, or all where there is only a sub-attribute (RFC 7644 section 3.5.2). */
function changeElements(current: readonly unknown[], change: Change): unknown[] {
  const keys = subPath(change);
  // Checks the filter even where there is nothing to match.
  const isChosen = change.element ? jsonElementMatcher(change.element) : () => true;
  const removes = isRemoval(change);
  if (removes && keys.length === 0) return current.filter((element) => !isChosen(element));
  const list = structuredClone(current) as unknown[];
  const chosen = list.filter(isChosen);
  if (chosen.length === 0) {
    // Entra sends its nulls a second time, when the first round has removed the element.
    if (removes) return list;
    const made = elementOf(change);
    list.push(made);
    chosen.push(made);
  }
  checkElements(change.attribute, list);
  for (const element of chosen) setElement(element, keys, change, removes);
  const changed = list.filter((element) => !chosen.includes(element) || hasContent(element));
  keepOnePrimary(changed, chosen, keys);
  return changed;
}

/** The element that ADD makes where the filter matches none: its equalities, so that the same filter finds it again. */
function elementOf(change: Change): Attributes {
  const made: Attributes = {};
  const { element, operation } = change;
  if (element && operation === ChangeOperation.CHANGE_OPERATION_ADD && takeEqualities(element, made)) {
    if (matchesJsonElement(element, made)) return made;
  }
  throw new StatusError(
    status.FAILED_PRECONDITION,
    "TARGET_NOT_FOUND",
    `${change.attribute} has no element that the change's filter matches.`,
    { metadata: { attribute: change.attribute } },
  );
}

function takeEqualities({ expression }: Filter, into: Attributes): boolean {
  if (expression?.$case === "and") return expression.value.filters.every((operand) => takeEqualities(operand, into));
  if (expression?.$case !== "comparison") return false;
  const { attribute, operator, value } = expression.value;
  if (operator !== ComparisonOperator.COMPARISON_OPERATOR_EQUAL || !value || isReserved(attribute)) return false;
  into[attribute] = value.$case === "instant" ? value.value.toISOString() : value.value;
  return true;
}

function setElement(element: unknown, keys: readonly string[], change: Change, removes: boolean): void {
  if (!isObject(element)) throw changeInvalid(change.attribute, "has elements without sub-attributes");
  if (removes) clear(element, keys);
  else if (keys.length > 0) put(element, keys, next(change, valueAt(element, keys)));
  else {
    const [value] = listOf(change.value);
    if (!isObject(value)) throw changeInvalid(change.attribute, "must be an object");
    if (change.operation === ChangeOperation.CHANGE_OPERATION_REPLACE)
      for (const key of Object.keys(element)) delete element[key];
    Object.assign(element, value);
  }
}

/** An element with nothing but a label has nothing left to say. */
function hasContent(element: unknown): boolean {
  if (!isObject(element)) return !isEmpty(element);
  return Object.entries(element).some(([key, value]) => key !== "type" && key !== "primary" && !isEmpty(value));
}

/** RFC 7643 section 2.4: `primary` is true for one element at most, the one that was made it last. */
function keepOnePrimary(list: readonly unknown[], chosen: readonly unknown[], keys: readonly string[]): void {
  const isPrimary = (element: unknown): element is Attributes => isObject(element) && element["primary"] === true;
  const first = chosen.find(isPrimary);
  if (first === undefined || (keys.length > 0 && keys[0] !== "primary")) return;
  for (const element of list) if (isPrimary(element) && element !== first) element["primary"] = false;
}

function isObject(value: unknown): value is Attributes {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
