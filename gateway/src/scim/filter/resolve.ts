import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { Attribute } from "../../mapping/attribute.ts";
import type { ResourceSchema } from "../../mapping/schema.ts";
import { type AttributePath, type FilterAst, maxFilterDepth, maxFilterNodes } from "./ast.ts";
import { comparison, invalid } from "./compare.ts";
import { compareDerived, type DerivedFrom, presentDerived } from "./derived.ts";
import { all, any, anyCondition, asFilter, type Condition, not, present } from "./logic.ts";
import { printPath } from "./print.ts";
import { elementScope, joined, resourceScope, type Scope, type Target } from "./scope.ts";

/** What a filter is resolved with besides the schema. */
export interface FilterOptions {
  /** The request's own, without a slash at its end: what locations and references begin with. */
  readonly baseUrl?: string;
  /** Schemas of the resources that the filter chooses among as well. */
  readonly others?: readonly ResourceSchema[];
}

/**
 * Turns a parsed filter into the contract's: names become contract paths,
 * values get the attribute's type. Throws ScimError 400 invalidFilter that
 * names what does not exist, cannot be compared or is of the wrong type.
 */
export function resolveFilter(ast: FilterAst, schema: ResourceSchema, options: FilterOptions = {}): Filter {
  const { baseUrl = "", others = [] } = options;
  const scope = resourceScope(schema, others);
  return bounded(asFilter(resolve(ast, scope, { schema, baseUrl }), scope.ever));
}

/**
 * The same for the filter of a PATCH path, whose names are relative to the
 * elements of `attribute`. `from` is for those that have references.
 */
export function resolveElementFilter(ast: FilterAst, attribute: Attribute, from?: DerivedFrom): Filter {
  const scope = elementScope(attribute, "", from !== undefined);
  return bounded(asFilter(resolve(ast, scope, from), scope.ever));
}

type Compare = FilterAst & { kind: "compare" };

/** `from` is undefined where no attribute of the scope is derived. */
function resolve(ast: FilterAst, scope: Scope, from: DerivedFrom | undefined): Condition {
  const operand = (part: FilterAst): Filter => asFilter(resolve(part, scope, from), scope.ever);
  switch (ast.kind) {
    case "and":
      return all(ast.operands.map(operand));
    case "or":
      return any(ast.operands.map(operand));
    case "not":
      return not(operand(ast.operand));
    case "valuePath":
      return resolveElement(ast.path, scope, from);
    case "present":
      return resolvePresent(ast.path, scope, from);
    case "compare":
      return resolveCompare(ast, scope, from);
  }
}

/**
 * A value path. What follows the brackets is one more condition on the same
 * element: `emails[type eq "work"].value eq "x"` is `emails[type eq "work" and
 * value eq "x"]`. On an attribute that is not a list it is a conjunction.
 */
function resolveElement(path: AttributePath, scope: Scope, from: DerivedFrom | undefined, more?: FilterAst): Condition {
  const { urn, name, element } = path;
  const target = scope.find({ ...(urn !== undefined && { urn }), name });
  if (target === undefined) return false;
  const { row } = target;
  if (row.type !== "complex") throw invalid(`${name} has no sub-attributes, so it takes no [ ].`);
  const within = elementScope(row, row.multiValued ? "" : target.path, from !== undefined);
  const conditions = (more === undefined ? [element] : [element, more]).map((part) =>
    asFilter(resolve(part as FilterAst, within, from), within.ever),
  );
  const filter = conditions.length === 1 ? (conditions[0] as Filter) : all(conditions);
  if (!row.multiValued) return filter;
  return { expression: { $case: "element", value: { attribute: target.path, filter } } };
}

/** The sub-attribute that follows the brackets, as a path of its own. */
function lastPart(path: AttributePath): AttributePath {
  return { name: path.sub ?? "value" };
}

function resolvePresent(path: AttributePath, scope: Scope, from: DerivedFrom | undefined): Condition {
  if (path.element !== undefined) return resolveElement(path, scope, from, { kind: "present", path: lastPart(path) });
  const target = scope.find(path);
  if (target === undefined) return false;
  if (isReferenceInList(target)) return present(joined(target.parent, "value"));
  if (target.row.derived !== undefined) return presentDerived(target.row, idBeside(target));
  // `meta` has no path of its own, and every resource has it.
  return target.path === "" || present(target.path);
}

function resolveCompare(ast: Compare, scope: Scope, from: DerivedFrom | undefined): Condition {
  const { path, operator, value, literal } = ast;
  if (path.element !== undefined) return resolveElement(path, scope, from, { ...ast, path: lastPart(path) });
  const target = scope.find(path);
  // As if there were no value: it differs from every other, and equals null.
  if (target === undefined) return value === null ? operator === "eq" : operator === "ne";
  if (isReferenceInList(target)) {
    const element: Compare = { ...ast, path: { name: path.sub as string } };
    const condition = resolveElement({ ...path, element }, scope, from);
    // Where there is no element it is as if there were no value.
    const ofNone = value === null ? operator === "eq" : operator === "ne";
    return ofNone ? anyCondition([not(present(joined(target.parent, "value"))), condition]) : condition;
  }
  const name = printPath(path);
  if (target.row.derived !== undefined && from !== undefined) {
    const { row } = target;
    const type = joined(target.parent, "type");
    return compareDerived({ row, id: idBeside(target), type, path: target.path, name, operator, value, literal }, from);
  }
  return compareTarget(target, name, ast);
}

/** `groups.$ref`: id and type of a reference are parts of one element, so it is a value path. */
function isReferenceInList({ row, inList }: Target): boolean {
  return inList && row.derived !== undefined;
}

/** The id that a location is made of: the resource's own for `meta.location`, else the `value` beside a `$ref`. */
function idBeside({ row, parent }: Target): string {
  return row.referenceTypes.length === 0 ? "id" : joined(parent, "value");
}

/** A complex attribute is compared by its `value`: `members eq "id"`, `manager eq "id"`. */
function compareTarget(target: Target, name: string, { operator, value, literal }: Compare): Condition {
  const { row, path } = target;
  if (row.type !== "complex") return comparison(row, path, name, operator, value, literal);
  const part = row.sub.get("value");
  if (part === undefined && value === null) {
    const compared = comparison(row, path, name, operator, value);
    return path === "" ? operator === "ne" : compared;
  }
  if (part === undefined) throw invalid(`${name} is complex: compare one of its sub-attributes.`);
  return comparison(part, joined(path, part.path), name, operator, value, literal);
}

/** Resolving adds nodes, for instance for `eq null`, so the contract's bounds are checked on what comes out. */
function bounded(filter: Filter): Filter {
  let nodes = 0;
  const visit = (node: Filter, depth: number): void => {
    nodes++;
    if (depth > maxFilterDepth) throw invalid(`The filter is more than ${maxFilterDepth} levels deep.`);
    if (nodes > maxFilterNodes) throw invalid(`The filter has more than ${maxFilterNodes} expressions.`);
    for (const child of childrenOf(node)) visit(child, depth + 1);
  };
  visit(filter, 1);
  return filter;
}

/** How many expressions a filter has, itself included. */
export function expressionsIn(filter: Filter): number {
  return childrenOf(filter).reduce((sum, child) => sum + expressionsIn(child), 1);
}

function childrenOf({ expression }: Filter): readonly Filter[] {
  switch (expression?.$case) {
    case "and":
    case "or":
      return expression.value.filters;
    case "not":
      return [expression.value];
    case "element":
      return expression.value.filter === undefined ? [] : [expression.value.filter];
    default:
      return [];
  }
}
