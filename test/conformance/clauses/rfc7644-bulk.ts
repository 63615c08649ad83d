import { type Clause, may, must } from "./clause.ts";

/** RFC 7644 section 3.7: Bulk. */
export const bulkClauses: readonly Clause[] = [
  must("7644-3.7-a", "POST to /Bulk takes a BulkRequest and answers 200 with a BulkResponse."),
  must("7644-3.7-b", "Operations are POST, PUT, PATCH and DELETE."),
  must("7644-3.7-c", "A POST needs a bulkId."),
  must("7644-3.7-d", "POST, PUT and PATCH need data."),
  must("7644-3.7-e", "Without failOnErrors, an operation that fails keeps no other from being tried."),
  must("7644-3.7-f", "With failOnErrors, the server stops when as many have failed."),
  may("7644-3.7-g", "An operation's version is a precondition, as If-Match is."),
  must("7644-3.7-h", "The path of a POST is the type's endpoint; of the others, the resource's."),
  must("7644-3.7-i", "A bulkId is unique within the request."),

  must("7644-3.7.1-a", "References in a circle between operations are resolved."),
  may("7644-3.7.1-b", "A circle that cannot be resolved fails, and the error says so."),

  must("7644-3.7.2-a", "A bulkId in data stands for the id of the resource that the operation with it creates."),
  must("7644-3.7.2-b", "A bulkId may be used before the operation that it names."),
  must("7644-3.7.2-c", "A bulkId in a path stands for the id."),
  must("7644-3.7.2-d", "A bulkId that no operation has, or whose operation failed, fails what refers to it."),

  must("7644-3.7.3-a", "Each result has method, status as text, and bulkId where the operation had one."),
  must("7644-3.7.3-b", "Each result has location, but for a POST that failed."),
  must("7644-3.7.3-c", "A failed operation's result has the error that it would have had by itself."),
  may("7644-3.7.3-d", "A result has the version of what was written."),
  must("7644-3.7.3-e", "Operations are answered with the status that they would have had by themselves."),

  must("7644-3.7.4-a", "ServiceProviderConfig says how many operations and bytes a request may have."),
  must("7644-3.7.4-b", "More operations are 413, and the error names the limit."),
  must("7644-3.7.4-c", "More bytes are 413, and the error names the limit."),
];
