import { TokenScope } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import type { Caller } from "@rollcall/runtime/implement";
import { accountNotFound } from "../storage/accounts.ts";

/**
 * The account that a request means; none: the caller's own. An account's own
 * tokens see theirs, operators see all. Everything else does not exist.
 */
export function visibleAccountId(id: string, caller: Caller): string {
  const wanted = id || caller.accountId;
  if (wanted !== caller.accountId && !caller.scopes.has(TokenScope.TOKEN_SCOPE_OPERATOR)) throw accountNotFound();
  return wanted;
}
