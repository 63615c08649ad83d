import { status } from "@grpc/grpc-js";
import { sqlState } from "@rollcall/runtime/sql-state";
import { type ReasonName, StatusError } from "@rollcall/runtime/status";

/** Runs work whose constraint violations the caller is to hear of in the contract's words. */
export async function withConstraintErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw constraintError(error) ?? error;
  }
}

/**
 * The contract's error for a violated constraint; undefined for every other
 * fault. The one place that knows the constraints by name: messages of
 * PostgreSQL, which quote values, go no further.
 */
export function constraintError(error: unknown): StatusError | undefined {
  const state = sqlState(error);
  const known = CONSTRAINTS[constraintOf(error) ?? ""];
  if (known && known.state === state) return new StatusError(known.code, known.reason, known.message, { cause: error });
  return undefined;
}

interface ConstraintError {
  state: string;
  code: status;
  reason: ReasonName;
  message: string;
}

const UNIQUE_VIOLATION = "23505";
const FOREIGN_KEY_VIOLATION = "23503";

const taken = (reason: ReasonName, message: string): ConstraintError => ({
  state: UNIQUE_VIOLATION,
  code: status.ALREADY_EXISTS,
  reason,
  message,
});
const missing = (reason: ReasonName, message: string): ConstraintError => ({
  state: FOREIGN_KEY_VIOLATION,
  code: status.NOT_FOUND,
  reason,
  message,
});
const noAccount = missing("ACCOUNT_NOT_FOUND", "There is no such account.");

const CONSTRAINTS: Record<string, ConstraintError> = {
  account_pkey: taken("ACCOUNT_ID_TAKEN", "An account has this id already."),
  scim_user_pkey: taken("SCIM_ID_TAKEN", "Another user has this id."),
  scim_group_pkey: taken("SCIM_ID_TAKEN", "Another group has this id."),
  scim_user_user_name_unique: taken("USER_NAME_TAKEN", "Another user has this userName."),
  scim_group_display_name_unique: taken("DISPLAY_NAME_TAKEN", "Another group has this displayName."),
  person_primary_email_unique: taken("PRIMARY_EMAIL_TAKEN", "Another person has this primary e-mail address."),
  organization_name_unique: taken("ORGANIZATION_NAME_TAKEN", "Another organization has this name."),
  scim_user_account_id_fkey: noAccount,
  scim_group_account_id_fkey: noAccount,
  person_account_id_fkey: noAccount,
  organization_account_id_fkey: noAccount,
};

function constraintOf(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { constraint } = current as Error & { constraint?: unknown };
    if (typeof constraint === "string") return constraint;
  }
  return undefined;
}
