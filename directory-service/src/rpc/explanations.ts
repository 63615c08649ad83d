import type {
  ExplainPersonRequest,
  ExplainPersonResponse,
  MappingServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import type { Handlers } from "@rollcall/runtime/implement";
import { fieldInvalid } from "@rollcall/runtime/status";
import { isRecordId } from "../domain/record-id.ts";
import { explainField } from "../reconcile/explain/explain-field.ts";
import { EXPLAINED_FIELDS } from "../reconcile/explain/explained-fields.ts";
import { loadStory } from "../reconcile/explain/load-story.ts";
import { personNotFound } from "../storage/people.ts";
import type { Context } from "./context.ts";

type ExplanationContext = Pick<Context, "db">;

/** Handlers of MappingService for why a person is as it is. */
export function explanationHandlers(
  context: ExplanationContext,
): Pick<Handlers<MappingServiceService>, "explainPerson"> {
  return { explainPerson: (request, { caller }) => explainPerson(context, caller.accountId, request) };
}

async function explainPerson(
  { db }: ExplanationContext,
  accountId: string,
  { personId, field }: ExplainPersonRequest,
): Promise<ExplainPersonResponse> {
  const fields = EXPLAINED_FIELDS.filter(({ name }) => field === "" || name === field);
  if (fields.length === 0) {
    const names = EXPLAINED_FIELDS.map(({ name }) => name).join(", ");
    throw fieldInvalid([{ field: "field", description: `must be empty or one of ${names}.` }]);
  }
  const story = isRecordId(personId) ? await loadStory(db.em(), accountId, personId) : undefined;
  if (!story) throw personNotFound();
  return { fields: fields.map((each) => explainField(each, story)) };
}
