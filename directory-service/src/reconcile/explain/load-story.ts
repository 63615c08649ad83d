import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { ExecutionRecord } from "../../domain/execution.ts";
import type { PersonOrigin, RuleOrigin } from "../../domain/person-origin.ts";
import { toScimRequest } from "../../domain/request-row.ts";
import { readExecutions } from "../../storage/executions.ts";
import { PERSON_COLUMNS, type PersonRow } from "../../storage/people.ts";
import { findRequests } from "../../storage/requests.ts";
import { rulesOf } from "../../storage/rule-sets.ts";
import { inTransaction, type Run } from "../../storage/statement.ts";
import { loadAccount } from "../account.ts";
import { lookUpOrganizations } from "../organizations.ts";
import { addressInOrder } from "../people/addresses.ts";
import { candidatesIn } from "../people/candidates.ts";
import { contactInOrder } from "../people/contacts.ts";
import { loadUsers } from "../people/load.ts";
import { lookUpManagers } from "../people/managers.ts";
import { variablesOf } from "../people/map-user.ts";
import { newPerson, type PersonState } from "../people/person.ts";
import { lastGiven } from "./last-given.ts";
import { requestKey, type Story } from "./story.ts";

const USER = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;

/** Everything that explains a person. Undefined: the account has none of that id, a UUID. Reads only. */
export async function loadStory(tx: SqlEntityManager, accountId: string, personId: string): Promise<Story | undefined> {
  const run = inTransaction(tx);
  const account = await loadAccount(tx, accountId);
  const [row] = await run<LinkedPersonRow>(READ_PERSON, [accountId, personId]);
  if (!account || !row) return undefined;
  const { origins, scimUserId, executionId } = row;
  const ruled = origins.filter((origin): origin is RuleOrigin => "rule" in origin);

  const executionIds = [...ruled.map((origin) => origin.executionId), ...(executionId ? [executionId] : [])];
  const executions = new Map(
    (await readExecutions(run, accountId, executionIds)).map((execution) => [execution.id, execution]),
  );
  const latest = executionId ? executions.get(executionId) : undefined;
  const rules: Story["rules"] = await rulesByRevision(run, accountId, ruled, latest);
  const recordIds = new Set([...ruled.map(({ recordId }) => recordId), ...(scimUserId ? [scimUserId] : [])]);
  const users = await loadUsers(tx, accountId, [...recordIds]);
  const traced = ruled.flatMap(({ traceId, recordId }) => (traceId ? [{ traceId, recordId }] : []));
  const requests = await findRequests(run, accountId, traced);
  return {
    account,
    person: stateOf(row),
    origins,
    latest,
    executions,
    rules,
    records: new Map(users.map((user) => [user.id, variablesOf(account, user, undefined)])),
    requests: new Map(
      requests.map((found) => [requestKey(found.traceId, found.recordId), toScimRequest(found.request)]),
    ),
    references: await resolve(tx, accountId, latest, rules),
  };
}

type LinkedPersonRow = PersonRow & { origins: PersonOrigin[]; scimUserId: string | null; executionId: string | null };

const READ_PERSON = {
  name: "read_person_with_link",
  text: `select ${PERSON_COLUMNS}, r.origins, m.scim_user_id as "scimUserId", m.execution_id as "executionId"
    from person r left join scim_user_mapping m on m.account_id = r.account_id and m.person_id = r.id
    where r.account_id = $1 and r.id = $2`,
};

/** The person as reconcile has it. */
function stateOf(row: LinkedPersonRow): PersonState {
  const keys = Object.keys(newPerson("", "")) as (keyof LinkedPersonRow)[];
  const state = Object.fromEntries(keys.map((key) => [key, row[key]])) as unknown as PersonState;
  // PostgreSQL orders the keys of jsonb by itself.
  return { ...state, contacts: state.contacts.map(contactInOrder), addresses: state.addresses.map(addressInOrder) };
}

async function rulesByRevision(run: Run, accountId: string, ruled: RuleOrigin[], latest: ExecutionRecord | undefined) {
  const revisions = new Set([...ruled.map(({ revision }) => revision), ...(latest ? [latest.ruleSetRevision] : [])]);
  const read = Array.from(revisions, async (revision) => {
    return [revision, await rulesOf(run, accountId, USER, revision)] as const;
  });
  return new Map(await Promise.all(read));
}

/** Whom and what the candidates that the rules last gave stand for now. */
async function resolve(
  tx: SqlEntityManager,
  accountId: string,
  latest: ExecutionRecord | undefined,
  rules: Story["rules"],
): Promise<Story["references"]> {
  const candidates = (field: string) => {
    const given = latest && lastGiven(latest, rules.get(latest.ruleSetRevision) ?? [], field);
    try {
      return candidatesIn(field, given?.value);
    } catch {
      // The record of a long list is its beginning, as a text.
      return [];
    }
  };
  const [organizations, managers] = [candidates("organization"), candidates("manager")];
  const organizationOf = await lookUpOrganizations(tx, accountId, organizations);
  const managerOf = await lookUpManagers(tx, accountId, managers);
  return new Map([
    ["organization_id", organizations.map(organizationOf).find((id) => id !== undefined)],
    ["manager_id", managers.map(managerOf).find((id) => id !== undefined)],
  ]);
}
