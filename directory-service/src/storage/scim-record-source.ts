import {
  type LookupAttribute,
  MappingState,
  type ScimRecordKind,
} from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { Attributes } from "../domain/attributes.ts";

/** What the reads of SCIM users and of SCIM groups differ in. The row is `r`. */
export interface RecordSource<Message> {
  kind: ScimRecordKind;
  table: "scim_user" | "scim_group";
  /** The columns of a record without its memberships. */
  columns: string;
  /** SQL for the JSON list of a user's groups or a group's members. */
  memberships: string;
  mapping: { table: string; key: string; linkColumn: string; link: "personId" | "organizationId" };
  lookups: Partial<Record<LookupAttribute, Lookup>>;
  toMessage(row: RecordRow): Message;
}

/** A column that records are looked up by. */
export interface Lookup {
  column: string;
  /** Whether it holds folded text. */
  folded: boolean;
  /** Whether at most one record has a value. */
  unique: boolean;
}

/** A row of scim_user or scim_group as the reads select it. */
export interface RecordRow {
  id: string;
  version: string | number;
  create_time: string | Date;
  update_time: string | Date;
  provision_time: string | Date;
  attributes: Attributes;
  /** Of a user whose manager has one. */
  manager_display_name?: string | null;
  /** Read only in the FULL view. TOO_MANY where one answer cannot hold them. */
  memberships?: Attributes[] | typeof TOO_MANY | null;
  /** Read where the contract gives it. */
  mapping?: {
    pending: true | null;
    /** With null for what there is not. */
    latest: Record<"outcome" | "error" | "executionId" | "processTime" | "personId" | "organizationId", unknown> | null;
  };
}

/** Stands for memberships that are too many to be read. */
export const TOO_MANY = "too many";

/** The columns that both kinds of record have. */
export const COLUMNS = "r.id, r.version, r.create_time, r.update_time, r.provision_time, r.attributes";

/**
 * A record's mapping state as one JSON column. A scalar subquery for each record: a
 * join would let the planner read the mappings of the whole account for a page.
 */
export function mappingSql<Message>({ mapping, kind }: RecordSource<Message>): string {
  return `json_build_object(
    'pending', (select true from dirty_record d where d.account_id = $1 and d.kind = ${kind} and d.record_id = r.id),
    'latest', (select json_build_object('outcome', s.outcome, 'error', s.error, 'executionId', s.execution_id,
        'processTime', s.process_time, '${mapping.link}', s.${mapping.linkColumn})
      from ${mapping.table} s where s.account_id = $1 and s.${mapping.key} = r.id)
  ) as mapping`;
}

/** The fields that both kinds of record have. */
export function recordFields(row: RecordRow) {
  return {
    id: row.id,
    version: Number(row.version),
    createTime: new Date(row.create_time),
    updateTime: new Date(row.update_time),
    provisionTime: new Date(row.provision_time),
    mapping: row.mapping && mappingState(row.mapping),
  };
}

function mappingState({ pending, latest }: NonNullable<RecordRow["mapping"]>): MappingState {
  const { outcome, error, executionId, processTime, personId, organizationId } = latest ?? {};
  return MappingState.fromPartial({
    pending: pending === true,
    outcome: (outcome ?? undefined) as MappingState["outcome"],
    error: (error ?? undefined) as string,
    executionId: (executionId ?? undefined) as string,
    processTime: processTime ? new Date(processTime as string) : undefined,
    personId: (personId ?? undefined) as string,
    organizationId: (organizationId ?? undefined) as string,
  });
}
