import { isDeepStrictEqual } from "node:util";
import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { type Attribute, type Attributes, attributeOf, type Field, type RecordSchema, valueAt } from "./attributes.ts";
import { changeList } from "./change-list.ts";
import { changeInvalid, changeJson, clear, put, scalarOf, setFields } from "./change-value.ts";
import { checkRecord } from "./check-record.ts";
import { isEmpty, withoutEmptyValues } from "./empty-values.ts";

/** What changes make of a document. */
export interface Changed {
  attributes: Attributes;
  /** Whether `attributes` differs from what was there before. */
  changed: boolean;
}

/**
 * Applies changes to a record in order, on a copy: all of them or, by throwing,
 * none (RFC 7644 section 3.5.2). `clearFirst` starts from nothing, as PUT does
 * under the REPLACE policy.
 *
 * @throws StatusError CHANGE_INVALID, FILTER_INVALID, FIELD_INVALID,
 *   TARGET_NOT_FOUND, REQUIRED_ATTRIBUTE_MISSING
 */
export function applyChanges(
  schema: RecordSchema,
  document: Attributes,
  changes: readonly Change[],
  { clearFirst = false }: { clearFirst?: boolean } = {},
): Changed {
  const draft: Attributes = clearFirst ? {} : structuredClone(document);
  for (const change of changes) applyChange(schema, draft, change);
  const attributes = withoutEmptyValues(draft);
  checkRecord(schema, attributes);
  return { attributes, changed: !isDeepStrictEqual(attributes, withoutEmptyValues(document)) };
}

function applyChange(schema: RecordSchema, draft: Attributes, change: Change): void {
  const attribute = attributeOf(schema, change.attribute);
  if (!attribute) throw changeInvalid(change.attribute, "is no attribute that can be changed");
  if (!OPERATIONS.has(change.operation)) throw changeInvalid(change.attribute, "is changed by no known operation");
  if (change.element && attribute.shape !== "list")
    throw changeInvalid(change.attribute, "is no list whose elements can be filtered");
  switch (attribute.shape) {
    case "scalar":
      changeScalar(draft, attribute, change);
      return;
    case "complex":
      changeComplex(draft, attribute, change);
      return;
    case "list":
      put(
        draft,
        attribute.path,
        changeList(valueAt(draft, attribute.path) as Attributes[] | undefined, attribute.fields, change),
      );
      return;
    case "json":
      changeJson(draft, attribute.path, change);
  }
}

const OPERATIONS: ReadonlySet<ChangeOperation> = new Set([
  ChangeOperation.CHANGE_OPERATION_ADD,
  ChangeOperation.CHANGE_OPERATION_REPLACE,
  ChangeOperation.CHANGE_OPERATION_REMOVE,
]);

function changeScalar(draft: Attributes, attribute: Attribute & { shape: "scalar" }, change: Change): void {
  if (change.subAttribute) throw changeInvalid(change.attribute, "has no sub-attributes");
  if (change.operation === ChangeOperation.CHANGE_OPERATION_REMOVE || isEmpty(change.value)) {
    clear(draft, attribute.path);
    return;
  }
  put(draft, attribute.path, scalarOf(change.attribute, attribute.type, change.value));
}

function changeComplex(
  draft: Attributes,
  attribute: { path: string[]; fields: Readonly<Record<string, Field>> },
  change: Change,
): void {
  const remove = change.operation === ChangeOperation.CHANGE_OPERATION_REMOVE;
  if (!change.subAttribute && (remove || isEmpty(change.value))) {
    clear(draft, attribute.path);
    return;
  }
  const value = { ...(valueAt(draft, attribute.path) as Attributes | undefined) };
  setFields(value, attribute.fields, change, remove ? null : change.value);
  put(draft, attribute.path, value);
}
