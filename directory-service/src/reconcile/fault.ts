import { sqlState } from "@rollcall/runtime/sql-state";

const constraints: Record<string, string> = {
  person_primary_email_unique: "Another person has this primary e-mail.",
  scim_user_mapping_person_unique: "The person is already linked to another SCIM user.",
  organization_name_unique: "Another organization has this name.",
};

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
