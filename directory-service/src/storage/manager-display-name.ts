/**
 * The display name of the manager of the user `r`, as its own record has it
 * (RFC 7643 section 4.3). A reference that is no id, or leads to nobody, has none.
 */
export const MANAGER_DISPLAY_NAME = managerDisplayName("r.account_id", "r.manager_ref");

/** The same, folded. */
export const MANAGER_DISPLAY_NAME_KEY = ofManager("manager.display_name_key", "r.account_id", "r.manager_ref");

/** The same for a reference elsewhere. Costs nothing where there is none. */
export function managerDisplayName(account: string, ref: string): string {
  return ofManager("manager.attributes ->> 'displayName'", account, ref);
}

function ofManager(expression: string, account: string, ref: string): string {
  return `(case when ${ref} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (
    select ${expression} from scim_user manager
    where manager.account_id = ${account} and manager.id = ${ref}::uuid and manager.delete_time is null
  ) end)`;
}
