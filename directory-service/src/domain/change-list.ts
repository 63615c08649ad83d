import { status } from "@grpc/grpc-js";
import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { ComparisonOperator } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { StatusError } from "@rollcall/runtime/status";
import type { Attributes, Field } from "./attributes.ts";
import { listOf, setFields } from "./change-value.ts";
import { checkElements } from "./check-record.ts";
import { isEmpty } from "./empty-values.ts";
import { elementMatcher, matchesElement } from "./evaluate-filter.ts";

type Fields = Readonly<Record<string, Field>>;

/**
 * What a change makes of a multi-valued attribute. Answers a new list.
 *
 * @throws StatusError FIELD_INVALID where it would have too many elements; told after each change, since
 *   finding twins takes time that grows with the square of the list
 */
export function changeList(current: Attributes[] = [], fields: Fields, change: Change): Attributes[] {
  const changed = applied(current, fields, change);
  checkElements(change.attribute, changed);
  return changed;
}

function applied(current: Attributes[], fields: Fields, change: Change): Attributes[] {
  const list = current.map((element) => ({ ...element }));
  if (change.element || change.subAttribute) return changeElements(list, fields, change);
  switch (change.operation) {
    case ChangeOperation.CHANGE_OPERATION_ADD:
      return elementsOf(change.value, fields, change).reduce(append, list);
    case ChangeOperation.CHANGE_OPERATION_REPLACE:
      return elementsOf(change.value, fields, change).reduce(include, []);
    default:
      return isEmpty(change.value) ? [] : without(list, elementsOf(change.value, fields, change));
  }
}

/** Changes the elements that a filter chooses, or all where there is only a sub-attribute. */
function changeElements(list: Attributes[], fields: Fields, change: Change): Attributes[] {
  const { element: filter, operation } = change;
  // Checks the filter even where there is nothing to match.
  const chosen = filter ? list.filter(elementMatcher(filter, fields)) : [...list];
  const clears = operation === ChangeOperation.CHANGE_OPERATION_REMOVE || isEmpty(change.value);
  let made: Attributes | undefined;
  if (chosen.length === 0) {
    // Entra sends its nulls a second time, when the first round has removed the element.
    if (clears) return list;
    // Without a filter it is what an attribute that does not exist is: added (RFC 7644 section 3.5.2.3).
    if (filter && operation === ChangeOperation.CHANGE_OPERATION_REPLACE) throw targetNotFound(change);
    made = elementOf(filter, fields, change);
    list.push(made);
    chosen.push(made);
  }
  if (clears) return cleared(list, chosen, fields, change);
  for (const element of chosen) {
    const value = change.subAttribute ? change.value : objectOf(listOf(change.value)[0], fields);
    if (
      operation === ChangeOperation.CHANGE_OPERATION_REPLACE &&
      !change.subAttribute &&
      !isValueAlone(change.value, fields)
    )
      for (const key of Object.keys(element)) delete element[key];
    setFields(element, fields, change, value);
    if (element["primary"] === true && (element === made || setsPrimary(change, value))) keepOnePrimary(list, element);
  }
  return list.filter((element) => !isEmpty(element));
}

/** RFC 7644 section 3.5.2.2. An element without its value has nothing left to say and goes. */
function cleared(list: Attributes[], chosen: Attributes[], fields: Fields, change: Change): Attributes[] {
  if (!change.subAttribute) return list.filter((element) => !chosen.includes(element));
  for (const element of chosen) setFields(element, fields, change, null);
  return list.filter((element) => !chosen.includes(element) || hasContent(element, fields));
}

function hasContent(element: Attributes, fields: Fields): boolean {
  if ("value" in fields) return !isEmpty(element["value"]);
  return Object.entries(element).some(([key, value]) => key !== "type" && key !== "primary" && !isEmpty(value));
}

/**
 * The element that ADD makes where the filter matches none: its equalities, as
 * Entra expects of `emails[type eq "work"].value`. The same filter then matches
 * it, so that a second such operation adds to it and makes no twin.
 */
function elementOf(filter: Filter | undefined, fields: Fields, change: Change): Attributes {
  const made: Attributes = {};
  if (filter && !takeEqualities(filter, fields, made)) throw targetNotFound(change);
  if (filter && !matchesElement(filter, made, fields)) throw targetNotFound(change);
  return made;
}

function takeEqualities({ expression }: Filter, fields: Fields, into: Attributes): boolean {
  if (expression?.$case === "and")
    return expression.value.filters.every((operand) => takeEqualities(operand, fields, into));
  if (expression?.$case !== "comparison") return false;
  const { attribute, operator, value } = expression.value;
  if (operator !== ComparisonOperator.COMPARISON_OPERATOR_EQUAL || !value) return false;
  into[fields[attribute]?.key ?? attribute] = value.value;
  return true;
}

function elementsOf(value: unknown, fields: Fields, change: Change): Attributes[] {
  const values = listOf(value);
  checkElements(change.attribute, values);
  return values.map((given) => {
    const element: Attributes = {};
    setFields(element, fields, change, objectOf(given, fields));
    return element;
  });
}

/** A bare value stands for an element with that `value`, where elements have one. */
function objectOf(given: unknown, fields: Fields): unknown {
  return isValueAlone(given, fields) ? { value: given } : given;
}

function isValueAlone(given: unknown, fields: Fields): boolean {
  return typeof given === "string" && "value" in fields;
}

/** Appends what is not there yet; of what is, only `primary` may change. */
function append(list: Attributes[], element: Attributes): Attributes[] {
  if (isEmpty(element)) return list;
  const twin = list.find((known) =>
    Object.entries(element).every(([key, value]) => key === "primary" || known[key] === value),
  );
  if (!twin || !("value" in element || !("value" in twin))) return include(list, element);
  Object.assign(twin, element);
  if (element["primary"] === true) keepOnePrimary(list, twin);
  return list;
}

function include(list: Attributes[], element: Attributes): Attributes[] {
  list.push(element);
  if (element["primary"] === true) keepOnePrimary(list, element);
  return list;
}

function without(list: Attributes[], gone: Attributes[]): Attributes[] {
  return list.filter((element) => !gone.some((value) => sameValue(value, element)));
}

function sameValue(given: Attributes, element: Attributes): boolean {
  if (given["value"] !== undefined) return given["value"] === element["value"];
  return Object.entries(given).every(([key, value]) => element[key] === value);
}

function setsPrimary(change: Change, value: unknown): boolean {
  if (change.subAttribute) return change.subAttribute === "primary";
  return (value as Attributes)["primary"] === true;
}

/** RFC 7643 section 2.4: `primary` is true for one element at most. */
function keepOnePrimary(list: Attributes[], chosen: Attributes): void {
  for (const element of list) if (element !== chosen && element["primary"] === true) element["primary"] = false;
}

function targetNotFound(change: Change): StatusError {
  return new StatusError(
    status.FAILED_PRECONDITION,
    "TARGET_NOT_FOUND",
    `${change.attribute} has no element that the change's filter matches.`,
    { metadata: { attribute: change.attribute } },
  );
}
