import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { publishedRevision, rulesOf } from "../storage/rule-sets.ts";
import { inTransaction } from "../storage/statement.ts";

/**
 * Tells whether the published rules may look at a field of something other than
 * the user. It may say so where they do not, never the other way round.
 */
export async function rulesMayName(
  tx: SqlEntityManager,
  accountId: string,
  kind: ScimRecordKind,
): Promise<(field: string) => boolean> {
  const published = await publishedRevision(inTransaction(tx), accountId, kind);
  const rules = published ? await rulesOf(inTransaction(tx), accountId, kind, published.revision) : [];
  const expressions = rules
    .filter(({ disabled }) => !disabled)
    .flatMap((rule) => [
      rule.when,
      ...[...rule.let, ...rule.set, ...rule.onCreate].map(({ expression }) => expression),
    ]);
  return (field) => {
    // Behind a dot, or as a text, by which a key can be named as well; or by a function that looks at groups.
    const naming = new RegExp(`(?<!\\buser)\\.\\s*${field}\\b|["']${field}["']|\\bmemberOf\\b`);
    return expressions.some((expression) => naming.test(expression));
  };
}
