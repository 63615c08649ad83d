import { type Change, ChangeOperation } from "@rollcall/proto/grpc/rollcall/directory/v1/change";
import type { ResourceSchema } from "../mapping/schema.ts";
import { ScimError } from "./error.ts";
import type { DerivedFrom } from "./filter/derived.ts";
import { expressionsIn } from "./filter/resolve.ts";
import { bodyObject, isObject, type JsonObject, property, refuseTwins } from "./json.ts";
import { partialChanges } from "./partial.ts";
import { removeChanges } from "./patch-remove.ts";
import { pathlessChanges, setChanges } from "./patch-set.ts";
import { parsePath } from "./path.ts";
import { checkSchemas, isPatchMessage } from "./schemas.ts";

/** Most operations of one PATCH. */
export const maxPatchOperations = 1_000;
/** Most expressions in the filters of all paths together: each is evaluated on every element of a list. */
export const maxPatchExpressions = 5_000;
/** Most expressions in the filters of members in all paths together: each is evaluated on every member. */
export const maxPatchMemberExpressions = 100;
/** Most member values in all operations of one PATCH together. */
export const maxPatchMembers = 20_000;

/**
 * The changes that a PATCH body asks for, whatever dialect it is in: RFC 7644
 * section 3.5.2, what Okta, Entra and others make of it, and the partial
 * resource of SCIM 1.1, which has no Operations.
 *
 * `baseUrl` is the request's own, without a slash at its end. Empty: nothing in
 * it is stored. Throws ScimError 400 that names the operation
 * (from 0) and the attribute; 413 for too many operations.
 */
export function patchChanges(body: unknown, schema: ResourceSchema, baseUrl = ""): Change[] {
  const object = bodyObject(body);
  const operations = property(object, "operations");
  const schemas = property(object, "schemas");
  if (operations === undefined && !isPatchMessage(schemas)) return limited(partialChanges(object, { schema, baseUrl }));
  checkSchemas(schemas, schema);
  if (!Array.isArray(operations)) throw new ScimError(400, "invalidSyntax", "Operations must be a list.");
  if (operations.length > maxPatchOperations) {
    throw new ScimError(413, undefined, `A PATCH has at most ${maxPatchOperations} operations.`);
  }
  const from = { schema, baseUrl };
  return limited(joinMembers(operations.flatMap((operation, index) => numbered(operation, index, from))));
}

function numbered(operation: unknown, index: number, from: DerivedFrom): Change[] {
  try {
    return operationChanges(operation, from);
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    throw new ScimError(error.status, error.scimType, `Operations[${index}]: ${error.detail}`);
  }
}

/** RFC 7644 section 3.5.2. Names and `op` come in any case: Entra writes "Replace". */
function operationChanges(operation: unknown, from: DerivedFrom): Change[] {
  if (!isObject(operation)) throw new ScimError(400, "invalidSyntax", "An operation must be an object.");
  refuseTwins(Object.keys(operation));
  const op = operationName(property(operation, "op"));
  const path = pathText(property(operation, "path"));
  const { schema } = from;
  if (op === "remove") return remove(path, operation, from);
  const value = property(operation, "value");
  if (value === undefined) throw new ScimError(400, "invalidValue", `value is required for ${op}.`);
  if (path === undefined) return pathlessChanges(op, value, schema);
  return setChanges(op, parsePath(path, schema), value, schema);
}

function operationName(op: unknown): "add" | "replace" | "remove" {
  const name = typeof op === "string" ? op.toLowerCase() : undefined;
  if (name === "add" || name === "replace" || name === "remove") return name;
  throw new ScimError(400, "invalidSyntax", "op must be add, replace or remove.");
}

function pathText(path: unknown): string | undefined {
  if (path === undefined || path === null || path === "") return undefined;
  if (typeof path !== "string") throw new ScimError(400, "invalidPath", "path must be a string.");
  return path;
}

function remove(path: string | undefined, operation: JsonObject, from: DerivedFrom): Change[] {
  if (path === undefined) throw new ScimError(400, "noTarget", "path is required for remove.");
  return removeChanges(parsePath(path, from.schema), property(operation, "value"), from);
}

/**
 * One change for each run of changes that add or remove members: clients send
 * hundreds of operations with one member each.
 */
function joinMembers(changes: Change[]): Change[] {
  const joined: Change[] = [];
  for (const change of changes) {
    const last = joined.at(-1);
    const values = memberValues(change);
    if (last !== undefined && values !== undefined && last.operation === change.operation) {
      const lastValues = memberValues(last);
      if (lastValues !== undefined) {
        lastValues.push(...values);
        continue;
      }
    }
    joined.push(values === undefined ? change : { ...change, value: [...values] });
  }
  return joined;
}

/** The members that a change lists. Undefined: it is not a change of listed members, or it replaces them all. */
function memberValues(change: Change): unknown[] | undefined {
  if (change.attribute !== "members" || !Array.isArray(change.value)) return undefined;
  return change.operation === ChangeOperation.CHANGE_OPERATION_REPLACE ? undefined : change.value;
}

function limited(changes: Change[]): Change[] {
  let members = 0;
  for (const { attribute, value } of changes) {
    if (attribute === "members" && Array.isArray(value)) members += value.length;
  }
  if (members > maxPatchMembers) {
    throw new ScimError(400, "invalidValue", `members: a PATCH has at most ${maxPatchMembers} values.`);
  }
  const ofMembers = changes.filter(({ attribute }) => attribute === "members");
  limitExpressions(changes, maxPatchExpressions, "The filters");
  limitExpressions(ofMembers, maxPatchMemberExpressions, "Filters of members");
  return changes;
}

function limitExpressions(changes: readonly Change[], most: number, filters: string): void {
  const expressions = changes.reduce((sum, { element }) => sum + (element ? expressionsIn(element) : 0), 0);
  if (expressions <= most) return;
  const what = `${filters} in the paths of a PATCH have at most ${most} expressions in all.`;
  throw new ScimError(400, "invalidFilter", what);
}
