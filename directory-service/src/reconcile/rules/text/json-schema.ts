import {
  DESCRIPTION_LIMIT,
  EXPRESSION_LIMIT,
  EXPRESSION_NAME_LIMIT,
  NAME_LIMIT,
  RULE_LIMIT,
  SOURCE_LIMIT,
} from "../bounds.ts";
import { groupFields, type TargetField, userFields } from "../target-fields.ts";
import { groupFieldDescriptions, userFieldDescriptions } from "./field-descriptions.ts";
import { KINDS_BY_NAME } from "./record-kind-names.ts";

type Schema = Record<string, unknown>;

/**
 * The JSON Schema (draft 2020-12) of the text of a rule set, for editors: keys,
 * fields and limits. What expressions say only the service can check.
 */
export function ruleSetSchema(): Schema {
  const kinds = Object.keys(KINDS_BY_NAME);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: "urn:rollcall:rule-set",
    title: "Rollcall rule set",
    description: "Mapping rules: how SCIM users become people, and SCIM groups are matched with organizations.",
    type: "object",
    required: ["kind", "rules"],
    additionalProperties: false,
    properties: {
      kind: { enum: kinds, description: "What the rules are for." },
      rules: { type: "array", maxItems: RULE_LIMIT, description: "The rules in the order in which they run." },
    },
    allOf: kinds.map((kind) => ({
      if: { required: ["kind"], properties: { kind: { const: kind } } },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      then: { properties: { rules: { items: { $ref: `#/$defs/${kind}_rule` } } } },
    })),
    $defs: {
      scim_user_rule: rule(fieldsSchema(userFields, userFieldDescriptions)),
      scim_group_rule: rule(fieldsSchema(groupFields, groupFieldDescriptions)),
      expression: {
        type: "string",
        pattern: "\\S",
        maxLength: SOURCE_LIMIT,
        description: "An expression in CEL.",
      },
    },
  };
}

const EXPRESSION = { $ref: "#/$defs/expression" };

function rule(fields: Schema): Schema {
  return {
    type: "object",
    required: ["name", "when"],
    additionalProperties: false,
    properties: {
      name: {
        type: "string",
        pattern: "\\S",
        maxLength: NAME_LIMIT,
        description: "A name that no other rule of the file has.",
      },
      description: { type: ["string", "null"], maxLength: DESCRIPTION_LIMIT, description: "For people." },
      disabled: { type: "boolean", default: false, description: "True: the rule does not run." },
      let: {
        type: ["object", "null"],
        maxProperties: EXPRESSION_LIMIT,
        propertyNames: { pattern: "^[A-Za-z_][A-Za-z0-9_]*$", maxLength: EXPRESSION_NAME_LIMIT },
        additionalProperties: EXPRESSION,
        description: "Named expressions, evaluated in order. Later ones may use earlier ones by name.",
      },
      when: { ...EXPRESSION, description: "The condition, true or false. The rule does nothing where it is false." },
      set: {
        ...fields,
        description: 'Fields and the expressions that give their values. Null and "" keep what a field has.',
      },
      on_create: { ...fields, description: "As set, for new records only." },
    },
  };
}

function fieldsSchema(
  fields: ReadonlyMap<string, TargetField>,
  descriptions: Readonly<Record<string, string>>,
): Schema {
  const properties = Array.from(fields, ([name, { takes }]) => [
    name,
    { ...EXPRESSION, description: `${descriptions[name]} Takes ${takes}.` },
  ]);
  return { type: ["object", "null"], additionalProperties: false, properties: Object.fromEntries(properties) };
}
