import type { Clause } from "./clauses/clause.ts";
import { attributeClauses } from "./clauses/rfc7643-attributes.ts";
import { resourceClauses } from "./clauses/rfc7643-resources.ts";
import { bulkClauses } from "./clauses/rfc7644-bulk.ts";
import { messageClauses } from "./clauses/rfc7644-messages.ts";
import { readClauses } from "./clauses/rfc7644-reads.ts";
import { serviceClauses } from "./clauses/rfc7644-service.ts";
import { writeClauses } from "./clauses/rfc7644-writes.ts";
import { cursorClauses } from "./clauses/rfc9865.ts";

/** What RFC 7643, 7644 and 9865 ask of a service provider, in the order of their sections. */
export const clauses: readonly Clause[] = [
  ...attributeClauses,
  ...resourceClauses,
  ...[...messageClauses, ...readClauses, ...writeClauses, ...bulkClauses, ...serviceClauses].sort(bySection),
  ...cursorClauses,
];

function bySection(one: Clause, other: Clause): number {
  const [left, right] = [one, other].map(({ section }) => section.split(".").map(Number));
  for (let index = 0; ; index++) {
    const [a, b] = [left?.[index], right?.[index]];
    if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
    if (a !== b) return a - b;
  }
}
