import { candidateKey } from "../../domain/candidate-keys.ts";
import { foldCase } from "../../domain/fold-case.ts";
import type { AccountState } from "../account.ts";
import type { CompiledRuleSet } from "../rules/compile.ts";
import { fail } from "../run.ts";
import { settleKeys } from "../settle-keys.ts";
import { type Mapped, mapUser } from "./map-user.ts";
import { enter, findPerson, holderOf, linkedPerson, type Register } from "./register.ts";
import type { UserRun } from "./user-run.ts";

/** What a batch of SCIM users is mapped by. */
interface Mapping {
  ruleSet: CompiledRuleSet;
  account: AccountState;
  register: Register;
  /** The primary e-mail that the rules give each SCIM user, by its id. */
  emails: ReadonlyMap<string, string | null>;
}

/**
 * Runs the rules on the SCIM users of a batch and enters what they make of the people
 * in the register: first those that hold the link to a person, all at once, so that
 * e-mails may move along or change places; then the others, one after the other, who
 * may find what those left. A run that fails enters nothing. Answers the runs in that
 * order: where two touch one person the later decides.
 */
export function mapUsers(runs: UserRun[], mapping: Mapping): UserRun[] {
  const holds = ({ user }: UserRun) => linkedPerson(mapping.register, user) !== undefined;
  const [holding, others] = [runs.filter(holds), runs.filter((run) => !holds(run))];
  mapHolding(holding, mapping);
  for (const run of others) timed(run, () => mapOther(run, mapping));
  return [...holding, ...others];
}

function mapHolding(runs: UserRun[], { ruleSet, account, register }: Mapping): void {
  const mapped = runs.flatMap(
    (run) => timed(run, () => mapUser(run, ruleSet, account, linkedPerson(register, run.user))) ?? [],
  );
  const refused = settleKeys(
    mapped.map(({ after }) => ({ id: after.id, key: foldCase(after.primaryEmail) })),
    (key) => register.byEmail.get(key)?.id,
  );
  for (const each of mapped) {
    const holder = refused.get(each.after.id);
    if (holder === undefined) continue;
    refuse(each, account, holder);
    each.run.offers = each.before?.primaryEmail;
  }
  for (const each of mapped) if (!refused.has(each.after.id)) accept(each, register);
}

function mapOther(run: UserRun, { ruleSet, account, register, emails }: Mapping): void {
  const { user } = run;
  // One that was deleted before it ever had a person has nothing to disable.
  if (user.deleted && !user.personId) return;
  const email = emails.get(user.id) ?? null;
  const key = email === null ? undefined : candidateKey(account.id, "email", email);
  if (key !== undefined) run.keys.add(key);
  const { person, conflict } = findPerson(register, user, email);
  if (conflict) {
    fail(run, conflict);
    return;
  }
  const mapped = mapUser(run, ruleSet, account, person);
  if (!mapped) return;
  // Found by the key of a rule that does not apply, now that the person is known: it may be somebody else.
  if (person && email !== null && foldCase(mapped.after.primaryEmail) !== foldCase(email)) {
    const error = `Person ${person.id} was found by one primary e-mail, and the rules give it another: a condition that depends on person decides which. It is not taken over.`;
    fail(run, error, { rule: mapped.rule, expression: "primary_email" });
    return;
  }
  const holder = holderOf(register, mapped.after);
  if (holder) {
    refuse(mapped, account, holder.id);
    return;
  }
  // From now on its person is found by the link.
  if (key !== undefined) run.keys.delete(key);
  accept(mapped, register);
}

function accept({ run, before, after }: Mapped, register: Register): void {
  run.before = before;
  run.after = after;
  run.origins = register.origins.get(after.id) ?? [];
  run.personId = after.id;
  run.unlinked = enter(register, run.user, before, after).unlinked;
}

function refuse({ run, after, rule }: Mapped, account: AccountState, holderId: string): void {
  fail(run, `Person ${holderId} already has this primary e-mail.`, { rule, expression: "primary_email" });
  run.keys.add(candidateKey(account.id, "email", after.primaryEmail));
}

function timed<T>(run: UserRun, work: () => T): T {
  const start = performance.now();
  try {
    return work();
  } finally {
    run.micros += (performance.now() - start) * 1000;
  }
}
