import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import type { QueryResultRow } from "pg";
import { compileFilter } from "./filter-sql.ts";
import { pageSizeOf } from "./page-size.ts";
import type { PageTokens } from "./page-token.ts";
import { filterDigest } from "./query-digest.ts";
import { FIRST_ID } from "./sort-order.ts";
import type { Run } from "./statement.ts";

/** What ListPeople and ListOrganizations have in common. */
export interface DirectoryListRequest {
  filter?: Filter | undefined;
  pageSize: number;
  pageToken: string;
}

/**
 * Lists people or organizations in the order of their creation, which is that
 * of their ids. The total is counted on the first page; page tokens carry it on.
 *
 * @throws StatusError FILTER_INVALID, PAGE_TOKEN_INVALID, PAGE_TOKEN_EXPIRED, FIELD_INVALID
 */
export async function listDirectory<Row extends QueryResultRow & { id: string }>(
  run: Run,
  { kind, columns }: { kind: "person" | "organization"; columns: string },
  accountId: string,
  { filter, pageSize, pageToken }: DirectoryListRequest,
  pageTokens: PageTokens,
): Promise<{ rows: Row[]; nextPageToken: string; totalSize: number }> {
  const size = pageSizeOf(pageSize);
  const condition = filter && compileFilter(kind, filter, 2, accountId);
  const scope = [accountId, kind, filterDigest(filter)];
  const [after = FIRST_ID, total] = pageToken ? pageTokens.open(scope, pageToken).split(" ") : [];
  const values = [accountId, ...(condition?.values ?? [])];
  const where = `r.account_id = $1${condition ? ` and ${condition.text}` : ""}`;
  const text = `select ${columns} from ${kind} r
where ${where} and r.id > $${values.length + 1}::uuid order by r.id limit $${values.length + 2}`;
  const rows = await run<Row>({ name: condition ? "" : `list_${kind}`, text }, [...values, after, size + 1]);
  const page = rows.slice(0, size);
  const totalSize = total === undefined ? await count() : Number(total);
  const last = page.at(-1);
  return {
    rows: page,
    nextPageToken: last && rows.length > size ? pageTokens.seal(scope, `${last.id} ${totalSize}`) : "",
    totalSize,
  };

  async function count(): Promise<number> {
    if (rows.length <= size) return rows.length;
    const [counted] = await run<{ total: string }>(
      { name: "", text: `select count(*) as total from ${kind} r where ${where}` },
      values,
    );
    return Number(counted?.total);
  }
}
