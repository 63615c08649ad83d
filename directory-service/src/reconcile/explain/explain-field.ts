import { FieldExplanation, FieldOrigin } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { boundedValue, type ExecutionRecord } from "../../domain/execution.ts";
import { packedValue } from "../../domain/execution-values.ts";
import { type ManualOrigin, originOf, type RuleOrigin } from "../../domain/person-origin.ts";
import { newPerson } from "../people/person.ts";
import { type AttributePath, pathText } from "../rules/attribute-paths.ts";
import { concealAt } from "../rules/secrets.ts";
import type { Json, Variables } from "../rules/variables.ts";
import type { ExplainedField } from "./explained-fields.ts";
import { keptBecause } from "./kept-because.ts";
import { requestKey, type Story } from "./story.ts";
import { usedExpressions } from "./used-expressions.ts";

/** Why a field of a person is as it is. */
export function explainField(field: ExplainedField, story: Story): FieldExplanation {
  const { person, account, origins } = story;
  const value = person[field.key];
  const found = originOf(origins, field.name);
  const kept = { field: field.name, value, keptBecause: keptBecause(field, story) };
  if (!found) {
    const isDefault = JSON.stringify(value) === JSON.stringify(newPerson("", account.organizationId)[field.key]);
    const origin = isDefault ? FieldOrigin.FIELD_ORIGIN_DEFAULT : FieldOrigin.FIELD_ORIGIN_UNKNOWN;
    return explanation({ ...kept, origin });
  }
  const { origin, onCreate } = found;
  const set = { ...kept, setTime: new Date(origin.time) };
  return "tokenId" in origin
    ? explanation({ ...set, ...byHand(origin) })
    : explanation({ ...set, ...byRule(origin, onCreate ? "on_create" : "set", field, story) });
}

function byHand({ tokenId }: ManualOrigin): Partial<FieldExplanation> {
  return { origin: FieldOrigin.FIELD_ORIGIN_MANUAL, tokenId };
}

function byRule(
  { executionId, revision, rule, recordId, traceId = "" }: RuleOrigin,
  part: "set" | "on_create",
  field: ExplainedField,
  story: Story,
): Partial<FieldExplanation> {
  const execution = story.executions.get(executionId);
  const used = usedExpressions(story.rules.get(revision) ?? [], rule, part, field.rulesName);
  const record = story.records.get(recordId);
  return {
    origin: FieldOrigin.FIELD_ORIGIN_RULE,
    rule,
    ruleSetRevision: revision,
    // A hold that enables somebody again does so by no rule.
    path: rule === "" ? "" : `${part}.${field.rulesName}`,
    expressions: (used?.expressions ?? []).map(({ path, expression, valueName }) => ({
      path,
      expression,
      value: execution && packedValue(execution.values, valueName),
    })),
    attributes: (used?.reads ?? []).filter(isOfRecord).map((path) => ({
      path: pathText(path),
      value: record && boundedValue(concealAt(path, follow(record, path), story.account.secrets)),
    })),
    executionId: execution ? executionId : "",
    recordKind: ScimRecordKind.SCIM_RECORD_KIND_SCIM_USER,
    recordId,
    traceId,
    request: story.requests.get(requestKey(traceId, recordId)),
    ...before(field, execution),
  };
}

/** What the field was before. Nothing where the person was new: it has no e-mail before then. */
function before({ name }: ExplainedField, execution: ExecutionRecord | undefined): Partial<FieldExplanation> {
  const changes = execution?.changes ?? [];
  const change = changes.find(({ field }) => field === name);
  const isNew = changes.some(({ field, before: was }) => field === "primary_email" && was === null);
  return change && !isNew ? { before: change.before } : {};
}

/** Whether a path leads to the SCIM record, its groups included, and not to the person or the account. */
function isOfRecord([root]: AttributePath): boolean {
  return root === "user" || root === "groups" || root === "deleted";
}

function follow(variables: Variables, path: AttributePath): Json {
  let value: Json = variables;
  for (const key of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return null;
    value = value[key] as Json;
  }
  return value;
}

/** `Value` fields stay as they are: null is a value, undefined is none. */
function explanation(given: Partial<FieldExplanation>): FieldExplanation {
  return { ...FieldExplanation.fromPartial({}), ...given };
}
