import { AccountRole, ListMembersRequest } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import {
  CopyRuleSetRequest,
  DiffRuleSetsRequest,
  DriftReportRequest,
  ExplainPersonRequest,
  ExportRuleSetRequest,
  GetHoldRequest,
  GetRuleSetRequest,
  ListExecutionsRequest,
  ListRevisionsRequest,
  PlanRuleSetRequest,
  ReprocessRequest,
  Rule,
  SaveDraftRequest,
  ValidateRuleSetRequest,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { RpcOptions } from "@rollcall/runtime/client";
import { expect } from "vitest";
import type { Directory } from "./directory-service.ts";

const kind = ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER;

/** What a thief has of the victim's. */
interface Loot {
  user: string;
  person: string;
  execution: string;
  hold: string;
}

type Attempts = Record<string, () => Promise<unknown>>;
type Refused = (reason: string, call: Promise<unknown>) => Promise<undefined>;

/** What one account's token tries on another account `acme`'s rules, executions and holds. */
export function mappingAttempts(
  { mapping }: Directory,
  thief: RpcOptions,
  { user, person, execution, hold }: Loot,
  refused: Refused,
): Attempts {
  const executions = (filter: object) => mapping.listExecutions(ListExecutionsRequest.fromPartial(filter), thief);
  const rule = Rule.fromPartial({ name: "Mine", when: "true", set: [{ name: "job_title", expression: '"Thief"' }] });
  return {
    getRuleSet: () => mapping.getRuleSet(GetRuleSetRequest.fromPartial({ kind }), thief),
    saveDraft: () => {
      const content = { $case: "rules" as const, value: { rules: [rule] } };
      return mapping.saveDraft(SaveDraftRequest.fromPartial({ kind, content, baseRevision: 1 }), thief);
    },
    discardDraft: () => mapping.discardDraft({ kind, version: 0 }, thief),
    validateRuleSet: () => {
      const content = { $case: "rules" as const, value: { rules: [rule] } };
      return mapping.validateRuleSet(ValidateRuleSetRequest.fromPartial({ kind, content }), thief);
    },
    planRuleSet: () => {
      const selector = { selector: { $case: "defaultRules" as const, value: true } };
      const request = PlanRuleSetRequest.fromPartial({ kind, selector, recordIds: [user] });
      return refused("SCIM_USER_NOT_FOUND", all(mapping.planRuleSet(request, thief)));
    },
    publishRuleSet: () => mapping.publishRuleSet({ kind, version: 1, note: "" }, thief).catch(told),
    listRevisions: () => mapping.listRevisions(ListRevisionsRequest.fromPartial({ kind }), thief),
    revertRuleSet: () =>
      mapping.revertRuleSet({ kind, revision: 1, publishedRevision: 1, note: "" }, thief).catch(told),
    diffRuleSets: () => {
      const after = { selector: { $case: "defaultRules" as const, value: true } };
      return mapping.diffRuleSets(DiffRuleSetsRequest.fromPartial({ kind, after }), thief);
    },
    exportRuleSet: () => mapping.exportRuleSet(ExportRuleSetRequest.fromPartial({ kind }), thief),
    importRuleSet: () => {
      const text = "kind: scim_user\nrules: []\n";
      return mapping.importRuleSet({ text, version: 0, baseRevision: 1 }, thief).catch(told);
    },
    copyRuleSet: () => {
      const request = CopyRuleSetRequest.fromPartial({ kind, sourceAccountId: "acme" });
      return refused("ACCOUNT_NOT_FOUND", all(mapping.copyRuleSet(request, thief)));
    },
    listExecutions: async () => {
      for (const filter of [{ recordId: user }, { personId: person }])
        expect(await executions(filter)).toMatchObject({ executions: [] });
      return executions({});
    },
    getExecution: () => refused("EXECUTION_NOT_FOUND", mapping.getExecution({ id: execution }, thief)),
    reprocess: () =>
      refused("SCIM_USER_NOT_FOUND", mapping.reprocess(ReprocessRequest.fromPartial({ kind, recordId: user }), thief)),
    getReconcileStatus: () => mapping.getReconcileStatus({}, thief),
    explainPerson: () =>
      refused("PERSON_NOT_FOUND", mapping.explainPerson(ExplainPersonRequest.fromPartial({ personId: person }), thief)),
    driftReport: () => all(mapping.driftReport(DriftReportRequest.fromPartial({}), thief)),
    getHold: async () => {
      await refused("HOLD_NOT_FOUND", mapping.getHold(GetHoldRequest.fromPartial({}), thief));
      return refused("HOLD_NOT_FOUND", mapping.getHold(GetHoldRequest.fromPartial({ id: hold }), thief));
    },
    releaseHold: () => refused("HOLD_NOT_FOUND", mapping.releaseHold({ id: hold, version: 0, scimUserIds: [] }, thief)),
    discardHold: () => refused("HOLD_NOT_FOUND", mapping.discardHold({ id: hold, version: 0 }, thief)),
  };
}

/** What one account's token tries on another account `acme`'s members. */
export function memberAttempts(
  { accounts }: Directory,
  thief: RpcOptions,
  { person }: Loot,
  refused: Refused,
): Attempts {
  const accountId = "acme";
  const role = AccountRole.ACCOUNT_ROLE_OWNER;
  return {
    listMembers: async () => {
      await refused("ACCOUNT_NOT_FOUND", accounts.listMembers(ListMembersRequest.fromPartial({ accountId }), thief));
      return accounts.listMembers(ListMembersRequest.fromPartial({}), thief);
    },
    setMemberRole: async () => {
      await refused("ACCOUNT_NOT_FOUND", accounts.setMemberRole({ accountId, personId: person, role }, thief));
      return refused("PERSON_NOT_FOUND", accounts.setMemberRole({ accountId: "", personId: person, role }, thief));
    },
    removeMember: async () => {
      await refused("ACCOUNT_NOT_FOUND", accounts.removeMember({ accountId, personId: person }, thief));
      return refused("PERSON_NOT_FOUND", accounts.removeMember({ accountId: "", personId: person }, thief));
    },
  };
}

/** A stream's messages. */
export async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const messages: unknown[] = [];
  for await (const message of stream) messages.push(message);
  return messages;
}

/** Whatever the answer is, it is looked through for what is the victim's. */
function told(error: Error): string {
  return error.message;
}
