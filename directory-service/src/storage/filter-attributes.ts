import {
  type Attribute,
  ENTERPRISE_URN,
  extensionAttribute,
  type Field,
  type RecordSchema,
  SCIM_GROUP,
  SCIM_USER,
} from "../domain/attributes.ts";
import type { FilterType } from "../domain/check-filter.ts";
import { type Any, anyOf, column, type Expression, type Index, type List, textAt } from "./filter-expression.ts";
import { GROUPS, MANAGER_NAME, MEMBERS } from "./filter-memberships.ts";

/** The kinds of rows that filters choose among. */
export type FilterKind = "scim_user" | "scim_group" | "person" | "organization";

/** The expression behind a contract path; undefined for what cannot be filtered by. */
export function expressionOf(kind: FilterKind, path: string): Expression | undefined {
  const expressions = EXPRESSIONS[kind];
  if (Object.hasOwn(expressions, path)) return expressions[path];
  const extension = kind === "scim_user" || kind === "scim_group" ? extensionAttribute(path) : undefined;
  return extension && { type: "json", from: "r.attributes", path: extension.path, index: valueIndex(kind, path) };
}

/** Every contract path that a kind can be filtered by. A SCIM record's extension attributes come besides. */
export function filterPaths(kind: FilterKind): string[] {
  return Object.keys(EXPRESSIONS[kind]);
}

/** The type of an expression, as the filter's check wants to know it. */
export function filterTypeOf(expression: Expression | undefined): FilterType | undefined {
  if (expression?.type === "list") return { list: (field) => filterTypeOf(own(expression.fields, field)) };
  if (expression?.type === "any") return filterTypeOf(expression.value);
  return expression?.type === "id" ? "text" : expression?.type;
}

const id = (sql: string, index?: string): Expression => ({ type: "id", sql, index: named(index) });
const instant = (sql: string, index?: string): Expression => ({ type: "instant", sql, index: named(index) });
const flag = (sql: string, index?: Index): Expression => ({ type: "boolean", sql, index });
const named = (index: string | undefined): Index | undefined => (index ? { name: index } : undefined);
const valueIndex = (table: string, path: string): Index => ({ name: `${table}_values`, valueKey: path });

const EXPRESSIONS: Record<FilterKind, Readonly<Record<string, Expression>>> = {
  scim_user: {
    ...attributes(SCIM_USER),
    ...meta(SCIM_USER),
    user_name: column("(r.attributes ->> 'userName')", "r.user_name_key", { name: "scim_user_user_name_unique" }),
    display_name: column("(r.attributes ->> 'displayName')", "r.display_name_key", { name: "scim_user_display_name" }),
    active: flag("r.active", valueIndex("scim_user", "active")),
    "enterprise.organization": column("(r.attributes #>> '{enterprise,organization}')", "r.organization_key", {
      name: "scim_user_organization",
    }),
    "enterprise.manager.value": column("(r.attributes #>> '{enterprise,manager,value}')", "r.manager_ref", {
      name: "scim_user_manager",
    }),
    "enterprise.manager.display_name": MANAGER_NAME,
    ...listPaths("groups", GROUPS),
  },
  scim_group: {
    ...attributes(SCIM_GROUP),
    ...meta(SCIM_GROUP),
    display_name: column("(r.attributes ->> 'displayName')", "r.display_name_key", {
      name: "scim_group_display_name_unique",
    }),
    ...listPaths("members", MEMBERS),
  },
  person: {
    id: id("r.id"),
    name: column("r.name"),
    primary_email: column("r.primary_email", "r.primary_email_key"),
    employee_id: column("r.employee_id"),
    support_id: column("r.support_id"),
    cost_center: column("r.cost_center"),
    organization_id: id("r.organization_id"),
    manager_id: id("r.manager_id"),
    disabled: flag("r.disabled"),
    vip: flag("r.vip"),
    source: column("r.source"),
    source_id: column("r.source_id"),
    create_time: instant("r.create_time"),
    update_time: instant("r.update_time"),
  },
  organization: {
    id: id("r.id"),
    name: column("r.name", "r.name_key"),
    disabled: flag("r.disabled"),
    create_time: instant("r.create_time"),
    update_time: instant("r.update_time"),
  },
};

/** What SCIM calls common attributes (RFC 7643 section 3.1), each with an index of its own. */
function meta(schema: RecordSchema): Record<string, Expression> {
  const { kind } = schema;
  return {
    id: id("r.id", `${kind}_pkey`),
    // Compared exactly, by its column; otherwise by its value key.
    external_id: column("r.external_id", undefined, {
      ...valueIndex(kind, "external_id"),
      exact: `${kind}_external_id`,
    }),
    version: { type: "number", sql: "r.version", index: { name: `${kind}_version` } },
    create_time: instant("r.create_time", `${kind}_create_time`),
    update_time: instant("r.update_time", `${kind}_update_time`),
    // For the console, which sorts by it. No client sees it, and an index would make every write dearer.
    provision_time: instant("r.provision_time"),
    schemas: schemas(schema),
  };
}

function schemas({ kind, urn }: RecordSchema): Any {
  const from = `(select '${urn}'::text
    union all select '${ENTERPRISE_URN}' where r.attributes -> 'enterprise' is not null
    union all select jsonb_object_keys(r.attributes -> 'extensions')) s(value)`;
  return { type: "any", from, where: "true", value: column("s.value", undefined, valueIndex(kind, "schemas")) };
}

/** The attributes that are in the document alone, sub-attributes included. */
function attributes({ kind, attributes }: RecordSchema): Record<string, Expression> {
  return Object.assign({}, ...Object.entries(attributes).map(([path, attribute]) => pathsOf(kind, path, attribute)));
}

function pathsOf(kind: string, path: string, attribute: Attribute): Record<string, Expression> {
  switch (attribute.shape) {
    case "scalar":
      return { [path]: scalar(attribute.type, "r.attributes", attribute.path, valueIndex(kind, path)) };
    case "complex": {
      const fields = Object.entries(attribute.fields).map(([name, { key, type }]) => [
        `${path}.${name}`,
        scalar(type, "r.attributes", [...attribute.path, key], valueIndex(kind, `${path}.${name}`)),
      ]);
      const sql = `(r.attributes #> '{${attribute.path.join(",")}}')`;
      return { [path]: { type: "complex", sql }, ...Object.fromEntries(fields) };
    }
    case "list":
      return listPaths(path, listOf(kind, path, attribute));
    case "json":
      return {};
  }
}

function listOf(
  kind: string,
  name: string,
  { path, fields }: { path: string[]; fields: Readonly<Record<string, Field>> },
): List {
  const elements = {
    from: `jsonb_array_elements(r.attributes #> '{${path.join(",")}}') e`,
    where: "true",
    fields: mapValues(fields, ({ key, type }) => scalar(type, "e.value", [key])),
  };
  const any = mapValues(fields, (_, field) => anyOf(elements, field, valueIndex(kind, `${name}.${field}`)));
  return { type: "list", ...elements, any };
}

function listPaths(name: string, list: List): Record<string, Expression> {
  const paths = Object.entries(list.any).map(([field, any]) => [`${name}.${field}`, any]);
  return { [name]: list, ...Object.fromEntries(paths) };
}

function scalar(type: Field["type"], from: string, path: readonly string[], index?: Index): Expression {
  const text = textAt(from, path);
  return type === "text" ? column(text, undefined, index) : flag(`${text}::boolean`, index);
}

function mapValues<From, To>(
  table: Readonly<Record<string, From>>,
  to: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key, to(value, key)]));
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
