import { contractPath } from "./attribute.ts";
import type { ResourceSchema } from "./schema.ts";

/**
 * Contract paths of the attributes that a record needs once it has any attribute
 * of their extension, and of the parts that a complex one needs.
 */
export function requiredPaths(schema: ResourceSchema): string[] {
  let paths = known.get(schema);
  if (paths === undefined) {
    paths = schema.extensions
      .flatMap(({ attributes }) => attributes)
      .flatMap((row) => [
        ...(row.required ? [row.path] : []),
        // A list's elements are checked one by one as they are read.
        ...(row.multiValued ? [] : row.subAttributes.filter((sub) => sub.required)).map((sub) =>
          contractPath(row, sub),
        ),
      ]);
    known.set(schema, paths);
  }
  return paths;
}

/** Schemas are made once for each account and then asked for every write. */
const known = new WeakMap<ResourceSchema, string[]>();
