import { fieldInvalid } from "@rollcall/runtime/status";

/** The fields that an update names, each once. Throws FIELD_INVALID where it names none, or one that cannot be changed. */
export function maskedFields<Field extends string>(
  mask: readonly string[] | undefined,
  changeable: readonly Field[],
): Field[] {
  const fields = [...new Set(mask)];
  const strange = fields.filter((field) => !changeable.includes(field as Field));
  if (fields.length === 0) throw fieldInvalid([{ field: "update_mask", description: "must name what to change." }]);
  if (strange.length > 0)
    throw fieldInvalid(
      strange.map((field) => ({
        field: "update_mask",
        description: `names ${JSON.stringify(field)}, which cannot be changed.`,
      })),
    );
  return fields as Field[];
}
