import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { type Attribute, contractPath } from "../../mapping/attribute.ts";
import { locate, type ResourceSchema } from "../../mapping/schema.ts";
import { ScimError } from "../error.ts";
import { suggestion } from "../suggest.ts";
import { type AttributePath, type FilterAst, maxFilterDepth, maxFilterNodes } from "./ast.ts";
import { comparison, present } from "./compare.ts";
import { printPath } from "./print.ts";

/**
 * Turns a parsed filter into the contract's: names become contract paths,
 * values get the attribute's type. Throws ScimError 400 invalidFilter that
 * names what does not exist, cannot be compared or is of the wrong type.
 */
export function resolveFilter(ast: FilterAst, schema: ResourceSchema): Filter {
  return bounded(resolve(ast, (path) => findTarget(path, schema)));
}

/** The same for the filter of a PATCH path, whose names are relative to the elements of `attribute`. */
export function resolveElementFilter(ast: FilterAst, attribute: Attribute): Filter {
  return bounded(resolve(ast, elementScope(attribute, "")));
}

/** What a path in a filter means: a contract path and the row that tells its type. */
interface Target {
  readonly path: string;
  readonly row: Attribute;
}

type Scope = (path: AttributePath) => Target;

function resolve(ast: FilterAst, scope: Scope): Filter {
  switch (ast.kind) {
    case "and":
      return all(ast.operands.map((operand) => resolve(operand, scope)));
    case "or":
      return any(ast.operands.map((operand) => resolve(operand, scope)));
    case "not":
      return not(resolve(ast.operand, scope));
    case "valuePath":
      return resolveElement(ast.path, scope);
    case "present":
      return ast.path.element === undefined
        ? presence(scope(ast.path))
        : resolveElement(ast.path, scope, { kind: "present", path: lastPart(ast.path) });
    case "compare":
      return ast.path.element === undefined
        ? compareTarget(scope(ast.path), ast)
        : resolveElement(ast.path, scope, { ...ast, path: lastPart(ast.path) });
  }
}

/**
 * A value path. What follows the brackets is one more condition on the same
 * element: `emails[type eq "work"].value eq "x"` is `emails[type eq "work" and
 * value eq "x"]`. On an attribute that is not a list it is a conjunction.
 */
function resolveElement(path: AttributePath, scope: Scope, more?: FilterAst): Filter {
  const { urn, name, element } = path;
  const target = scope({ ...(urn !== undefined && { urn }), name });
  if (target.row.type !== "complex") throw invalid(`${name} has no sub-attributes, so it takes no [ ].`);
  const within = elementScope(target.row, target.row.multiValued ? "" : target.path);
  const conditions = (more === undefined ? [element] : [element, more]).map((ast) => resolve(ast as FilterAst, within));
  const filter = conditions.length === 1 ? (conditions[0] as Filter) : all(conditions);
  if (!target.row.multiValued) return filter;
  return { expression: { $case: "element", value: { attribute: target.path, filter } } };
}

/** The sub-attribute that follows the brackets, as a path of its own. */
function lastPart(path: AttributePath): AttributePath {
  return { name: path.sub ?? "value" };
}

function findTarget(path: AttributePath, schema: ResourceSchema): Target {
  const found = locate(schema, path.urn, path.name);
  const row = found?.attribute;
  if (row === undefined) throw unknown(path, schema.kind, namesOf(schema));
  if (path.sub === undefined) return filterable({ path: row.path, row }, path);
  const sub = row.sub.get(path.sub.toLowerCase());
  if (sub === undefined)
    throw unknown(
      path,
      schema.kind,
      row.subAttributes.map((known) => `${row.name}.${known.name}`),
    );
  filterable({ path: row.path, row }, path);
  return filterable({ path: contractPath(row, sub), row: sub }, path);
}

function elementScope(attribute: Attribute, prefix: string): Scope {
  return (path) => {
    const row =
      path.urn === undefined && path.sub === undefined ? attribute.sub.get(path.name.toLowerCase()) : undefined;
    if (row === undefined) {
      throw unknown(
        path,
        attribute.name,
        attribute.subAttributes.map((known) => known.name),
      );
    }
    return filterable({ path: prefix === "" ? row.path : `${prefix}.${row.path}`, row }, path);
  };
}

function filterable(target: Target, path: AttributePath): Target {
  if (!target.row.filterable) throw invalid(`${printPath(path)} cannot be used in a filter.`);
  return target;
}

function* namesOf(schema: ResourceSchema): Iterable<string> {
  for (const row of schema.byName.values()) yield row.name;
  for (const section of schema.extensions) for (const row of section.attributes) yield row.name;
}

/** `meta` has no path of its own, and every resource has it. */
function presence(target: Target): Filter {
  return present(target.path === "" ? "create_time" : target.path);
}

/** A complex attribute is compared by its `value`: `members eq "id"`, `manager eq "id"`. */
function compareTarget(target: Target, ast: FilterAst & { kind: "compare" }): Filter {
  const name = printPath(ast.path);
  if (target.row.type !== "complex") return comparison(target.row, target.path, name, ast.operator, ast.value);
  const value = target.row.sub.get("value");
  if (value === undefined) throw invalid(`${name} is complex: compare one of its sub-attributes.`);
  return comparison(value, joined(target.path, value), name, ast.operator, ast.value);
}

function joined(path: string, row: Attribute): string {
  return path === "" ? row.path : `${path}.${row.path}`;
}

function all(filters: Filter[]): Filter {
  return { expression: { $case: "and", value: { filters } } };
}

function any(filters: Filter[]): Filter {
  return { expression: { $case: "or", value: { filters } } };
}

function not(filter: Filter): Filter {
  return { expression: { $case: "not", value: filter } };
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

function unknown(path: AttributePath, owner: string, names: Iterable<string>): ScimError {
  const name = printPath({ ...path, element: undefined });
  return invalid(`${name} is not an attribute of ${owner}.${suggestion(name, names)}`);
}

function invalid(detail: string): ScimError {
  return new ScimError(400, "invalidFilter", detail);
}
