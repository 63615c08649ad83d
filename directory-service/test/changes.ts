import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";

/** Where in an attribute a change takes place. */
export interface Place {
  element?: Filter;
  sub?: string;
  immutable?: boolean;
}

export const add = (attribute: string, value: unknown, place?: Place): Change =>
  change(ChangeOperation.CHANGE_OPERATION_ADD, attribute, value, place);

export const replace = (attribute: string, value: unknown, place?: Place): Change =>
  change(ChangeOperation.CHANGE_OPERATION_REPLACE, attribute, value, place);

export const remove = (attribute: string, value?: unknown, place?: Place): Change =>
  change(ChangeOperation.CHANGE_OPERATION_REMOVE, attribute, value, place);

export function change(
  operation: ChangeOperation,
  attribute: string,
  value?: unknown,
  { element, sub = "", immutable = false }: Place = {},
): Change {
  return { operation, attribute, element, subAttribute: sub, value, immutable };
}
