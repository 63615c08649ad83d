import { type Attribute, contractPath } from "../../mapping/attribute.ts";
import { locate, type ResourceSchema } from "../../mapping/schema.ts";
import { suggestion } from "../suggest.ts";
import type { AttributePath } from "./ast.ts";
import { invalid } from "./compare.ts";
import { printPath } from "./print.ts";

/** What a path in a filter means. */
export interface Target {
  /** Contract path. Empty for `meta`, which has none. */
  readonly path: string;
  readonly row: Attribute;
  /** Contract path of what the attribute is a part of. Empty: the resource or the element. */
  readonly parent: string;
  /** Whether it is a part of each element of a list. */
  readonly inList: boolean;
}

/** Where the names of a filter are looked up. */
export interface Scope {
  /** Undefined: resources of another kind have the attribute, these never do. Throws ScimError 400 invalidFilter. */
  find(path: AttributePath): Target | undefined;
  /** Contract path of what always has a value. */
  readonly ever: string;
}

/**
 * The names of a resource. `others` are the schemas that the filter is applied
 * to as well: what only they have has no value here (RFC 7644 section 3.4.2.1).
 */
export function resourceScope(schema: ResourceSchema, others: readonly ResourceSchema[]): Scope {
  return {
    ever: "id",
    find(path) {
      const found = locate(schema, path.urn, path.name)?.attribute;
      if (found !== undefined) return targetIn(found, path, schema);
      if (others.some((other) => locate(other, path.urn, path.name)?.attribute !== undefined)) return undefined;
      throw unknown(path, [schema, ...others].map(({ kind }) => kind).join(" or "), namesOf([schema, ...others]));
    },
  };
}

/** The names of the parts of a complex attribute. `prefix` leads to it, and is empty for elements of a list. */
export function elementScope(attribute: Attribute, prefix: string, takesReferences: boolean): Scope {
  return {
    ever: attribute.multiValued ? "value" : "id",
    find(path) {
      const row =
        path.urn === undefined && path.sub === undefined ? attribute.sub.get(path.name.toLowerCase()) : undefined;
      if (row === undefined) {
        throw unknown(
          path,
          attribute.name,
          attribute.subAttributes.map((known) => known.name),
        );
      }
      if (row.derived !== undefined && !takesReferences) throw invalid(`${printPath(path)} cannot be used in a path.`);
      return filterable({ path: joined(prefix, row.path), row, parent: prefix, inList: false }, path);
    },
  };
}

/** The contract path of a part. */
export function joined(parent: string, path: string): string {
  return parent === "" ? path : `${parent}.${path}`;
}

function targetIn(row: Attribute, path: AttributePath, schema: ResourceSchema): Target {
  filterable({ path: row.path, row, parent: "", inList: false }, path);
  if (path.sub === undefined) return { path: row.path, row, parent: "", inList: false };
  const sub = row.sub.get(path.sub.toLowerCase());
  if (sub === undefined) {
    throw unknown(
      path,
      schema.kind,
      row.subAttributes.map((known) => `${row.name}.${known.name}`),
    );
  }
  return filterable({ path: contractPath(row, sub), row: sub, parent: row.path, inList: row.multiValued }, path);
}

function filterable(target: Target, path: AttributePath): Target {
  if (target.row.filterable) return target;
  // RFC 7643 section 7, returned: who cannot read a value must not find it out by comparing.
  throw invalid(`${printPath(path)} cannot be used in a filter, since it is never returned.`);
}

function* namesOf(schemas: readonly ResourceSchema[]): Iterable<string> {
  for (const schema of schemas) {
    for (const row of schema.byName.values()) yield row.name;
    for (const section of schema.extensions) for (const row of section.attributes) yield row.name;
  }
}

function unknown(path: AttributePath, owner: string, names: Iterable<string>) {
  const name = printPath({ ...path, element: undefined });
  return invalid(`${name} is not an attribute of ${owner}.${suggestion(name, names)}`);
}
