import {
  attributeOf,
  extensionAttribute,
  type Field,
  type RecordSchema,
  SCIM_GROUP,
  SCIM_USER,
  subAttribute,
} from "../domain/attributes.ts";
import type { FilterType } from "../domain/check-filter.ts";

/** The kinds of rows that filters choose among. */
export type FilterKind = "scim_user" | "scim_group" | "person" | "organization";

/**
 * What a contract path is in SQL. The row is `r`. Only constants of this file
 * and of the attribute tables become part of the text. What ties a list to its
 * row stands in `where`: PostgreSQL makes a join of EXISTS only then.
 */
export type Expression =
  /** `key`, where there is one, is a column with the folded form. */
  | { type: "text"; sql: string; key?: string }
  | { type: "id"; sql: string }
  | { type: "boolean"; sql: string }
  | { type: "instant"; sql: string }
  | { type: "complex"; sql: string }
  | { type: "json"; path: readonly string[] }
  | { type: "list"; from: string; where: string; fields: Record<string, Expression> }
  /** One sub-attribute of a list: "emails.value". */
  | { type: "any"; from: string; where: string; value: Expression };

/** The expression behind a contract path; undefined for what cannot be filtered by. */
export function expressionOf(kind: FilterKind, path: string): Expression | undefined {
  const columns = COLUMNS[kind];
  if (Object.hasOwn(columns, path)) return columns[path];
  const dot = path.lastIndexOf(".");
  const list = dot > 0 ? own(columns, path.slice(0, dot)) : undefined;
  if (list?.type === "list") return inList(list, path.slice(dot + 1));
  const schema = SCHEMAS[kind];
  return schema && attributeExpression(schema, path);
}

/** The type of an expression, as the filter's check wants to know it. */
export function filterTypeOf(expression: Expression | undefined): FilterType | undefined {
  if (expression?.type === "list") return { list: (field) => filterTypeOf(own(expression.fields, field)) };
  if (expression?.type === "any") return filterTypeOf(expression.value);
  return expression?.type === "id" ? "text" : expression?.type;
}

const column = (sql: string, key?: string): Expression => ({ type: "text", sql, ...(key ? { key } : {}) });
const id = (sql: string): Expression => ({ type: "id", sql });
const instant = (sql: string): Expression => ({ type: "instant", sql });
const flag = (sql: string): Expression => ({ type: "boolean", sql });

const RECORD: Record<string, Expression> = {
  id: id("r.id"),
  external_id: column("r.external_id"),
  display_name: column("(r.attributes ->> 'displayName')", "r.display_name_key"),
  create_time: instant("r.create_time"),
  update_time: instant("r.update_time"),
  provision_time: instant("r.provision_time"),
};

const COLUMNS: Record<FilterKind, Record<string, Expression>> = {
  scim_user: {
    ...RECORD,
    user_name: column("(r.attributes ->> 'userName')", "r.user_name_key"),
    active: flag("r.active"),
    "enterprise.organization": column("(r.attributes #>> '{enterprise,organization}')", "r.organization_key"),
    "enterprise.manager.value": column("(r.attributes #>> '{enterprise,manager,value}')", "r.manager_ref"),
    groups: {
      type: "list",
      from: "scim_group_member m join scim_group g on g.account_id = m.account_id and g.id = m.group_id",
      where: "m.account_id = r.account_id and m.member_id = r.id",
      fields: {
        value: id("m.group_id"),
        display: column("(g.attributes ->> 'displayName')", "g.display_name_key"),
        type: column("'direct'::text"),
      },
    },
  },
  scim_group: {
    ...RECORD,
    members: {
      type: "list",
      from: `scim_group_member m
        left join scim_user u on m.member_type = 1 and u.account_id = m.account_id and u.id = m.member_id
        left join scim_group g on m.member_type = 2 and g.account_id = m.account_id and g.id = m.member_id`,
      where: "m.account_id = r.account_id and m.group_id = r.id",
      fields: {
        value: id("m.member_id"),
        display: column(
          "coalesce(u.attributes ->> 'userName', g.attributes ->> 'displayName')",
          "coalesce(u.user_name_key, g.display_name_key)",
        ),
        type: column("(case m.member_type when 1 then 'User' else 'Group' end)"),
      },
    },
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

const SCHEMAS: Partial<Record<FilterKind, RecordSchema>> = { scim_user: SCIM_USER, scim_group: SCIM_GROUP };

function attributeExpression(schema: RecordSchema, path: string): Expression | undefined {
  const extension = extensionAttribute(path);
  if (extension) return { type: "json", path: extension.path };
  const attribute = attributeOf(schema, path);
  if (attribute?.shape === "scalar")
    return attribute.type === "text"
      ? column(textAt("r.attributes", attribute.path))
      : flag(booleanAt("r.attributes", attribute.path));
  if (attribute?.shape === "complex")
    return { type: "complex", sql: `(r.attributes #> '{${attribute.path.join(",")}}')` };
  if (attribute?.shape === "list") return listExpression(attribute);
  const sub = subAttribute(schema, path);
  if (sub?.attribute.shape === "list") return inList(listExpression(sub.attribute), sub.field);
  const field = sub && own(sub.attribute.fields, sub.field);
  return field && column(textAt("r.attributes", [...sub.attribute.path, field.key]));
}

function listExpression({
  path,
  fields,
}: {
  path: string[];
  fields: Readonly<Record<string, Field>>;
}): Expression & { type: "list" } {
  const entries = Object.entries(fields).map(([name, { key, type }]): [string, Expression] => [
    name,
    type === "text" ? column(textAt("e.value", [key])) : flag(booleanAt("e.value", [key])),
  ]);
  return {
    type: "list",
    from: `jsonb_array_elements(r.attributes #> '{${path.join(",")}}') e`,
    where: "true",
    fields: Object.fromEntries(entries),
  };
}

/** "emails.value": true where any element satisfies the comparison. */
function inList(list: Expression & { type: "list" }, field: string): Expression | undefined {
  const value = own(list.fields, field);
  return value && { type: "any", from: list.from, where: list.where, value };
}

function textAt(sql: string, path: readonly string[]): string {
  return `(${sql} #>> '{${path.join(",")}}')`;
}

function booleanAt(sql: string, path: readonly string[]): string {
  return `(${sql} #>> '{${path.join(",")}}')::boolean`;
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
