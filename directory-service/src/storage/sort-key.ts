import { status } from "@grpc/grpc-js";
import type { Sort } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_record";
import { StatusError } from "@rollcall/runtime/status";
import {
  attributeOf,
  extensionAttribute,
  type Field,
  type RecordSchema,
  SCIM_GROUP,
  SCIM_USER,
} from "../domain/attributes.ts";
import { expressionOf } from "./filter-attributes.ts";
import { foldedSql } from "./filter-comparison.ts";
import type { Any, Expression } from "./filter-expression.ts";

/** What records are ordered by. */
export interface SortKey {
  type: SortType;
  /** On the row `r`; null where the record has no value. */
  sql: string;
  /** Whether a record can be without a value. */
  nullable: boolean;
}

/** Texts are compared by code point, false comes before true. */
export type SortType = "text" | "boolean" | "instant" | "number";

type Kind = RecordSchema["kind"];
type Scalar = Pick<SortKey, "type" | "sql">;
type Parameter = (value: unknown) => string;

/**
 * The key that an attribute is sorted by: any that can be filtered by. A complex
 * one counts by its formatted form, else its value; a multi-valued one by the
 * primary of the elements that have a value, else by the first of them (RFC 7644
 * section 3.4.2.3); memberships by their first display.
 *
 * @throws StatusError SORT_INVALID
 */
export function sortKeyOf(kind: Kind, { attribute, caseExact }: Sort, parameter: Parameter): SortKey {
  const key = keyOf(kind, attribute, caseExact, parameter);
  if (!key) throw sortInvalid(`"${attribute}" cannot be sorted by.`, attribute);
  return { ...key, nullable: !(ALWAYS.has(attribute) || attribute === SCHEMAS[kind].required.path) };
}

/** The error of an order that a list cannot have. */
export function sortInvalid(message: string, attribute: string): StatusError {
  return new StatusError(status.INVALID_ARGUMENT, "SORT_INVALID", message, { metadata: { attribute } });
}

const SCHEMAS: Record<Kind, RecordSchema> = { scim_user: SCIM_USER, scim_group: SCIM_GROUP };

/** What every record has. */
const ALWAYS = new Set(["id", "version", "create_time", "update_time", "provision_time"]);

function keyOf(kind: Kind, path: string, caseExact: boolean, parameter: Parameter): Scalar | undefined {
  const expression = expressionOf(kind, path);
  switch (expression?.type) {
    case "complex": {
      const field = DEFAULT_FIELDS.find((name) => expressionOf(kind, `${path}.${name}`));
      return field === undefined ? undefined : keyOf(kind, `${path}.${field}`, caseExact, parameter);
    }
    case "list": {
      // The value of a membership is an id, which tells nobody anything.
      const field =
        expression.fields["value"]?.type === "id" ? "display" : DEFAULT_FIELDS.find(isIn(expression.fields));
      return field === undefined ? undefined : keyOf(kind, `${path}.${field}`, caseExact, parameter);
    }
    case "any":
      return elementKey(kind, path, expression, caseExact);
    case "json":
      return jsonKey(path, caseExact, parameter);
    default:
      return scalarKey(expression, caseExact);
  }
}

const DEFAULT_FIELDS = ["formatted", "value"];

function isIn(table: object): (name: string) => boolean {
  return (name) => Object.hasOwn(table, name);
}

function scalarKey(expression: Expression | undefined, caseExact: boolean): Scalar | undefined {
  switch (expression?.type) {
    case "text":
      return { type: "text", sql: textKey(expression.sql, caseExact, expression.key) };
    case "id":
      return { type: "text", sql: `(${expression.sql}::text collate "C")` };
    case "boolean":
    case "instant":
    case "number":
      return { type: expression.type, sql: expression.sql };
    default:
      return undefined;
  }
}

// Cursors hold the key and travel in URLs. Only pictures, profiles and certificates are longer.
const MAX_KEY = 1_024;

function textKey(sql: string, caseExact: boolean, key?: string): string {
  if (key && !caseExact) return `(${key} collate "C")`;
  return `(left(${caseExact ? sql : foldedSql(sql)}, ${MAX_KEY}) collate "C")`;
}

/** The key of a sub-attribute of a list, or of what is a list itself. */
function elementKey(kind: Kind, path: string, any: Any, caseExact: boolean): Scalar | undefined {
  const dot = path.lastIndexOf(".");
  const listPath = path.slice(0, dot);
  const attribute = attributeOf(SCHEMAS[kind], listPath);
  if (attribute?.shape === "list") return documentKey(attribute.path, attribute.fields[path.slice(dot + 1)], caseExact);
  const list = expressionOf(kind, listPath);
  const id = list?.type === "list" ? list.fields["value"] : undefined;
  const scalar = scalarKey(any.value, caseExact);
  if (!scalar) return undefined;
  // Memberships in the order of their ids, in which they are also shown.
  const order = id?.type === "id" ? id.sql : scalar.sql;
  const first = (from: string) =>
    `(select ${scalar.sql} from ${from} where ${any.where} and ${scalar.sql} is not null order by ${order} limit 1)`;
  const { shortcut } = any;
  const sql = shortcut
    ? `(case when ${shortcut.condition} then ${first(shortcut.from)} else ${first(any.from)} end)`
    : first(any.from);
  return { type: scalar.type, sql };
}

function documentKey(path: readonly string[], field: Field | undefined, caseExact: boolean): Scalar | undefined {
  if (!field) return undefined;
  const elements = `$${path.map((name) => `."${name}"`).join("")}[*]`;
  const primary = `'${elements} ? (@."primary" == true)."${field.key}"'`;
  const value = `(${firstOf(primary, `'${elements}."${field.key}"'`)} #>> '{}')`;
  return field.type === "boolean"
    ? { type: "boolean", sql: `${value}::boolean` }
    : { type: "text", sql: textKey(value, caseExact) };
}

function firstOf(...paths: string[]): string {
  return `coalesce(${paths.map((path) => `jsonb_path_query_first(r.attributes, ${path})`).join(", ")})`;
}

/**
 * The key of an extension attribute, whose type may differ from record to
 * record: a text that orders booleans before numbers before texts.
 */
function jsonKey(path: string, caseExact: boolean, parameter: Parameter): Scalar | undefined {
  const keys = extensionAttribute(path)?.path.map((name) => `.${JSON.stringify(name)}`);
  if (!keys) return undefined;
  const [list, field] = keys.length > 3 ? [keys.slice(0, -1), keys.slice(-1)] : [keys, []];
  const jsonPath = (condition: string) =>
    `${parameter(`$${list.join("")}[*]${condition}${field.map((key) => `${key}[*]`).join("")}`)}::jsonpath`;
  const found = firstOf(jsonPath(` ? (@."primary" == true)`), jsonPath(""));
  const text = "(s.value #>> '{}')";
  const number = `(${text}::float8)`;
  // As IEEE 754 has them, numbers of one sign are in the order of their bits.
  const bits = `('x' || encode(float8send${number}, 'hex'))::bit(64)`;
  const numberText = `(case when ${number} < 0 then ~ ${bits} else ${bits} # ~ (~ 0::bit(64) >> 1) end)::text`;
  return {
    type: "text",
    sql: `(select case jsonb_typeof(s.value) when 'boolean' then '0' || ${text} when 'number' then '1' || ${numberText}
    when 'string' then '2' || ${textKey(text, caseExact)} end collate "C"
  from (select case jsonb_typeof(f.value) when 'object' then coalesce(f.value -> 'formatted', f.value -> 'value') else f.value end
    from (select ${found}) f(value)) s(value))`,
  };
}
