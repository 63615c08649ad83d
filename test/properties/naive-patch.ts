import { isDeepStrictEqual } from "node:util";
import type { Json } from "../engine.ts";

/**
 * One operation of a PATCH, its path taken apart. RFC 7644 section 3.5.2 has
 * `path` as text, which only the other side reads.
 */
export interface NaiveOperation {
  op: "add" | "replace" | "remove";
  path?: NaivePath;
  value?: unknown;
}

/** `attribute[filter].sub`. */
export interface NaivePath {
  attribute: string;
  filter?: NaiveFilter;
  sub?: string;
}

/** The filter of a value path. */
export type NaiveFilter =
  | { operator: "eq" | "ne" | "co" | "sw"; sub: string; value: string | boolean }
  | { operator: "pr"; sub: string }
  | { operator: "and" | "or"; operands: NaiveFilter[] }
  | { operator: "not"; operand: NaiveFilter };

/** Why an operation is refused: a keyword of RFC 7644 table 9. */
export class Refusal extends Error {}

/** What the reference knows of the attributes that it is asked about. */
export const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
export const department = `${ENTERPRISE}:department`;
const lists = ["emails", "phoneNumbers", "addresses"];
const known = ["userName", "title", "nickName", "active", "name", ...lists, department, "id", "groups", "meta"];
const readOnly = ["id", "groups", "meta"];

/** RFC 7644 section 3.5.2, word for word and not one dialect more: all operations or, by throwing Refusal, none. */
export function naivePatch(resource: Json, operations: readonly NaiveOperation[]): Json {
  const result = structuredClone(resource);
  for (const operation of structuredClone(operations)) apply(result, operation);
  for (const list of lists) assign(result, list, needed((result[list] ?? []) as Json[]));
  return result;
}

/** RFC 7643 section 2.4: no element twice; and none that is a label without what it labels, as in a POST. */
function needed(list: Json[]): Json[] {
  const isOther = ([sub]: [string, unknown]) => sub !== "primary";
  const others = (element: Json) => Object.fromEntries(Object.entries(element).filter(isOther));
  const kept: Json[] = [];
  for (const element of list) {
    const twin = kept.find((each) => isDeepStrictEqual(others(each), others(element)));
    const isLabel = Object.keys(element).every((sub) => sub === "type" || sub === "primary");
    if (twin === undefined && !isLabel) kept.push(element);
    if (twin !== undefined && element["primary"] === true) twin["primary"] = true;
  }
  return kept;
}

function apply(resource: Json, { op, path, value }: NaiveOperation): void {
  if (path === undefined) {
    // "If omitted, the target location is assumed to be the resource itself. The value contains a set of attributes."
    if (op === "remove") throw new Refusal("noTarget");
    for (const [name, each] of Object.entries(value as Json)) {
      const attribute = canonical(name);
      // What only the server writes is left out, as in a PUT (section 3.5.1): Okta repeats the id.
      if (!readOnly.includes(attribute)) applyAt(resource, op, { attribute }, each);
    }
    return;
  }
  applyAt(resource, op, { ...path, attribute: canonical(path.attribute) }, value);
}

/** RFC 7643 section 2.1: attribute names are case insensitive. */
function canonical(name: string): string {
  const found = known.find((each) => each.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new Refusal("invalidPath");
  return found;
}

function applyAt(resource: Json, op: NaiveOperation["op"], path: NaivePath, value: unknown): void {
  const { attribute, filter, sub } = path;
  if (readOnly.includes(attribute)) throw new Refusal("mutability");
  if (attribute === department) {
    const extension = { ...(resource[ENTERPRISE] as Json | undefined) };
    setSingle(extension, "department", op, value);
    assign(resource, ENTERPRISE, extension);
  } else if (lists.includes(attribute)) {
    const before = structuredClone((resource[attribute] ?? []) as Json[]);
    const chosen = filter === undefined ? before : before.filter((element) => holds(filter, element));
    const after = filter === undefined ? changeList(before, op, value) : changeChosen(before, chosen, op, path, value);
    assign(resource, attribute, after);
  } else if (attribute === "name") {
    const name = { ...(resource["name"] as Json | undefined) };
    if (sub !== undefined) setSingle(name, sub, op, value);
    assign(resource, "name", sub !== undefined ? name : op === "remove" ? {} : { ...name, ...(value as Json) });
  } else {
    setSingle(resource, attribute, op, value);
  }
}

/** Section 3.5.2.1: "if the target location specifies a single-valued attribute, the existing value is replaced". */
function setSingle(holder: Json, name: string, op: NaiveOperation["op"], value: unknown): void {
  // Section 3.5.2.2: "if an attribute is removed and is defined as required, return 400 and mutability".
  if (name === "userName" && op === "remove") throw new Refusal("mutability");
  const isText = name !== "active" && name !== "primary";
  if (op !== "remove" && value !== null && typeof value !== (isText ? "string" : "boolean"))
    throw new Refusal("invalidValue");
  if (name === "userName" && value === null) throw new Refusal("invalidValue");
  assign(holder, name, op === "remove" ? null : value);
}

/** Without a filter: section 3.5.2.1 adds values, section 3.5.2.3 replaces all, section 3.5.2.2 removes all. */
function changeList(list: Json[], op: NaiveOperation["op"], value: unknown): Json[] {
  if (op === "remove" || value === null) return [];
  const given = (Array.isArray(value) ? value : [value]) as Json[];
  for (const element of given) if (typeof element !== "object") throw new Refusal("invalidValue");
  return op === "replace" ? given : given.reduce(withElement, list);
}

/** "If the target location already contains the value specified, no changes SHOULD be made": but primary may move. */
function withElement(list: Json[], element: Json): Json[] {
  const same = list.find((each) =>
    Object.entries(element).every(([sub, value]) => sub === "primary" || isDeepStrictEqual(each[sub], value)),
  );
  if (same === undefined) return onePrimary([...list, element], element);
  if (element["primary"] !== undefined) same["primary"] = element["primary"];
  return onePrimary(list, same);
}

/** "A value path filter": the elements that it selects, or one of them each. */
function changeChosen(list: Json[], chosen: Json[], op: NaiveOperation["op"], path: NaivePath, value: unknown): Json[] {
  const { filter, sub } = path;
  if (op === "remove") return removeChosen(list, chosen, sub);
  if (chosen.length === 0) {
    if (op === "replace") throw new Refusal("noTarget");
    // Not in the RFC, but what Entra relies on: the element that the filter describes is made.
    const made = described(filter as NaiveFilter);
    if (made === undefined || !holds(filter as NaiveFilter, made)) throw new Refusal("noTarget");
    return changeChosen([...list, made], [made], op, path, value);
  }
  let result = list;
  for (const element of chosen) {
    if (sub !== undefined) setSingle(element, sub, op, value);
    else {
      // "All matching record values SHALL be replaced"; an added one has what it has besides.
      if (op === "replace") for (const key of Object.keys(element)) delete element[key];
      Object.assign(element, value);
    }
    result = onePrimary(result, element);
  }
  return result;
}

function removeChosen(list: Json[], chosen: Json[], sub: string | undefined): Json[] {
  if (sub !== undefined) for (const element of chosen) delete element[sub];
  // An element that has lost what it was there for goes.
  return list.filter((element) => !chosen.includes(element) || (sub !== undefined && hasContent(element)));
}

function hasContent(element: Json): boolean {
  const isAddress = !("value" in element) && ("streetAddress" in element || "locality" in element);
  return isAddress || "value" in element;
}

/** Section 3.5.2: primary true on one value SHALL set it to false on all others. */
function onePrimary(list: Json[], chosen: Json): Json[] {
  if (chosen["primary"] === true)
    for (const element of list) if (element !== chosen && element["primary"] === true) element["primary"] = false;
  return list;
}

/** The element that a filter of nothing but equalities describes. */
function described(filter: NaiveFilter): Json | undefined {
  if (filter.operator === "eq") return { [filter.sub]: filter.value };
  if (filter.operator !== "and") return undefined;
  const parts = filter.operands.map(described);
  return parts.includes(undefined) ? undefined : Object.assign({}, ...parts);
}

/** Section 3.4.2.2, on one element. No sub-attribute that occurs here is caseExact. */
function holds(filter: NaiveFilter, element: Json): boolean {
  switch (filter.operator) {
    case "and":
      return filter.operands.every((operand) => holds(operand, element));
    case "or":
      return filter.operands.some((operand) => holds(operand, element));
    case "not":
      return !holds(filter.operand, element);
    case "pr":
      return element[filter.sub] !== undefined;
  }
  const [actual, wanted] = [folded(element[filter.sub]), folded(filter.value)];
  if (filter.operator === "eq") return actual === wanted;
  if (filter.operator === "ne") return actual !== wanted;
  if (typeof actual !== "string") return false;
  return filter.operator === "co" ? actual.includes(String(wanted)) : actual.startsWith(String(wanted));
}

function folded(value: unknown): unknown {
  return typeof value === "string" ? value.toLowerCase() : value;
}

/** RFC 7643 section 2.5: null and an empty list or object are no value. */
function assign(holder: Json, name: string, value: unknown): void {
  const empty = value === null || (typeof value === "object" && Object.keys(value as object).length === 0);
  if (empty) delete holder[name];
  else holder[name] = value;
}
