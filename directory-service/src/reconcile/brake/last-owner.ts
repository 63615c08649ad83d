import type { SqlEntityManager } from "@mikro-orm/postgresql";
import { lockOwners, ownersAmong } from "../../storage/members.ts";
import { inTransaction } from "../../storage/statement.ts";
import type { Batch } from "../batch.ts";
import type { PersonRun } from "../people/references.ts";
import type { UserRun } from "../people/user-run.ts";

/**
 * The runs that must fail so that somebody owns the account who is enabled: of
 * those who would be disabled the one who comes last. Nobody where no owner is
 * among them, or another one stays.
 */
export async function lastOwnerRuns(
  tx: SqlEntityManager,
  { account, mode }: Batch,
  runs: readonly UserRun[],
  disabling: PersonRun[][],
): Promise<PersonRun[]> {
  const run = inTransaction(tx);
  const ids = disabling.map(([first]) => (first as PersonRun).after.id);
  const concerned = new Set(await ownersAmong(run, account.id, ids));
  if (concerned.size === 0) return [];
  const owners = await lockOwners(run, account.id, { alone: mode.rehearsal });
  const states = new Map(owners.map(({ personId, disabled }) => [personId, disabled]));
  for (const { after } of runs) if (after && states.has(after.id)) states.set(after.id, after.disabled);
  if ([...states.values()].includes(false)) return [];
  return disabling.findLast(([first]) => concerned.has((first as PersonRun).after.id)) ?? [];
}
