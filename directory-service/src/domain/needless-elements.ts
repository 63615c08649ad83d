import { type Attributes, type RecordSchema, valueAt } from "./attributes.ts";
import { put } from "./change-value.ts";

/**
 * Takes out of a document's lists what says nothing: elements that are only a
 * label, as `{type: "work"}`, and those that are there already (RFC 7643
 * section 2.4). Of twins one is left, and is primary if either was.
 */
export function dropNeedlessElements(schema: RecordSchema, document: Attributes): void {
  for (const { shape, path } of Object.values(schema.attributes)) {
    const list = shape === "list" ? valueAt(document, path) : undefined;
    if (list !== undefined) put(document, path, needed(list as Attributes[]));
  }
}

function needed(list: Attributes[]): Attributes[] {
  const kept = new Map<string, Attributes>();
  for (const element of list) {
    if (isLabel(element)) continue;
    const key = JSON.stringify(Object.entries(element).filter(isOther).sort());
    const twin = kept.get(key);
    if (twin === undefined) kept.set(key, element);
    else if (element["primary"] === true) twin["primary"] = true;
  }
  return [...kept.values()];
}

function isLabel(element: Attributes): boolean {
  return Object.keys(element).every((key) => key === "type" || key === "primary");
}

function isOther([key]: [string, unknown]): boolean {
  return key !== "primary";
}
