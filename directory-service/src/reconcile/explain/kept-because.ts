import { isDeepStrictEqual } from "node:util";
import { ExecutionOutcome } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import type { ExecutionRecord } from "../../domain/execution.ts";
import { isBlank } from "../../domain/execution-values.ts";
import { originOf } from "../../domain/person-origin.ts";
import { personFields } from "../people/fields.ts";
import { CONCEALED } from "../rules/secrets.ts";
import type { Json } from "../rules/variables.ts";
import type { ExplainedField } from "./explained-fields.ts";
import { lastGiven } from "./last-given.ts";
import type { Story } from "./story.ts";

/** Why a field is not what the rules said when they last ran, one sentence. Empty: it is, or nothing is known. */
export function keptBecause(field: ExplainedField, story: Story): string {
  const { latest, origins } = story;
  const source = originOf(origins, field.name);
  const byRule = source !== undefined && "rule" in source.origin;
  if (!latest) return byRule ? "No SCIM user is linked to the person any more, so no rule changes the field." : "";

  const { outcome, error, ruleSetRevision } = latest;
  const rules = story.rules.get(ruleSetRevision) ?? [];
  const isSet = rules.some(({ disabled, set }) => !disabled && set.some(({ name }) => name === field.rulesName));
  switch (outcome) {
    case ExecutionOutcome.EXECUTION_OUTCOME_FAILED:
      return isSet ? `The latest run failed, so it changed nothing: ${error}` : "";
    case ExecutionOutcome.EXECUTION_OUTCOME_HELD:
      return latest.changes.some((change) => change.field === field.name) ? (error ?? "") : "";
    case ExecutionOutcome.EXECUTION_OUTCOME_CONDITION_NOT_MET:
      return isSet && byRule ? `No rule applied when they last ran. ${error}` : "";
  }
  const given = lastGiven(latest, rules, field.rulesName);
  if (given) return compare(field, given.value, latest, story);
  return byRule && !source.onCreate ? "No rule that applied when they last ran sets the field, so it was kept." : "";
}

function compare(field: ExplainedField, given: Json, latest: ExecutionRecord, story: Story): string {
  const present = story.person[field.key];
  if (given === CONCEALED) return "";
  const wanted = field.isReference ? story.references.get(field.name) : coerced(field, given, story);
  if (wanted === undefined) {
    if (isBlank(present)) return "";
    return field.isReference && !isBlank(given)
      ? "Nothing that the rules named when they last ran can be found, so what the field had was kept."
      : "The rules gave nothing when they last ran, so what the field had was kept.";
  }
  if (isDeepStrictEqual(wanted, present)) return "";
  const shown = JSON.stringify(wanted);
  const source = originOf(story.origins, field.name)?.origin;
  if (source && "tokenId" in source && source.time >= latest.startTime.getTime())
    return `It was set by hand after the rules last ran. They gave ${shown} then, and set that again when the SCIM user next changes.`;
  const reason = latest.warnings.find((warning) => field.warning?.test(warning));
  return reason ?? `The rules gave ${shown} when they last ran; the field has changed since.`;
}

/** What the field would hold. Undefined: the value leaves it as it is. */
function coerced(field: ExplainedField, given: Json, { account, person }: Story): unknown {
  try {
    return personFields[field.rulesName]?.coerce(field.rulesName, given, { account, person, warnings: [] });
  } catch {
    // The record of a long value has its beginning only, which says nothing against the present value.
    return person[field.key];
  }
}
