import type { BulkWrite } from "./bulk.ts";
import { isObject } from "./json.ts";

/**
 * The bulkIds that a write refers to, each once (RFC 7644 section 3.7.2): as
 * the id in its path, as any value that is "bulkId:x" and nothing else, as the
 * end of an address, and in the filter of a PATCH path.
 */
export function referencesOf(write: BulkWrite): string[] {
  const found = new Set<string>();
  const note = (bulkId: string) => {
    found.add(bulkId);
    return bulkId;
  };
  replaced(write.id, note);
  lookThrough(write.data, write.method === "PATCH", note);
  return [...found];
}

function lookThrough(value: unknown, isPatch: boolean, note: (bulkId: string) => string): void {
  if (typeof value === "string") replaced(value, note);
  else if (Array.isArray(value)) for (const item of value) lookThrough(item, isPatch, note);
  else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (isPath(key, item, isPatch)) replacedInFilter(item, note);
      else lookThrough(item, isPatch, note);
    }
  }
}

/** The write with ids in the place of its references. */
export function withReferences(write: BulkWrite, idOf: (bulkId: string) => string): BulkWrite {
  return { ...write, id: replaced(write.id, idOf), data: copied(write.data, write.method === "PATCH", idOf) };
}

function copied(value: unknown, isPatch: boolean, idOf: (bulkId: string) => string): unknown {
  if (typeof value === "string") return replaced(value, idOf);
  if (Array.isArray(value)) return value.map((item) => copied(item, isPatch, idOf));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isPath(key, item, isPatch) ? replacedInFilter(item, idOf) : copied(item, isPatch, idOf),
    ]),
  );
}

function isPath(key: string, item: unknown, isPatch: boolean): item is string {
  return isPatch && typeof item === "string" && key.toLowerCase() === "path";
}

/** "bulkId:x", "/Users/bulkId:x", "https://host/scim/v2/Users/bulkId:x". */
const REFERENCE = /^(|.*\/(?:Users|Groups)\/)bulkId:(.+)$/s;

function replaced(text: string, idOf: (bulkId: string) => string): string {
  const [, before, bulkId] = text.includes("bulkId:") ? (REFERENCE.exec(text) ?? []) : [];
  return bulkId === undefined ? text : `${before}${idOf(bulkId)}`;
}

function replacedInFilter(path: string, idOf: (bulkId: string) => string): string {
  return path.replace(/"bulkId:([^"\\]+)"/g, (_, bulkId: string) => `"${idOf(bulkId)}"`);
}
