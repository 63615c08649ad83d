import {
  CopyRuleSetRequest,
  DiffRuleSetsRequest,
  DriftReportRequest,
  ExplainPersonRequest,
  ExportRuleSetRequest,
  GetHoldRequest,
  GetRuleSetRequest,
  ListRevisionsRequest,
  PlanRuleSetRequest,
  SaveDraftRequest,
  ValidateRuleSetRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { forAdministrators, forOwners, forReaders } from "./rpc-access.ts";
import type { RpcTable } from "./rpc-table.ts";

const kind = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;
// The populated account has one, the account that asks has none.
const secondRevision = { selector: { $case: "revision", value: 2 } } as const;

/** MappingService's methods for rules, plans, explanations and holds. */
export const mappingRows: Omit<
  RpcTable["mapping"],
  "listExecutions" | "getExecution" | "reprocess" | "getReconcileStatus"
> = {
  getRuleSet: {
    ...forReaders,
    requests: [
      () => GetRuleSetRequest.fromPartial({ kind }),
      () => GetRuleSetRequest.fromPartial({ kind, selector: secondRevision }),
    ],
  },
  saveDraft: { ...forAdministrators, requests: [() => SaveDraftRequest.fromPartial({ kind })] },
  discardDraft: { ...forAdministrators, requests: [() => ({ kind, version: 0 })] },
  validateRuleSet: { ...forReaders, requests: [() => ValidateRuleSetRequest.fromPartial({ kind })] },
  planRuleSet: {
    ...forAdministrators,
    requests: [
      () => PlanRuleSetRequest.fromPartial({ kind }),
      () => PlanRuleSetRequest.fromPartial({ kind, sampleSize: 1, differenceLimit: 1 }),
      () => PlanRuleSetRequest.fromPartial({ kind, selector: secondRevision }),
      ({ user }) => PlanRuleSetRequest.fromPartial({ kind, recordIds: [user] }),
      ({ group }) =>
        PlanRuleSetRequest.fromPartial({ kind: ScimRecordKind.SCIM_RECORD_KIND_SCIM_GROUP, recordIds: [group] }),
    ],
  },
  publishRuleSet: { ...forAdministrators, requests: [() => ({ kind, version: 0, note: "" })] },
  listRevisions: {
    ...forReaders,
    requests: [
      () => ListRevisionsRequest.fromPartial({ kind }),
      ({ revisionsPage }) => ListRevisionsRequest.fromPartial({ kind, pageToken: revisionsPage, pageSize: 1 }),
    ],
  },
  revertRuleSet: {
    ...forAdministrators,
    requests: [
      () => ({ kind, revision: 0, publishedRevision: 0, note: "" }),
      () => ({ kind, revision: 2, publishedRevision: 1, note: "" }),
    ],
  },
  diffRuleSets: {
    ...forReaders,
    requests: [
      () => DiffRuleSetsRequest.fromPartial({ kind }),
      () => DiffRuleSetsRequest.fromPartial({ kind, after: secondRevision }),
    ],
  },
  exportRuleSet: {
    ...forReaders,
    requests: [
      () => ExportRuleSetRequest.fromPartial({ kind }),
      () => ExportRuleSetRequest.fromPartial({ kind, selector: secondRevision }),
    ],
  },
  importRuleSet: { ...forAdministrators, requests: [() => ({ text: "", version: 0, baseRevision: 0 })] },
  copyRuleSet: {
    ...forAdministrators,
    requests: [
      ({ account }) => CopyRuleSetRequest.fromPartial({ kind, sourceAccountId: account }),
      () => CopyRuleSetRequest.fromPartial({ kind }),
    ],
  },
  explainPerson: {
    ...forReaders,
    requests: [
      ({ person }) => ExplainPersonRequest.fromPartial({ personId: person }),
      ({ person }) => ExplainPersonRequest.fromPartial({ personId: person, field: "job_title" }),
    ],
  },
  driftReport: {
    ...forAdministrators,
    requests: [() => DriftReportRequest.fromPartial({}), () => DriftReportRequest.fromPartial({ findingLimit: 1 })],
  },
  getHold: {
    ...forAdministrators,
    requests: [
      ({ hold }) => GetHoldRequest.fromPartial({ id: hold }),
      ({ holdPage }) => GetHoldRequest.fromPartial({ pageToken: holdPage, pageSize: 1 }),
    ],
  },
  releaseHold: {
    ...forOwners,
    requests: [
      ({ hold }) => ({ id: hold, version: 0, scimUserIds: [] }),
      ({ hold, user }) => ({ id: hold, version: 0, scimUserIds: [user] }),
    ],
  },
  discardHold: { ...forOwners, requests: [({ hold }) => ({ id: hold, version: 0 })] },
};
