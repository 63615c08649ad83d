import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import {
  type Attributes,
  attributeOf,
  extensionAttribute,
  type RecordSchema,
  subAttribute,
  valueAt,
  valuesAlong,
} from "../src/domain/attributes.ts";
import { matchesElement, matchesJsonElement, satisfies } from "../src/domain/evaluate-filter.ts";
import { schemaUrns } from "../src/domain/value-keys.ts";

/**
 * What a record has beside its document, by contract path: one value, or the
 * elements of "groups" or "members".
 */
export type Facts = Readonly<Record<string, unknown>>;

/**
 * Whether a record satisfies a filter: what storage/filter-sql is to answer,
 * said without SQL. A comparison with a list is true where any element satisfies it.
 */
export function matchesRecord(
  { expression }: Filter,
  document: Attributes,
  schema: RecordSchema,
  facts: Facts = {},
): boolean {
  switch (expression?.$case) {
    case "and":
      return expression.value.filters.every((operand) => matchesRecord(operand, document, schema, facts));
    case "or":
      return expression.value.filters.some((operand) => matchesRecord(operand, document, schema, facts));
    case "not":
      return !matchesRecord(expression.value, document, schema, facts);
    case "comparison": {
      const comparison = expression.value;
      return candidates(comparison.attribute, document, schema, facts).some((value) => satisfies(comparison, value));
    }
    case "element": {
      const { attribute: path, filter } = expression.value;
      if (!filter) return false;
      if (Object.hasOwn(facts, path))
        return elementsOf(facts[path]).some((element) => matchesElement(filter, element, MEMBERSHIP));
      const attribute = attributeOf(schema, path);
      if (attribute?.shape === "json")
        return valuesAlong(document, attribute.path).some((element) => matchesJsonElement(filter, element));
      if (attribute?.shape !== "list") return false;
      const elements = elementsOf(valueAt(document, attribute.path));
      return elements.some((element) => matchesElement(filter, element, attribute.fields));
    }
    default:
      return false;
  }
}

const MEMBERSHIP = Object.fromEntries(
  ["value", "display", "type"].map((key) => [key, { key, type: "text", maxLength: 0 } as const]),
);

/** The values of which one has to satisfy a comparison. A list without elements is an attribute without a value. */
function candidates(path: string, document: Attributes, schema: RecordSchema, facts: Facts): unknown[] {
  const values = valuesOf(path, document, schema, facts);
  return values.length > 0 ? values : [undefined];
}

function valuesOf(path: string, document: Attributes, schema: RecordSchema, facts: Facts): unknown[] {
  if (path === "schemas") return schemaUrns(schema, document);
  if (Object.hasOwn(facts, path)) return [facts[path]];
  const [list = "", field = ""] = path.split(".");
  if (Object.hasOwn(facts, list)) return elementsOf(facts[list]).map((element) => element[field]);
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
