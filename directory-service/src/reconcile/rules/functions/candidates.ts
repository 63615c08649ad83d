import type { LibraryFunction } from "./library-function.ts";
import { TEXTUAL, textOf } from "./values.ts";

/** Functions that say what the engine shall look for. They look nothing up themselves. */
export const candidateFunctions: LibraryFunction[] = [
  candidate("byName", "name"),
  candidate("byId", "id"),
  candidate("byScimUser", "scim_user"),
];

function candidate(name: string, by: string): LibraryFunction {
  return {
    name,
    parameters: [["x", TEXTUAL]],
    result: { kind: "candidate", by: [by] },
    run: (x) =>
      new Map([
        ["by", by],
        ["value", textOf(x).trim()],
      ]),
  };
}
