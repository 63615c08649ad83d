import type { Sort } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import {
  type Attributes,
  attributeOf,
  extensionAttribute,
  type Field,
  type RecordSchema,
  subAttribute,
  valueAt,
} from "../src/domain/attributes.ts";
import { foldCase } from "../src/domain/fold-case.ts";

/**
 * Documents in the order of a sort: what storage/sort-key is to make
 * PostgreSQL answer, said without SQL. They come in the order of creation.
 */
export function naiveSort(documents: Attributes[], sort: Sort, schema: RecordSchema): Attributes[] {
  const sign = sort.descending ? -1 : 1;
  const keyed = documents.map((document) => ({ document, key: keyOf(document, sort, schema) }));
  return keyed.toSorted((a, b) => sign * compare(a.key, b.key)).map(({ document }) => document);
}

function keyOf(document: Attributes, { attribute, caseExact }: Sort, schema: RecordSchema): unknown {
  const value = sortValue(document, attribute, schema);
  return typeof value === "string" && !caseExact ? foldCase(value) : value;
}

function sortValue(document: Attributes, path: string, schema: RecordSchema): unknown {
  const extension = extensionAttribute(path)?.path;
  if (extension) return extensionValue(document, extension);
  const attribute = attributeOf(schema, path);
  if (attribute?.shape === "scalar") return valueAt(document, attribute.path);
  if (attribute?.shape === "complex" || attribute?.shape === "list")
    return fieldValue(valueAt(document, attribute.path), attribute.fields["formatted"] ?? attribute.fields["value"]);
  const sub = subAttribute(schema, path);
  return fieldValue(valueAt(document, sub?.attribute.path ?? []), sub?.attribute.fields[sub.field]);
}

function fieldValue(value: unknown, field: Field | undefined): unknown {
  const elements = (Array.isArray(value) ? value : [value ?? {}]) as Attributes[];
  const values = primaryFirst(elements).map((element) => element[field?.key ?? ""]);
  return values.find((candidate) => candidate !== undefined);
}

function primaryFirst(elements: Attributes[]): Attributes[] {
  const isPrimary = ({ primary }: Attributes) => primary === true;
  return [...elements.filter(isPrimary), ...elements.filter((element) => !isPrimary(element))];
}

/** An extension attribute, of any shape; with one sub-attribute at most. */
function extensionValue(document: Attributes, path: string[]): unknown {
  const [top, sub] = [path.slice(0, 3), path[3]];
  const value = valueAt(document, top);
  const elements = primaryFirst(Array.isArray(value) ? value : [value ?? {}]);
  const values = elements.map((element) => {
    if (sub !== undefined) return valueAt(element, [sub]);
    return typeof element === "object" ? (element["formatted"] ?? element["value"]) : element;
  });
  return sub === undefined ? values[0] : values.find((candidate) => candidate !== undefined);
}

/** Nothing is greater than anything; booleans come before numbers before texts, which go by code point. */
function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === "string" && typeof b === "string") return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a !== typeof b) return TYPES.indexOf(typeof a) - TYPES.indexOf(typeof b);
  return Number(a) - Number(b);
}

const TYPES: string[] = ["boolean", "number", "string"];
