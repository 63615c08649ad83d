import type { Account } from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { type FieldViolation, fieldInvalid } from "@rollcall/runtime/status";
import type { AccountEntity } from "./account.ts";
import { type Fault, localeFault, textFault, timeZoneFault } from "./field-faults.ts";

/** What a caller may write of an account. */
export type AccountValues = Partial<Pick<AccountEntity, "displayName" | "locale" | "timeZone" | "productionAccountId">>;

/** The values of the named fields. Throws FIELD_INVALID. */
export function accountValues(account: Account, fields: readonly string[]): AccountValues {
  const { displayName, locale, timeZone, productionAccountId } = account;
  const checks: Record<string, { fault: Fault; values: AccountValues }> = {
    display_name: { fault: textFault(displayName, 128, { required: true }), values: { displayName } },
    locale: { fault: localeFault(locale), values: { locale: locale || "en-US" } },
    time_zone: { fault: timeZoneFault(timeZone), values: { timeZone: timeZone || "Etc/UTC" } },
    production_account_id: { fault: undefined, values: { productionAccountId: productionAccountId || null } },
  };
  const chosen = fields.flatMap((field) => (checks[field] ? [{ field, ...checks[field] }] : []));
  const violations = chosen.flatMap(({ field, fault }): FieldViolation[] =>
    fault ? [{ field: `account.${field}`, description: fault }] : [],
  );
  if (violations.length > 0) throw fieldInvalid(violations);
  return Object.assign({}, ...chosen.map(({ values }) => values));
}
