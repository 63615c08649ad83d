import type { Token } from "@rollcall/proto/grpc/rollcall/token/v1/token_service";
import { stateAt, type TokenRecord } from "../domain/token.ts";

/** A token for the wire, with its state at a time in milliseconds since 1970. */
export function tokenMessage(token: TokenRecord, time: number): Token {
  return {
    id: token.id,
    accountId: token.accountId,
    scopes: token.scopes,
    label: token.label,
    state: stateAt(token, time),
    createTime: token.createTime,
    endTime: token.endTime ?? undefined,
    revokeTime: token.revokeTime ?? undefined,
    predecessorId: token.predecessorId ?? "",
    creatorId: token.creatorId ?? "",
    lastFour: token.lastFour,
  };
}
