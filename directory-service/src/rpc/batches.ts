import { fieldInvalid } from "@rollcall/runtime/status";

const MAX_BATCH = 500;

/** Throws FIELD_INVALID where a batch asks for more than one call may. */
export function checkBatch(field: string, items: readonly unknown[]): void {
  if (items.length > MAX_BATCH)
    throw fieldInvalid([{ field, description: `must have at most ${MAX_BATCH} elements.` }]);
}
