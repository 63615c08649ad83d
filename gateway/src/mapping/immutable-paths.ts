import { contractPath } from "./attribute.ts";
import type { ResourceSchema } from "./schema.ts";

/**
 * Contract paths of the attributes that take a value once, as PUT names them to
 * the service. A list's elements come and go: only a whole list can be such an
 * attribute.
 */
export function immutablePaths(schema: ResourceSchema): string[] {
  let paths = known.get(schema);
  if (paths === undefined) {
    paths = [schema.core, ...schema.extensions].flatMap(({ attributes }) =>
      attributes.flatMap((row) => {
        if (row.mutability === "immutable") return [row.path];
        if (row.multiValued) return [];
        return row.subAttributes.filter((sub) => sub.mutability === "immutable").map((sub) => contractPath(row, sub));
      }),
    );
    known.set(schema, paths);
  }
  return paths;
}

/** Schemas are made once for each account and then asked for every write. */
const known = new WeakMap<ResourceSchema, string[]>();
