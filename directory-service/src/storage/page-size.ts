import { fieldInvalid } from "@rollcall/runtime/status";

const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 500;

/** How many results a page has: too many are the most there are (AIP-158), 0 is `unset`. Throws FIELD_INVALID. */
export function pageSizeOf(pageSize: number, { unset = DEFAULT_PAGE_SIZE } = {}): number {
  if (pageSize < 0) throw fieldInvalid([{ field: "page_size", description: "must not be negative." }]);
  return pageSize === 0 ? unset : Math.min(pageSize, MAX_PAGE_SIZE);
}
