import { fieldInvalid } from "@rollcall/runtime/status";

const MAX_BATCH = 500;

/** Throws FIELD_INVALID where a batch asks for more than one call may. */
export function checkBatch(field: string, items: readonly unknown[], max = MAX_BATCH): void {
  if (items.length > max) throw fieldInvalid([{ field, description: `must have at most ${max} elements.` }]);
}
