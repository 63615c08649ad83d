import { LockMode } from "@mikro-orm/core";
import type { OrganizationServiceService } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { transaction } from "@rollcall/runtime/database";
import type { Handlers } from "@rollcall/runtime/implement";
import { fieldInvalid } from "@rollcall/runtime/status";
import { v7 as uuid } from "uuid";
import { textFault } from "../domain/field-faults.ts";
import { foldCase } from "../domain/fold-case.ts";
import { OrganizationEntity } from "../domain/organization.ts";
import { isRecordId } from "../domain/record-id.ts";
import { markOrganizationChange } from "../reconcile/mark-organization.ts";
import { withConstraintErrors } from "../storage/constraint-errors.ts";
import { listDirectory } from "../storage/directory-list.ts";
import {
  ORGANIZATION_COLUMNS,
  type OrganizationRow,
  organizationNotFound,
  readOrganization,
  toOrganization,
} from "../storage/organizations.ts";
import { holdReconcile } from "../storage/reconcile-lock.ts";
import { inTransaction, onPool } from "../storage/statement.ts";
import type { Context } from "./context.ts";
import { maskedFields } from "./update-mask.ts";
import { checkVersion } from "./versions.ts";

/** Handlers of rollcall.directory.v1.OrganizationService. */
export function organizationHandlers({
  db,
  pageTokens,
  scheduleReconcile,
}: Context): Handlers<OrganizationServiceService> {
  const run = onPool(db);
  return {
    async createOrganization({ organization: given }, { caller: { accountId }, trace }) {
      const name = checkName(given?.name ?? "");
      const now = new Date();
      const created = await withConstraintErrors(() =>
        transaction(db, async (tx) => {
          await holdReconcile(inTransaction(tx), accountId);
          const organization = tx.create(OrganizationEntity, {
            accountId,
            id: uuid(),
            version: 1,
            name,
            nameKey: foldCase(name),
            disabled: given?.disabled ?? false,
            createTime: now,
            updateTime: now,
          });
          await tx.flush();
          await markOrganizationChange(tx, accountId, undefined, organization, trace.traceparent);
          return toOrganization(organization);
        }),
      );
      scheduleReconcile(accountId);
      return created;
    },

    getOrganization: ({ id }, { caller }) => readOrganization(run, caller.accountId, id),

    async listOrganizations(request, { caller }) {
      const source = { kind: "organization", columns: ORGANIZATION_COLUMNS } as const;
      const { rows, ...rest } = await listDirectory<OrganizationRow>(
        run,
        source,
        caller.accountId,
        request,
        pageTokens,
      );
      return { organizations: rows.map(toOrganization), ...rest };
    },

    async updateOrganization({ organization: given, updateMask }, { caller: { accountId }, trace }) {
      if (!given) throw fieldInvalid([{ field: "organization", description: "must be given." }]);
      const fields = maskedFields(updateMask, ["name", "disabled"]);
      const name = fields.includes("name") ? checkName(given.name) : undefined;
      const updated = await withConstraintErrors(() =>
        transaction(db, async (tx) => {
          await holdReconcile(inTransaction(tx), accountId);
          const organization =
            isRecordId(given.id) &&
            (await tx.findOne(
              OrganizationEntity,
              { accountId, id: given.id },
              { lockMode: LockMode.PESSIMISTIC_WRITE },
            ));
          if (!organization) throw organizationNotFound();
          checkVersion(organization.version, given.version === 0 ? [] : [given.version]);
          const next = {
            name: name ?? organization.name,
            disabled: fields.includes("disabled") ? given.disabled : organization.disabled,
          };
          const before = { ...organization };
          if (next.name !== organization.name || next.disabled !== organization.disabled)
            tx.assign(organization, {
              ...next,
              nameKey: foldCase(next.name),
              version: organization.version + 1,
              updateTime: new Date(),
            });
          await tx.flush();
          await markOrganizationChange(tx, accountId, before, organization, trace.traceparent);
          return toOrganization(organization);
        }),
      );
      scheduleReconcile(accountId);
      return updated;
    },
  };
}

function checkName(name: string): string {
  const description = textFault(name, 128, { required: true });
  if (description) throw fieldInvalid([{ field: "organization.name", description }]);
  return name;
}
