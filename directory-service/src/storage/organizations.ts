import { status } from "@grpc/grpc-js";
import type { Organization } from "@rollcall/proto/grpc/rollcall/directory/v1/organization_service";
import { StatusError } from "@rollcall/runtime/status";
import type { OrganizationEntity } from "../domain/organization.ts";
import { isRecordId } from "../domain/record-id.ts";
import type { Run, Statement } from "./statement.ts";

/** An organization as selected: the entity, with times and version as the driver gives them. */
export type OrganizationRow = Pick<OrganizationEntity, "id" | "name" | "disabled"> & {
  version: number | string;
  createTime: Date | string;
  updateTime: Date | string;
};

/** The columns of an OrganizationRow, of row `r`. */
export const ORGANIZATION_COLUMNS =
  'r.id, r.version, r.name, r.disabled, r.create_time as "createTime", r.update_time as "updateTime"';

/** Throws NOT_FOUND (ORGANIZATION_NOT_FOUND). */
export async function readOrganization(run: Run, accountId: string, id: string): Promise<Organization> {
  const [row] = isRecordId(id) ? await run<OrganizationRow>(READ, [accountId, id]) : [];
  if (!row) throw organizationNotFound();
  return toOrganization(row);
}

const READ: Statement = {
  name: "read_organization",
  text: `select ${ORGANIZATION_COLUMNS} from organization r where r.account_id = $1 and r.id = $2`,
};

/** A row or an entity as a message. */
export function toOrganization(row: OrganizationRow): Organization {
  return {
    id: row.id,
    version: Number(row.version),
    createTime: new Date(row.createTime),
    updateTime: new Date(row.updateTime),
    name: row.name,
    disabled: row.disabled,
  };
}

/** Answers for an id that is unknown or another account's, without telling which. */
export function organizationNotFound(): StatusError {
  return new StatusError(status.NOT_FOUND, "ORGANIZATION_NOT_FOUND", "There is no such organization.");
}
