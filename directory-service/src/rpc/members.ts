import type { SqlEntityManager } from "@mikro-orm/postgresql";
import {
  type AccountMember,
  AccountRole,
  type AccountServiceService,
  type ListMembersRequest,
  type ListMembersResponse,
} from "@rollcall/proto/grpc/rollcall/directory/v1/account_service";
import { transaction } from "@rollcall/runtime/database";
import type { Handlers } from "@rollcall/runtime/implement";
import { fieldInvalid } from "@rollcall/runtime/status";
import { AccountEntity } from "../domain/account.ts";
import { isRecordId } from "../domain/record-id.ts";
import { accountNotFound } from "../storage/accounts.ts";
import {
  checkNotLastOwner,
  deleteMember,
  lockPersonOf,
  type MemberPlace,
  markLastOwners,
  readMember,
  listMembers as readMembers,
  saveMember,
} from "../storage/members.ts";
import { pageSizeOf } from "../storage/page-size.ts";
import { personNotFound } from "../storage/people.ts";
import { holdReconcile } from "../storage/reconcile-lock.ts";
import { inTransaction, onPool } from "../storage/statement.ts";
import type { Context } from "./context.ts";
import { visibleAccountId } from "./visible-account.ts";

type MemberContext = Pick<Context, "db" | "pageTokens" | "scheduleReconcile">;

/** Handlers of AccountService for members and their roles. */
export function memberHandlers(
  context: MemberContext,
): Pick<Handlers<AccountServiceService>, "listMembers" | "setMemberRole" | "removeMember"> {
  const { db, scheduleReconcile } = context;
  return {
    listMembers: (request, { caller }) => listMembers(context, visibleAccountId(request.accountId, caller), request),

    async setMemberRole({ personId, role, ...request }, { caller, trace: { traceparent } }) {
      const accountId = visibleAccountId(request.accountId, caller);
      checkRole(role);
      const member = await transaction(db, async (tx) => {
        const run = inTransaction(tx);
        await holdReconcile(run, accountId);
        await lockPerson(tx, accountId, personId);
        if (role !== AccountRole.ACCOUNT_ROLE_OWNER) await checkNotLastOwner(run, accountId, personId);
        await saveMember(run, accountId, personId, role, new Date());
        await markLastOwners(run, accountId, [personId], traceparent);
        return (await readMember(run, accountId, personId)) as AccountMember;
      });
      scheduleReconcile(accountId);
      return member;
    },

    async removeMember({ personId, ...request }, { caller }) {
      const accountId = visibleAccountId(request.accountId, caller);
      await transaction(db, async (tx) => {
        const run = inTransaction(tx);
        await holdReconcile(run, accountId);
        await lockPerson(tx, accountId, personId);
        await checkNotLastOwner(run, accountId, personId);
        await deleteMember(run, accountId, personId);
      });
      return {};
    },
  };
}

async function listMembers(
  { db, pageTokens }: MemberContext,
  accountId: string,
  { pageToken, ...request }: ListMembersRequest,
): Promise<ListMembersResponse> {
  const pageSize = pageSizeOf(request.pageSize);
  const scope = [accountId, "members"];
  const after = pageToken ? placeOf(pageTokens.open(scope, pageToken)) : undefined;
  // One more than asked for tells whether there is a next page.
  const found = await readMembers(onPool(db), accountId, after, pageSize + 1);
  if (found.length === 0) await checkAccount(db.em(), accountId);
  const members = found.slice(0, pageSize);
  const last = members.at(-1);
  return { members, nextPageToken: last && found.length > pageSize ? pageTokens.seal(scope, cursorOf(last)) : "" };
}

function cursorOf({ createTime, personId }: AccountMember): string {
  return `${createTime?.toISOString()} ${personId}`;
}

function placeOf(cursor: string): MemberPlace {
  const [time = "", personId = ""] = cursor.split(" ");
  return { createTime: new Date(time), personId };
}

const ROLES: AccountRole[] = [
  AccountRole.ACCOUNT_ROLE_OWNER,
  AccountRole.ACCOUNT_ROLE_ADMINISTRATOR,
  AccountRole.ACCOUNT_ROLE_VIEWER,
];

function checkRole(role: AccountRole): void {
  if (ROLES.includes(role)) return;
  throw fieldInvalid([{ field: "role", description: "must be OWNER, ADMINISTRATOR or VIEWER." }]);
}

/** Throws PERSON_NOT_FOUND, or ACCOUNT_NOT_FOUND where an operator names none. */
async function lockPerson(tx: SqlEntityManager, accountId: string, personId: string): Promise<void> {
  if (isRecordId(personId) && (await lockPersonOf(inTransaction(tx), accountId, personId))) return;
  await checkAccount(tx, accountId);
  throw personNotFound();
}

async function checkAccount(em: SqlEntityManager, accountId: string): Promise<void> {
  if ((await em.count(AccountEntity, { accountId })) === 0) throw accountNotFound();
}
