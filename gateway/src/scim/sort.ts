import type { Sort } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { type Attribute, contractPath } from "../mapping/attribute.ts";
import { locate, type ResourceSchema } from "../mapping/schema.ts";
import { ScimError } from "./error.ts";
import type { AttributePath } from "./filter/ast.ts";
import { FilterSyntaxError } from "./filter/lexer.ts";
import { parseAttributePath } from "./filter/parser.ts";
import type { SortQuery } from "./list.ts";
import { suggestion } from "./suggest.ts";

/**
 * What the contract is to sort resources of one kind by (RFC 7644 section
 * 3.4.2.3). `others` are the schemas of the resources that are listed among
 * them: what only those have, these have no value of.
 *
 * Throws ScimError 400 for what cannot be sorted by. The RFC names no keyword
 * for it; it is invalidValue, since invalidPath is about the paths of PATCH
 * (RFC 7644 table 9).
 */
export function resolveSort(sort: SortQuery, schema: ResourceSchema, others: readonly ResourceSchema[] = []): Sort {
  const { by, descending } = sort;
  const path = parse(by);
  const found = sortAttribute(path, by, schema);
  if (found !== undefined)
    return { attribute: attributeOf(found, schema, others), descending, caseExact: isExact(found) };
  if (!others.some((other) => sortAttribute(path, by, other) !== undefined)) throw unknown(by, [schema, ...others]);
  return { attribute: "", descending, caseExact: false };
}

/** A simple attribute, or a part of a complex one. */
interface Found {
  readonly row: Attribute;
  readonly path: string;
  /** Contract path of the id that a reference ends in. */
  readonly id: string;
}

function parse(by: string): AttributePath {
  try {
    const path = parseAttributePath(by);
    if (path.element === undefined) return path;
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) throw error;
  }
  throw invalid(`sortBy: ${by} is not the name of an attribute.`);
}

function sortAttribute(path: AttributePath, by: string, schema: ResourceSchema): Found | undefined {
  const attribute = locate(schema, path.urn, path.name)?.attribute;
  if (attribute === undefined) return undefined;
  if (!attribute.filterable) throw invalid(`sortBy: ${by} cannot be sorted by.`);
  const sub = path.sub === undefined ? valuePart(attribute) : attribute.sub.get(path.sub.toLowerCase());
  if (path.sub !== undefined && sub === undefined) return undefined;
  if (sub?.filterable === false) throw invalid(`sortBy: ${by} cannot be sorted by.`);
  if (attribute.type === "complex" && sub === undefined)
    throw invalid(`sortBy: ${by} is complex: name one of its sub-attributes, such as ${by}.${firstOf(attribute)}.`);
  const value = attribute.sub.get("value");
  return {
    row: sub ?? attribute,
    path: contractPath(attribute, sub),
    id: value === undefined ? "id" : contractPath(attribute, value),
  };
}

/** `sortBy=emails` is by the addresses, as `emails eq` compares them; groups and members are by their names, not their ids. */
function valuePart({ multiValued, sub }: Attribute): Attribute | undefined {
  return sub.get(multiValued && sub.has("$ref") ? "display" : "value");
}

function firstOf({ subAttributes }: Attribute): string {
  return subAttributes[0]?.name ?? "";
}

/** Locations are in the order of the ids that they end in. A kind of resource alone has but one resourceType. */
function attributeOf({ row, path, id }: Found, { kind }: ResourceSchema, others: readonly ResourceSchema[]): string {
  if (row.derived === "location") return id;
  if (row.derived !== "resourceType") return path;
  // Those without a value come last, where descending first: which is where the kind that sorts last belongs.
  return others.some((other) => other.kind > kind) ? "create_time" : "";
}

function isExact({ row }: Found): boolean {
  return row.caseExact;
}

function unknown(by: string, schemas: readonly ResourceSchema[]): ScimError {
  const names = schemas.flatMap(({ byName }) => Array.from(byName.values(), ({ name }) => name));
  const owner = schemas.map(({ kind }) => kind).join(" or ");
  return invalid(`sortBy: ${by} is not an attribute of ${owner}.${suggestion(by, names)}`);
}

function invalid(detail: string): ScimError {
  return new ScimError(400, "invalidValue", detail);
}
