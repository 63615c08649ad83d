import type { SqlEntityManager } from "@mikro-orm/postgresql";
import type { ScimRecordKind } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { LRUCache } from "lru-cache";
import { publishedRevision, rulesOf } from "../storage/rule-sets.ts";
import { inTransaction } from "../storage/statement.ts";
import { type CompiledRuleSet, compileRuleSet, RuleError } from "./rules/compile.ts";

/** An account's published rules, or why they cannot run. Without an error none are published. */
export type PublishedRules =
  | { revision: number; ruleSet: CompiledRuleSet }
  | { revision: number; error: RuleError | undefined };

const compiled = new LRUCache<string, PublishedRules>({ max: 500 });

/**
 * The compiled rules of what is published now, on whatever replica. They are
 * compiled once for all who have them: by their number, which executions name,
 * and by what they say, as a draft that is tried out has the number of what is
 * published later.
 */
export async function publishedRules(
  tx: SqlEntityManager,
  accountId: string,
  kind: ScimRecordKind,
): Promise<PublishedRules> {
  const published = await publishedRevision(inTransaction(tx), accountId, kind);
  if (!published) return { revision: 0, error: undefined };
  const key = `${kind} ${published.revision} ${published.digest}`;
  const cached = compiled.get(key);
  if (cached) return cached;
  const rules = await rulesOf(inTransaction(tx), accountId, kind, published.revision);
  const answer = compile(kind, published.revision, rules);
  compiled.set(key, answer);
  return answer;
}

function compile(...[kind, revision, rules]: Parameters<typeof compileRuleSet>): PublishedRules {
  try {
    return { revision, ruleSet: compileRuleSet(kind, revision, rules) };
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    return { revision, error };
  }
}
