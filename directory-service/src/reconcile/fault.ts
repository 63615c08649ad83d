import { sqlState } from "@rollcall/runtime/database";

// Connection, transaction rollback, resources, lock not available, operator
// intervention, system (PostgreSQL appendix A, by class).
const TRANSIENT_CLASSES = new Set(["08", "40", "53", "55", "57", "58"]);

const constraints: Record<string, string> = {
  person_primary_email_unique: "Another person has this primary e-mail.",
  scim_user_mapping_person_unique: "The person is already linked to another SCIM user.",
  organization_name_unique: "Another organization has this name.",
};

/** Whether a fault may pass by itself. What is left is the fault of a record, or ours. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== undefined) return TRANSIENT_CLASSES.has(state.slice(0, 2));
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as Error & { code?: unknown };
    if (typeof code === "string" && /^E[A-Z]+$/.test(code)) return true;
    // pg gives these no code.
    if (
      /connection terminated|connection error|timeout exceeded when trying to connect|pool after calling end/i.test(
        current.message,
      )
    )
      return true;
  }
  return false;
}

/** One sentence for the administrator. It never quotes the database. */
export function describeFault(error: unknown): string {
  for (let current = error; current instanceof Error; current = current.cause) {
    const { constraint } = current as Error & { constraint?: unknown };
    if (typeof constraint === "string" && constraints[constraint]) return constraints[constraint];
  }
  return sqlState(error)
    ? "The database refused what the rules would write."
    : "The record could not be mapped because of a fault of the server.";
}
