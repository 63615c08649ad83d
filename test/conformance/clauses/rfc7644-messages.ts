import { type Clause, may, must, should } from "./clause.ts";

/** RFC 7644 sections 2, 3.1, 3.2 and 3.8 to 3.14: what holds of every request and answer. */
export const messageClauses: readonly Clause[] = [
  must(
    "7644-2-a",
    "A request without valid credentials is 401, and WWW-Authenticate names the schemes that are accepted.",
  ),
  must("7644-2-b", "An authenticated client is mapped to what it may do; what it may not do is 403."),
  must("7644-2-c", "A revoked or unknown bearer token lets nobody in."),

  must("7644-3.1-a", "Bodies of requests and answers are JSON objects in UTF-8."),
  must("7644-3.1-b", "A body that is not JSON, or not an object, is refused."),
  should("7644-3.1-c", "Unknown query parameters are ignored."),

  must("7644-3.2-a", "GET, POST, PUT, PATCH and DELETE do to a resource what the table of methods says."),
  must("7644-3.2-b", "Every endpoint answers by the methods that the table of endpoints gives it, and by no others."),

  must("7644-3.8-a", "Accepts and answers application/scim+json."),
  should("7644-3.8-b", "Accepts application/json in the Accept header and in bodies."),
  must("7644-3.8-c", "Answers application/scim+json where no Accept header says otherwise."),

  must(
    "7644-3.9-a",
    "`attributes` narrows the answer of every operation that returns a resource to what it lists and what is always returned.",
  ),
  must("7644-3.9-b", "`excludedAttributes` takes away what it lists, but nothing that is always returned."),
  must("7644-3.9-c", "Attributes are named as in section 3.10, separated by commas."),

  must("7644-3.10-a", "An attribute is named by itself or by the URN of its schema, a colon and its name."),
  must("7644-3.10-b", "A sub-attribute follows its attribute after a dot."),
  must("7644-3.10-c", "Names and URNs are matched without regard to case."),
  must("7644-3.10-d", "Attributes of an extension are reached through the extension's URN."),

  should("7644-3.11-a", "/Me answers 501 where the server does not offer it."),

  must("7644-3.12-a", "An error is an HTTP status and a JSON body of the Error schema, with `status` as text."),
  should("7644-3.12-b", "`detail` tells people what is wrong."),
  must("7644-3.12-c", "400 carries the scimType that table 9 gives the fault."),
  must("7644-3.12-d", "A resource that does not exist is 404."),
  must("7644-3.12-e", "A precondition that does not hold is 412."),
  must("7644-3.12-f", "A request that is too large is 413."),
  must("7644-3.12-g", "What the server does not offer is 501."),

  must("7644-3.13-a", "A version in the base URL is the one that answers."),
  should("7644-3.13-b", "A base URL without a version gets the newest one."),
  must("7644-3.13-c", "A version that is not offered is refused."),

  must("7644-3.14-a", "meta.version and the ETag header are the same where versions are offered."),
  must("7644-3.14-b", "The ETag header comes with every answer that shows or writes one resource."),
  must("7644-3.14-c", "If-None-Match with the current version is 304 and has no body."),
  must("7644-3.14-d", "If-Match with another version is 412, and nothing is written."),
  must("7644-3.14-e", "If-Match with the current version lets PUT, PATCH and DELETE through."),
  must("7644-3.14-f", "A version changes with each change of the resource."),
  must("7644-3.14-h", "If-None-Match with the current version is 412 for a write (RFC 9110 section 13.1.2)."),
  may("7644-3.14-g", "Tags may be weak, and are then compared as such."),
];
