import type { ResourceKind } from "../mapping/schema.ts";
import { type BulkPaths, bulkTarget } from "./bulk-path.ts";
import { ScimError } from "./error.ts";
import { bodyObject, isEmpty, isObject, type JsonObject, property, refuseTwins } from "./json.ts";

/** A Bulk request (RFC 7644 section 3.7). */
export interface BulkRequest {
  readonly operations: readonly BulkOperation[];
  /** After so many errors nothing more is done. Infinity where the client does not say. */
  readonly failOnErrors: number;
}

/** One operation of a Bulk request. What can be repeated to the client is there even where the rest makes no sense. */
export interface BulkOperation {
  readonly method: string;
  /** As the client wrote it. */
  readonly path: string;
  readonly bulkId: string | undefined;
  /** What is asked for, or why it is refused. */
  readonly write: BulkWrite | ScimError;
}

/** A write that an operation asks for. Its `id` and `data` may have references to other operations. */
export interface BulkWrite {
  readonly method: BulkMethod;
  readonly kind: ResourceKind;
  /** "" for POST. */
  readonly id: string;
  readonly data: unknown;
  /** The entity tag that the resource has to have, as If-Match says it. */
  readonly version: string | undefined;
}

/** Methods of operations. */
export type BulkMethod = "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Reads a Bulk request. An operation that makes no sense is refused alone.
 * Throws ScimError 400 where the request itself makes none, 413 where it has
 * more than `maxOperations`.
 */
export function parseBulk(body: unknown, maxOperations: number, paths: BulkPaths): BulkRequest {
  const object = bodyObject(body);
  checkMessage(property(object, "schemas"));
  const failOnErrors = errorLimit(property(object, "failonerrors"));
  const operations = property(object, "operations");
  if (!Array.isArray(operations)) throw new ScimError(400, "invalidSyntax", "Operations must be a list.");
  if (operations.length > maxOperations) {
    throw new ScimError(413, undefined, `Operations: a Bulk request has at most ${maxOperations} (maxOperations).`);
  }
  const bulkIds = new Set<string>();
  return { operations: operations.map((operation) => readOperation(operation, bulkIds, paths)), failOnErrors };
}

/** Clients of SCIM 1.1 name its core schema here. */
function checkMessage(schemas: unknown): void {
  if (isEmpty(schemas)) return;
  const urns = Array.isArray(schemas) ? schemas : [schemas];
  if (urns.some((urn) => typeof urn === "string" && /^urn:.*:(?:bulkrequest|core:1\.0)$/i.test(urn))) return;
  throw new ScimError(
    400,
    "invalidValue",
    "schemas must have urn:ietf:params:scim:api:messages:2.0:BulkRequest, since this is a Bulk request.",
  );
}

/** The number of errors that the client accepts: with the last of them it is over. 0 accepts none, which is to stop at the first. */
function errorLimit(raw: unknown): number {
  if (raw === undefined || raw === null) return Number.POSITIVE_INFINITY;
  if (typeof raw === "number" && Number.isInteger(raw) && raw >= 0) return Math.max(raw, 1);
  throw new ScimError(400, "invalidValue", "failOnErrors must be a whole number from 0.");
}

function readOperation(raw: unknown, bulkIds: Set<string>, paths: BulkPaths): BulkOperation {
  const object = isObject(raw) ? raw : {};
  const [method, path, bulkId] = ["method", "path", "bulkid"].map((name) => textOf(property(object, name)));
  const operation = { method: method?.toUpperCase() ?? "", path: path ?? "", bulkId };
  try {
    if (!isObject(raw)) throw new ScimError(400, "invalidSyntax", "An operation must be an object.");
    refuseTwins(Object.keys(raw));
    checkBulkId(operation, property(object, "bulkid"), bulkIds);
    return { ...operation, write: readWrite(operation, object, paths) };
  } catch (error) {
    if (!(error instanceof ScimError)) throw error;
    return { ...operation, write: error };
  }
}

function textOf(raw: unknown): string | undefined {
  return typeof raw === "string" && raw !== "" ? raw : undefined;
}

function checkBulkId({ method, bulkId }: Omit<BulkOperation, "write">, raw: unknown, bulkIds: Set<string>): void {
  if (!isEmpty(raw) && bulkId === undefined) throw new ScimError(400, "invalidValue", "bulkId must be a string.");
  if (bulkId === undefined) {
    if (method === "POST") throw new ScimError(400, "invalidValue", "bulkId is required for POST.");
    return;
  }
  if (bulkIds.has(bulkId)) throw new ScimError(400, "invalidValue", `bulkId: another operation has "${bulkId}".`);
  bulkIds.add(bulkId);
}

function readWrite({ method, path }: Omit<BulkOperation, "write">, object: JsonObject, paths: BulkPaths): BulkWrite {
  if (!isMethod(method)) {
    throw new ScimError(400, "invalidValue", "method must be POST, PUT, PATCH or DELETE.");
  }
  if (path === "") throw new ScimError(400, "invalidValue", "path is required.");
  const { kind, id } = bulkTarget(path, method, paths);
  const data = property(object, "data");
  if (method !== "DELETE" && isEmpty(data)) {
    throw new ScimError(400, "invalidValue", `data is required for ${method}.`);
  }
  const version = property(object, "version");
  if (!isEmpty(version) && typeof version !== "string") {
    throw new ScimError(400, "invalidValue", 'version must be as in meta.version, e.g. W/"3".');
  }
  return { method, kind, id, data, version: textOf(version) };
}

function isMethod(method: string): method is BulkMethod {
  return method === "POST" || method === "PUT" || method === "PATCH" || method === "DELETE";
}
