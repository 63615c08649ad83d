import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { type ScimPatchOperation, type ScimResource, scimPatch } from "scim-patch";
import { filter as matcher, parse } from "scim2-parse-filter";
import SCIMMY from "scimmy";
import { toFailure } from "../../gateway/src/http/errors.ts";
import { userSchema } from "../../gateway/src/mapping/user.ts";
import { parseFilter } from "../../gateway/src/scim/filter/parser.ts";
import { resolveFilter } from "../../gateway/src/scim/filter/resolve.ts";
import { type Json, matches, patched } from "../engine.ts";
import type { Library } from "./fault.ts";

/** What can be asked of a library and of Rollcall alike. Each of the first four may throw. */
export interface Engine {
  parse(filter: string): unknown;
  /** How many expressions a filter becomes. */
  size(filter: string): number;
  matches(filter: string, user: Json): boolean;
  /** What a PATCH makes of a user. */
  patched(user: Json, operations: readonly Json[]): Json;
  /** What to call an error. */
  nameOf(error: unknown): string;
}

/** The code that gateway and directory-service run. */
export const rollcall: Engine = {
  parse: parseFilter,
  size: (filter) => comparisonsOf(resolveFilter(parseFilter(filter), userSchema)),
  matches,
  patched,
  nameOf: (error) => toFailure(error, "").body.scimType ?? String(error),
};

const unavailable = () => {
  throw new Error("This library does not do that.");
};
const nothing: Omit<Engine, "nameOf"> = {
  parse: unavailable,
  size: unavailable,
  matches: unavailable,
  patched: unavailable,
};
const nameOf = (error: unknown) => (error as Error).constructor.name;

/** The libraries as they come. */
export const libraries: Record<Library, Engine> = {
  scimmy: {
    ...nothing,
    nameOf,
    parse: (filter) => new SCIMMY.Types.Filter(filter),
    // A list of alternatives.
    size: (filter) => new SCIMMY.Types.Filter(filter).length,
    matches: (filter, user) => new SCIMMY.Types.Filter(filter).match([user]).length > 0,
  },
  "scim2-parse-filter": {
    ...nothing,
    nameOf,
    parse,
    matches: (filter, user) => matcher(parse(filter))(user),
  },
  "scim-patch": {
    ...nothing,
    nameOf,
    patched: (user, operations) =>
      scimPatch(user as unknown as ScimResource, operations as unknown as ScimPatchOperation[]) as unknown as Json,
  },
};

function comparisonsOf({ expression }: Filter): number {
  switch (expression?.$case) {
    case "and":
    case "or":
      return expression.value.filters.reduce((sum, operand) => sum + comparisonsOf(operand), 0);
    case "not":
      return comparisonsOf(expression.value);
    default:
      return 1;
  }
}
