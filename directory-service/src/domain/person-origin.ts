/** Where fields of a person have their values from: a run of the rules. Short keys, as every person has some. */
export interface RuleOrigin {
  executionId: string;
  /** Of the rules, and the rule among them. */
  revision: number;
  rule: string;
  /** The SCIM user. */
  recordId: string;
  /** Of the request that made it due. */
  traceId?: string;
  /** Milliseconds since 1970. */
  time: number;
  /** Contract names, "on_create." before those that the rule sets on new people only. */
  fields: string[];
}

/** Where fields of a person have their values from: somebody's hand, through PeopleService. */
export interface ManualOrigin {
  tokenId: string;
  /** Milliseconds since 1970. */
  time: number;
  fields: string[];
}

/** What `person.origins` is a list of. A field is in one of them at most. */
export type PersonOrigin = RuleOrigin | ManualOrigin;

/** The rule that gives a field its value in a run, by the field's contract name. */
export type FieldSources = Map<string, { rule: string; onCreate: boolean }>;

const ON_CREATE = "on_create.";

/** The origins of what a run has changed, one for each rule. A field without a source has none. */
export function ruleOrigins(
  run: Omit<RuleOrigin, "rule" | "fields">,
  sources: Readonly<FieldSources>,
  changed: readonly string[],
): RuleOrigin[] {
  const origins = new Map<string, RuleOrigin>();
  for (const field of changed) {
    const source = sources.get(field);
    if (!source) continue;
    const name = source.onCreate ? ON_CREATE + field : field;
    const origin = origins.get(source.rule);
    if (origin) origin.fields.push(name);
    else origins.set(source.rule, { ...run, rule: source.rule, fields: [name] });
  }
  return [...origins.values()];
}

/** The origins of fields that somebody has set by hand. */
export function manualOrigins(tokenId: string, fields: string[], now: Date): ManualOrigin[] {
  return fields.length > 0 ? [{ tokenId, time: now.getTime(), fields }] : [];
}

/** Origins after a change: the fields that changed are in the fresh ones, or in none. */
export function mergeOrigins(
  older: readonly PersonOrigin[],
  changed: readonly string[],
  fresh: readonly PersonOrigin[],
): PersonOrigin[] {
  const gone = new Set(changed);
  const left = older.flatMap((origin) => {
    const fields = origin.fields.filter((name) => !gone.has(fieldOf(name)));
    return fields.length > 0 ? [{ ...origin, fields }] : [];
  });
  return [...left, ...fresh];
}

/** The origin of a field, and whether the rule set it because the person was new. Undefined: none is known. */
export function originOf(
  origins: readonly PersonOrigin[],
  field: string,
): { origin: PersonOrigin; onCreate: boolean } | undefined {
  for (const origin of origins) {
    if (origin.fields.includes(field)) return { origin, onCreate: false };
    if (origin.fields.includes(ON_CREATE + field)) return { origin, onCreate: true };
  }
  return undefined;
}

function fieldOf(name: string): string {
  return name.startsWith(ON_CREATE) ? name.slice(ON_CREATE.length) : name;
}
