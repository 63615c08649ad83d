import { type Clause, may, must, should } from "./clause.ts";

/** RFC 7644 section 3.4: reading and querying. */
export const readClauses: readonly Clause[] = [
  must("7644-3.4.1-a", "GET of a resource by its id is 200 with the resource."),
  must("7644-3.4.1-b", "GET of an id that does not exist is 404."),

  must(
    "7644-3.4.2-a",
    "The answer to a query is a ListResponse message with `totalResults`, and `Resources` where there are any.",
  ),
  must("7644-3.4.2-b", "A query that finds nothing is 200 with `totalResults` 0."),
  must("7644-3.4.2-c", "`startIndex` and `itemsPerPage` are there where the answer is a part of what was found."),
  must("7644-3.4.2-d", "`totalResults` counts what was found, on whatever page."),
  may("7644-3.4.2-e", "A query may be answered with fewer attributes or resources than there are, e.g. by paging."),
  may("7644-3.4.2-f", "The address of one resource takes a filter.", {
    reason: "No client asks so: a filter on `id` at the type's endpoint does the same.",
  }),

  must("7644-3.4.2.1-a", "A query of the root finds resources of every type."),
  must("7644-3.4.2.1-b", "A filter of the root sees an attribute that a type does not have as one without a value."),
  may("7644-3.4.2.1-c", "meta.resourceType in a filter of the root picks the type."),
  must("7644-3.4.2.1-d", "Sorting, paging and projection hold over all types together."),

  must("7644-3.4.2.2-a", "`eq`: attribute and value are identical, by the attribute's case rule."),
  must("7644-3.4.2.2-b", "`ne`: attribute and value are not identical."),
  must("7644-3.4.2.2-c", "`co`: the value is somewhere in the attribute."),
  must("7644-3.4.2.2-d", "`sw`: the attribute begins with the value."),
  must("7644-3.4.2.2-e", "`ew`: the attribute ends with the value."),
  must(
    "7644-3.4.2.2-f",
    "`pr`: the attribute has a value that is not empty; a complex one has a sub-attribute with one.",
  ),
  must("7644-3.4.2.2-g", "`gt`, `ge`, `lt`, `le` compare texts in lexical order and dates as instants."),
  must("7644-3.4.2.2-h", "`gt`, `ge`, `lt`, `le` on a boolean or a binary are 400 invalidFilter."),
  must("7644-3.4.2.2-i", "`and` is true where both sides are."),
  must("7644-3.4.2.2-j", "`or` is true where a side is."),
  must("7644-3.4.2.2-k", "`not ( )` is true where what it holds is not."),
  must("7644-3.4.2.2-l", "Parentheses come first, then `not`, then `and`, then `or`."),
  must("7644-3.4.2.2-m", "`attr[ ]` is true where one element satisfies all that the brackets hold."),
  must(
    "7644-3.4.2.2-n",
    "Without brackets, any value of a multi-valued attribute suffices, for each condition by itself.",
  ),
  must("7644-3.4.2.2-o", "Attribute names and operators are matched without regard to case."),
  must("7644-3.4.2.2-p", "A string is compared without regard to case unless the attribute is caseExact."),
  must(
    "7644-3.4.2.2-q",
    "An operator that does not exist, or a filter that does not parse, is 400 invalidFilter, never a list.",
  ),
  must("7644-3.4.2.2-r", "Values are JSON strings, numbers, true, false and null."),
  must("7644-3.4.2.2-s", "Attributes may be qualified by their schema's URN."),
  must("7644-3.4.2.2-t", "Attributes of extensions are filtered by their URN."),
  should("7644-3.4.2.2-u", "A filter on an attribute that no schema has is refused, not answered with nothing."),
  must("7644-3.4.2.2-v", "A filter on what is never returned does not tell its value."),
  must("7644-3.4.2.2-w", "Attributes of `meta`, `id` and `externalId` can be filtered on."),

  must("7644-3.4.2.3-a", "`sortBy` orders what is returned; `sortOrder` is ascending unless it says descending."),
  must("7644-3.4.2.3-b", "Texts are ordered without regard to case unless the attribute is caseExact."),
  must("7644-3.4.2.3-c", "A multi-valued attribute is ordered by its primary value, else by its first."),
  must("7644-3.4.2.3-d", "Resources without a value come last in ascending and first in descending order."),
  must("7644-3.4.2.3-e", "A complex attribute is ordered by the sub-attribute that the path names."),
  must("7644-3.4.2.3-f", "The order holds over all pages."),
  should(
    "7644-3.4.2.3-g",
    "An attribute that cannot be sorted by, or an order that does not exist, is refused by name.",
  ),

  may("7644-3.4.2.3-h", "Any attribute can be sorted by."),

  must("7644-3.4.2.4-a", "`startIndex` counts from 1, and less than 1 is 1."),
  must("7644-3.4.2.4-b", "A page has at most `count` resources."),
  must("7644-3.4.2.4-c", "A negative `count` is 0, and 0 gives no resources but `totalResults`."),
  must("7644-3.4.2.4-d", "Without `count`, the server chooses how many resources a page has."),
  must("7644-3.4.2.4-e", "A page beyond the end is 200 and has no resources."),
  must("7644-3.4.2.4-f", "Pages joined are everything that was found, each resource once, in one order."),
  may("7644-3.4.2.4-g", "A page may be smaller than `count` asks; ServiceProviderConfig says how large it can be."),

  must("7644-3.4.2.5-a", "`attributes` replaces the default set; what is always returned stays."),
  must("7644-3.4.2.5-b", "`excludedAttributes` takes from the default set; what is always returned stays."),
  must("7644-3.4.2.5-c", "Sub-attributes and attributes of extensions can be named."),

  must("7644-3.4.3-a", "POST to `/.search` below a resource's endpoint queries that type."),
  must("7644-3.4.3-b", "POST to `/.search` at the root queries every type."),
  must(
    "7644-3.4.3-c",
    "A SearchRequest has attributes, excludedAttributes, filter, sortBy, sortOrder, startIndex and count, with their meaning in a URL.",
  ),
  must("7644-3.4.3-d", "The answer is 200 with a ListResponse."),
  must("7644-3.4.3-e", "The body is a SearchRequest message; another one is refused."),
];
