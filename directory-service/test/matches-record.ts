import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import {
  type Attributes,
  attributeOf,
  extensionAttribute,
  type RecordSchema,
  subAttribute,
  valueAt,
} from "../src/domain/attributes.ts";
import { matchesElement, satisfies } from "../src/domain/evaluate-filter.ts";

/**
 * Whether a record satisfies a filter: what storage/filter-sql is to answer,
 * said without SQL. A comparison with a list is true where any element satisfies it.
 */
export function matchesRecord({ expression }: Filter, document: Attributes, schema: RecordSchema): boolean {
  switch (expression?.$case) {
    case "and":
      return expression.value.filters.every((operand) => matchesRecord(operand, document, schema));
    case "or":
      return expression.value.filters.some((operand) => matchesRecord(operand, document, schema));
    case "not":
      return !matchesRecord(expression.value, document, schema);
    case "comparison": {
      const comparison = expression.value;
      return candidates(comparison.attribute, document, schema).some((value) => satisfies(comparison, value));
    }
    case "element": {
      const { attribute: path, filter } = expression.value;
      const attribute = attributeOf(schema, path);
      if (attribute?.shape !== "list" || !filter) return false;
      const elements = elementsOf(valueAt(document, attribute.path));
      return elements.some((element) => matchesElement(filter, element, attribute.fields));
    }
    default:
      return false;
  }
}

/** The values of which one has to satisfy a comparison: none for an empty list. */
function candidates(path: string, document: Attributes, schema: RecordSchema): unknown[] {
  const extension = extensionAttribute(path);
  if (extension) return valuesAlong(document, extension.path);
  const attribute = attributeOf(schema, path);
  if (attribute) return [valueAt(document, attribute.path)];
  const sub = subAttribute(schema, path);
  if (!sub) return [];
  const key = sub.attribute.fields[sub.field]?.key ?? "";
  const value = valueAt(document, sub.attribute.path);
  if (sub.attribute.shape === "list") return elementsOf(value).map((element) => valueAt(element, [key]));
  return [valueAt(document, [...sub.attribute.path, key])];
}

function elementsOf(value: unknown): Attributes[] {
  return Array.isArray(value) ? value : [];
}

/** The values at a path that may lead through arrays, as a lax SQL/JSON path finds them. */
function valuesAlong(document: Attributes, path: readonly string[]): unknown[] {
  let values: unknown[] = [document];
  for (const key of path) values = values.flatMap(unwrap).map((value) => valueAt(value as Attributes, [key]));
  const found = values.flatMap(unwrap).filter((value) => value !== undefined);
  return found.length > 0 ? found : [undefined];
}

function unwrap(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
