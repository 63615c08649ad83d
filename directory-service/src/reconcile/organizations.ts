import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { foldCase } from "../domain/fold-case.ts";
import { type Candidate, keysOf } from "./people/candidates.ts";
import { query } from "./query.ts";

/** Gives the id of the enabled organization that a candidate stands for, undefined where there is none. */
export type OrganizationLookup = (candidate: Candidate) => string | undefined;

/** Looks up all candidates of a batch with one statement. Disabled organizations are not found. */
export async function lookUpOrganizations(
  tx: SqlEntityManager,
  accountId: string,
  candidates: Candidate[],
): Promise<OrganizationLookup> {
  const names = keysOf(candidates, "name").map(foldCase);
  const ids = keysOf(candidates, "id");
  const found = new Map<string, string>();
  if (names.length > 0 || ids.length > 0) {
    const rows = await query<{ id: string; nameKey: string }>(
      tx,
      `select id, name_key as "nameKey" from organization
       where account_id = $1 and not disabled and (name_key = any($2::text[]) or id = any($3::uuid[]))`,
      [accountId, names, ids],
    );
    for (const { id, nameKey } of rows) found.set(`name ${nameKey}`, id).set(`id ${id}`, id);
  }
  return ({ by, value }) => found.get(by === "name" ? `name ${foldCase(value)}` : `${by} ${value.toLowerCase()}`);
}
