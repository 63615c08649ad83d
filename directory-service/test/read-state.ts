import { type Difference, DifferenceKind } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Directory } from "./directory-service.ts";

type Row = Record<string, unknown>;

/** What mapping decides on, by id. */
export interface AccountState {
  people: Map<string, Row>;
  organizations: Map<string, Row>;
  groups: Map<string, Row>;
  /** Where the mapping of each record stands, and who it is linked to. */
  records: Map<string, Row>;
}

/** Reads an account's state straight from the tables. */
export async function readState(directory: Directory, accountId: string): Promise<AccountState> {
  const read = async (text: string) =>
    new Map((await directory.sql(text, accountId)).map((row) => [row["id"] as string, row]));
  const mapping = (kind: number, name: string, link: string) => `select m.${name}_id as id, ${kind} as kind, m.outcome,
      m.error, m.${link} as link, m.process_time, e.failed_rule, e.failed_expression
    from ${name}_mapping m left join execution e on e.account_id = m.account_id and e.id = m.execution_id
    where m.account_id = $1`;
  return {
    people: await read(
      "select to_jsonb(p) - '{account_id,version,primary_email_key,create_time,update_time,origins}'::text[] as fields, id from person p where account_id = $1",
    ),
    organizations: await read("select id, name from organization where account_id = $1"),
    groups: await read("select scim_group_id as id, organization_id from scim_group_mapping where account_id = $1"),
    records: await read(
      `${mapping(1, "scim_user", "person_id")} union all ${mapping(2, "scim_group", "organization_id")}`,
    ),
  };
}

/** A difference, told so that those of a plan and those that really came about can be compared. */
export interface ToldDifference {
  kind: string;
  about: string;
  recordId: string;
  changes: Record<string, [before: unknown, after: unknown]>;
  error: string;
  failed: string;
  failingAlready: boolean;
}

/** What a plan says. */
export function tellPlanned(difference: Difference): ToldDifference {
  const { kind, personId, organizationId, recordId, primaryEmail } = difference;
  const isRecord =
    kind === DifferenceKind.DIFFERENCE_KIND_GROUP_RELINKED || kind === DifferenceKind.DIFFERENCE_KIND_RECORD_FAILING;
  const isOrganization = kind === DifferenceKind.DIFFERENCE_KIND_ORGANIZATION_RENAMED;
  return {
    kind: nameOf(kind),
    about: isRecord ? recordId : isOrganization ? organizationId : personId || primaryEmail,
    recordId: isOrganization ? "" : recordId,
    changes: Object.fromEntries(difference.changes.map(({ field, before, after }) => [field, [before, after]])),
    error: difference.error,
    failed: `${difference.failedRule} ${difference.failedExpression}`,
    failingAlready: difference.failingAlready,
  };
}

/** What really came about, by the same rules as the contract's, but told from the tables alone. `since`: of which runs. */
export function tellReal(before: AccountState, after: AccountState, since: Date): ToldDifference[] {
  const told: ToldDifference[] = [];
  const tell = (kind: DifferenceKind, about: string, rest: Partial<ToldDifference>) =>
    told.push({
      kind: nameOf(kind),
      about,
      recordId: "",
      changes: {},
      error: "",
      failed: " ",
      failingAlready: false,
      ...rest,
    });
  const recordOf = new Map([...after.records.values()].map(({ id, kind, link }) => [`${kind} ${link}`, id as string]));
  for (const [id, person] of after.people) tellPerson(id, fieldsOf(before.people.get(id)), fieldsOf(person) as Row);
  for (const [id, { name }] of after.organizations) {
    const was = before.organizations.get(id)?.["name"];
    if (was !== name) tell(DifferenceKind.DIFFERENCE_KIND_ORGANIZATION_RENAMED, id, { changes: { name: [was, name] } });
  }
  for (const [id, group] of after.groups) {
    const [was, is] = [before.groups.get(id)?.["organization_id"] ?? null, group["organization_id"]];
    if (was !== is)
      tell(DifferenceKind.DIFFERENCE_KIND_GROUP_RELINKED, id, {
        recordId: id,
        changes: { organization_id: [was, is] },
      });
  }
  for (const [id, record] of after.records) {
    if (record["outcome"] !== 4 || (record["process_time"] as Date) < since) continue;
    const was = before.records.get(id);
    const relinked = told.find(({ kind, about }) => about === id && kind.endsWith("GROUP_RELINKED"));
    tell(DifferenceKind.DIFFERENCE_KIND_RECORD_FAILING, id, {
      recordId: id,
      changes: relinked?.changes ?? {},
      error: record["error"] as string,
      failed: `${record["failed_rule"] ?? ""} ${record["failed_expression"] ?? ""}`,
      failingAlready: was?.["outcome"] === 4 && was["error"] === record["error"],
    });
  }
  return told;

  function tellPerson(id: string, was: Row | undefined, is: Row): void {
    const changes: ToldDifference["changes"] = {};
    for (const field of Object.keys(is))
      if (was ? JSON.stringify(was[field]) !== JSON.stringify(is[field]) : hasValue(is[field]))
        changes[field] = [was?.[field] ?? null, field === "manager_id" ? managerOf(is[field]) : is[field]];
    const rest = { recordId: recordOf.get(`1 ${id}`) ?? "", changes };
    if (!was) {
      tell(DifferenceKind.DIFFERENCE_KIND_PERSON_CREATED, is["primary_email"] as string, rest);
      return;
    }
    const { disabled, organization_id, ...others } = changes;
    if (Object.keys(others).length > 0) tell(DifferenceKind.DIFFERENCE_KIND_PERSON_CHANGED, id, rest);
    if (disabled?.[1] === true) tell(DifferenceKind.DIFFERENCE_KIND_PERSON_DISABLED, id, rest);
    if (disabled?.[1] === false) tell(DifferenceKind.DIFFERENCE_KIND_PERSON_ENABLED, id, rest);
    if (organization_id) tell(DifferenceKind.DIFFERENCE_KIND_PERSON_MOVED, id, rest);
  }

  /** Somebody new has another id each time. */
  function managerOf(id: unknown): unknown {
    if (id === null || before.people.has(id as string)) return id;
    return { primary_email: fieldsOf(after.people.get(id as string))?.["primary_email"] };
  }
}

/** Texts name people by ids; those of somebody new differ each time. */
export function withoutNewIds(told: ToldDifference[], before: AccountState): ToldDifference[] {
  const known = (id: string) => before.people.has(id) || before.records.has(id) || before.organizations.has(id);
  const told2 = told.map((one) => ({
    ...one,
    error: one.error.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, (id) =>
      known(id) || id.startsWith("00000000") ? id : "new",
    ),
  }));
  return told2.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

function nameOf(kind: DifferenceKind): string {
  return Object.entries(DifferenceKind).find(([, value]) => value === kind)?.[0] ?? "";
}

function keyOf({ kind, about }: ToldDifference): string {
  return `${kind} ${about}`;
}

function fieldsOf(person: Row | undefined): Row | undefined {
  if (!person) return undefined;
  const { id: _id, ...fields } = person["fields"] as Row;
  return fields;
}

function hasValue(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== "" && value !== false;
}
