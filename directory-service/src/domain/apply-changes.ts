import { isDeepStrictEqual } from "node:util";
import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import { type Attribute, type Attributes, attributeOf, type Field, type RecordSchema, valueAt } from "./attributes.ts";
import { changeJson } from "./change-json.ts";
import { changeList } from "./change-list.ts";
import { changeInvalid, clear, put, scalarOf, setFields } from "./change-value.ts";
import { checkRecord } from "./check-record.ts";
import { isEmpty, withoutEmptyValues } from "./empty-values.ts";
import { checkImmutable, immutablePlace, keepImmutable } from "./immutable-attributes.ts";
import { dropNeedlessElements } from "./needless-elements.ts";
import { checkRequired } from "./required-attributes.ts";

/** What changes make of a document. */
export interface Changed {
  attributes: Attributes;
  /** Whether `attributes` differs from what was there before. */
  changed: boolean;
}

/** What changes have to keep to. */
export interface ChangeRules {
  /** Starts from nothing, as PUT does under the REPLACE policy, but for the values of `immutable`. */
  clearFirst?: boolean;
  /** Contract paths of attributes whose values PUT leaves as they are. */
  immutable?: readonly string[];
  /** Contract paths of attributes that their extensions need. */
  required?: readonly string[];
}

/**
 * Applies changes to a record in order, on a copy: all of them or, by throwing,
 * none (RFC 7644 section 3.5.2).
 *
 * @throws StatusError CHANGE_INVALID, FILTER_INVALID, FIELD_INVALID,
 *   TARGET_NOT_FOUND, REQUIRED_ATTRIBUTE_MISSING, ATTRIBUTE_IMMUTABLE
 */
export function applyChanges(
  schema: RecordSchema,
  document: Attributes,
  changes: readonly Change[],
  { clearFirst = false, immutable = [], required = [] }: ChangeRules = {},
): Changed {
  const draft: Attributes = clearFirst ? {} : structuredClone(document);
  // Before, so that changes meet the values; after, so that a change of the whole has not lost a part.
  keepImmutable(schema, document, draft, immutable);
  for (const change of changes) applyChange(schema, draft, change);
  keepImmutable(schema, document, draft, immutable);
  // At the end, since what begins as a label may be filled by a later change.
  dropNeedlessElements(schema, draft);
  const attributes = withoutEmptyValues(draft);
  checkRecord(schema, attributes);
  checkRequired(attributes, changes, required);
  return { attributes, changed: !isDeepStrictEqual(attributes, withoutEmptyValues(document)) };
}

function applyChange(schema: RecordSchema, draft: Attributes, change: Change): void {
  const attribute = extensionToClear(draft, change) ?? attributeOf(schema, change.attribute);
  if (!attribute) throw changeInvalid(change.attribute, "is no attribute that can be changed");
  if (!OPERATIONS.has(change.operation)) throw changeInvalid(change.attribute, "is changed by no known operation");
  if (!change.immutable) {
    changeAttribute(draft, attribute, change);
    return;
  }
  const place = immutablePlace(draft, attribute, change);
  const before = structuredClone(valueAt(draft, place));
  changeAttribute(draft, attribute, change);
  const path = change.subAttribute ? `${change.attribute}.${change.subAttribute}` : change.attribute;
  checkImmutable(path, before, valueAt(draft, place));
}

/** A whole extension, where REMOVE names one that the record has by its URN alone. */
function extensionToClear(draft: Attributes, change: Change): (Attribute & { shape: "json" }) | undefined {
  if (change.operation !== ChangeOperation.CHANGE_OPERATION_REMOVE || change.subAttribute) return undefined;
  const path = ["extensions", change.attribute];
  return valueAt(draft, path) === undefined ? undefined : { shape: "json", path };
}

function changeAttribute(draft: Attributes, attribute: Attribute, change: Change): void {
  if (change.element && attribute.shape !== "list" && attribute.shape !== "json")
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
