import type {
  ExtensionSchema,
  SchemaAttribute,
} from "@rollcall/proto/grpc/rollcall/directory/v1/extension_schema_service";
import { isBlank } from "../../domain/execution-values.ts";
import { isSecret } from "../../domain/schema-attribute.ts";
import type { AttributePath } from "./attribute-paths.ts";
import type { CompiledExpression, CompiledRuleSet } from "./compile.ts";
import { valueNames } from "./value-names.ts";
import { CUSTOM_FIELDS_URN, type Json } from "./variables.ts";

/** Where a record has a value that nobody may read (RFC 7643 section 7, returned: never): URN, attribute, sub-attribute. */
export type SecretPath = readonly string[];

/** What stands for such a value wherever values are shown. */
export const CONCEALED = "***";

/** The secret attributes of extension schemas. */
export function secretPaths(schemas: readonly Pick<ExtensionSchema, "urn" | "attributes">[]): SecretPath[] {
  const below = (path: string[], attributes: readonly SchemaAttribute[]): SecretPath[] =>
    attributes.flatMap((attribute) => {
      const own = [...path, attribute.name];
      return isSecret(attribute) ? [own] : below(own, attribute.subAttributes);
    });
  return schemas.flatMap(({ urn, attributes }) => below([urn], attributes));
}

/**
 * The names of the values (value-names.ts) that come of secret attributes,
 * directly or by way of a `let`. Rules may read these, as the person's field is
 * what an administrator makes of them; the record of an execution conceals them.
 */
export function concealedNames(ruleSet: CompiledRuleSet, secrets: readonly SecretPath[]): ReadonlySet<string> {
  if (secrets.length === 0) return NOTHING;
  const key = JSON.stringify(secrets);
  const known = remembered.get(ruleSet);
  if (known?.key === key) return known.names;
  const names = findConcealed(ruleSet, secrets);
  remembered.set(ruleSet, { key, names });
  return names;
}

const NOTHING: ReadonlySet<string> = new Set();
const remembered = new WeakMap<CompiledRuleSet, { key: string; names: ReadonlySet<string> }>();

function findConcealed({ rules }: CompiledRuleSet, secrets: readonly SecretPath[]): Set<string> {
  const concealed = new Set<string>();
  const names = valueNames(rules);
  for (const [index, rule] of rules.entries()) {
    const lets = new Set<string>();
    const look = (expression: CompiledExpression, name: string | undefined): boolean => {
      const found = expression.reads.some((path) => lets.has(path[0] ?? "") || meetsSecret(path, secrets));
      if (found && name !== undefined) concealed.add(name);
      return found;
    };
    for (const [at, expression] of rule.let.entries())
      if (look(expression, names[index]?.let[at])) lets.add(expression.name);
    look(rule.when, whenName(rule.name));
    for (const [at, expression] of rule.set.entries()) look(expression, names[index]?.set[at]);
    for (const [at, expression] of rule.onCreate.entries()) look(expression, names[index]?.on_create[at]);
  }
  return concealed;
}

/** What stands among the concealed names for a rule's condition, whose value is no secret, but its errors are. */
export function whenName(rule: string): string {
  return `${rule}.when`;
}

/** Whether a path leads to a secret value, to something around one or into one. */
function meetsSecret(path: AttributePath, secrets: readonly SecretPath[]): boolean {
  const place = placeIn(path);
  return place !== undefined && secrets.some((secret) => meets(place, secret));
}

/** A value without what is secret in it: text, numbers and lists; that there is none may be known, and whether. */
export function conceal(value: Json): Json {
  return typeof value === "boolean" || isBlank(value) ? value : CONCEALED;
}

/** A sentence without the values that it quotes. */
export function concealQuoted(sentence: string): string {
  return sentence.replace(/"[^"]*"/g, `"${CONCEALED}"`);
}

/** The value at a path of a record's variables, with what is secret in it concealed. */
export function concealAt(path: AttributePath, value: Json, secrets: readonly SecretPath[]): Json {
  const place = placeIn(path);
  if (place === undefined) return value;
  return secrets.reduce((shown, secret) => {
    return meets(place, secret) ? concealBelow(shown, secret.slice(place.length)) : shown;
  }, value);
}

function meets(place: readonly string[], secret: SecretPath): boolean {
  return secret.every((key, at) => at >= place.length || key === place[at]);
}

function concealBelow(value: Json, [key, ...rest]: readonly string[]): Json {
  if (key === undefined) return conceal(value);
  if (Array.isArray(value)) return value.map((item) => concealBelow(item, [key, ...rest]));
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return value;
  return { ...value, [key]: concealBelow(value[key] as Json, rest) };
}

/** What a path of rules leads to among a record's extensions: URN, attribute, … Undefined: something else. */
function placeIn([root, attributes, ...keys]: AttributePath): string[] | undefined {
  if (root !== "user" && root !== "group") return undefined;
  if (attributes === undefined) return [];
  if (attributes === "extensions") return keys;
  return attributes === "customFields" ? [CUSTOM_FIELDS_URN, ...keys] : undefined;
}
