import type {
  GetHoldRequest,
  GetHoldResponse,
  HeldRecord,
  MappingServiceService,
} from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import { transaction } from "@rollcall/runtime/database";
import type { Handlers } from "@rollcall/runtime/implement";
import { fieldInvalid } from "@rollcall/runtime/status";
import { isRecordId } from "../domain/record-id.ts";
import { discardHold, releaseHold } from "../reconcile/brake/decide.ts";
import { type HeldPlace, listHeldRecords } from "../storage/held-records.ts";
import { holdNotFound, readHold } from "../storage/holds.ts";
import { pageSizeOf } from "../storage/page-size.ts";
import { inTransaction, onPool } from "../storage/statement.ts";
import type { Context } from "./context.ts";
import { checkVersion } from "./versions.ts";

type HoldContext = Pick<Context, "db" | "pageTokens" | "scheduleReconcile">;

/** Handlers of MappingService for the brake. */
export function holdHandlers(
  context: HoldContext,
): Pick<Handlers<MappingServiceService>, "getHold" | "releaseHold" | "discardHold"> {
  const { db, scheduleReconcile } = context;
  return {
    getHold: (request, { caller }) => getHold(context, caller.accountId, request),

    async releaseHold({ id, version, scimUserIds }, { caller: { accountId, tokenId } }) {
      checkId(id);
      checkUserIds(scimUserIds);
      const hold = await transaction(db, async (tx) => {
        const check = (current: number) => checkVersion(current, version === 0 ? [] : [version]);
        await releaseHold(tx, accountId, id, { check, scimUserIds, tokenId, now: new Date() });
        return readHold(inTransaction(tx), accountId, id);
      });
      scheduleReconcile(accountId);
      return hold;
    },

    async discardHold({ id, version }, { caller: { accountId, tokenId } }) {
      checkId(id);
      const hold = await transaction(db, async (tx) => {
        const check = (current: number) => checkVersion(current, version === 0 ? [] : [version]);
        await discardHold(tx, accountId, id, { check, tokenId, now: new Date() });
        return readHold(inTransaction(tx), accountId, id);
      });
      scheduleReconcile(accountId);
      return hold;
    },
  };
}

async function getHold(
  { db, pageTokens }: HoldContext,
  accountId: string,
  { id, pageToken, ...request }: GetHoldRequest,
): Promise<GetHoldResponse> {
  const pageSize = pageSizeOf(request.pageSize);
  if (id !== "") checkId(id);
  const hold = await readHold(onPool(db), accountId, id || undefined);
  const scope = [accountId, "hold", hold.id];
  const after = pageToken ? placeOf(pageTokens.open(scope, pageToken)) : undefined;
  // One more than asked for tells whether there is a next page.
  const found = await listHeldRecords(onPool(db), accountId, hold.id, after, pageSize + 1);
  const records = found.slice(0, pageSize);
  const last = records.at(-1);
  const nextPageToken = last && found.length > pageSize ? pageTokens.seal(scope, cursorOf(last)) : "";
  return { hold, records, nextPageToken };
}

function cursorOf({ holdTime, scimUserId }: HeldRecord): string {
  return `${holdTime?.toISOString()} ${scimUserId}`;
}

function placeOf(cursor: string): HeldPlace {
  const [time = "", scimUserId = ""] = cursor.split(" ");
  return { holdTime: new Date(time), scimUserId };
}

/** What cannot be an id is no hold's. */
function checkId(id: string): void {
  if (!isRecordId(id)) throw holdNotFound();
}

const MAX_USERS = 500;

function checkUserIds(ids: readonly string[]): void {
  if (ids.length > MAX_USERS)
    throw fieldInvalid([{ field: "scim_user_ids", description: `must be ${MAX_USERS} at most.` }]);
}
