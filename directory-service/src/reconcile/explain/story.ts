import type { ScimRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/connection_service";
import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { ExecutionRecord } from "../../domain/execution.ts";
import type { PersonOrigin } from "../../domain/person-origin.ts";
import type { AccountState } from "../account.ts";
import type { PersonState } from "../people/person.ts";
import type { Variables } from "../rules/variables.ts";

/** All that is known of how a person came to be as they are. */
export interface Story {
  account: AccountState;
  person: PersonState;
  origins: readonly PersonOrigin[];
  /** Of the SCIM user that the person is linked to. */
  latest: ExecutionRecord | undefined;
  /** Those that are still kept of the runs that set a field, by id. */
  executions: ReadonlyMap<string, ExecutionRecord>;
  /** The user rules of the revisions that set a field, and of those that ran last. */
  rules: ReadonlyMap<number, readonly Rule[]>;
  /** What rules may name of the SCIM users concerned, as these are now, by id. */
  records: ReadonlyMap<string, Variables>;
  /** The SCIM request of a trace that made a record due, by `requestKey`. */
  requests: ReadonlyMap<string, ScimRequest>;
  /** The id that a rule's candidates of a reference field stand for now, by the field's contract name. */
  references: ReadonlyMap<string, string | undefined>;
}

/** Names a request in a story. */
export function requestKey(traceId: string, recordId: string): string {
  return `${traceId} ${recordId}`;
}
