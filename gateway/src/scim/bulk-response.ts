import type { Resource } from "../mapping/to-resource.ts";
import type { BulkOperation } from "./bulk.ts";
import type { ScimErrorBody } from "./error.ts";

/** What came of an operation. */
export interface BulkResult {
  /** That a request of its own would have got. */
  readonly status: number;
  /** Undefined where a POST failed: there is no resource. */
  readonly location: string | undefined;
  readonly version?: string | undefined;
  readonly error?: ScimErrorBody | undefined;
}

/** The body of the answer: what was done, in the order of the request. Operations without a result were not tried. */
export function bulkResponse(
  operations: readonly BulkOperation[],
  results: readonly (BulkResult | undefined)[],
): Resource {
  return {
    schemas: ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],
    Operations: operations.flatMap(({ method, bulkId }, at) => {
      const result = results[at];
      if (result === undefined) return [];
      const { location, version, status, error } = result;
      return [{ method, bulkId, version, location, status: String(status), response: error }];
    }),
  };
}
