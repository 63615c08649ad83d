import type { Filter } from "@rollcall/proto/grpc/rollcall/directory/v1/filter";
import { MemberType } from "@rollcall/proto/grpc/rollcall/directory/v1/scim_group_service";
import { satisfies } from "../domain/evaluate-filter.ts";
import {
  type Any,
  anyOf,
  column,
  type Equality,
  type Expression,
  type Fields,
  type List,
  type Match,
} from "./filter-expression.ts";
import { MANAGER_DISPLAY_NAME, MANAGER_DISPLAY_NAME_KEY } from "./manager-display-name.ts";

/** A user's groups, those that its groups are in included. */
export const GROUPS: List = groups();

function groups(): List {
  const ofGroup = (expression: string) =>
    `(select ${expression} from scim_group g where g.account_id = r.account_id and g.id = m.group_id)`;
  // What each user's groups are: for sorting by them, and not the way in which they are searched.
  const elements = {
    from: "scim_user_groups(r.account_id, r.id) m",
    where: "true",
    fields: {
      value: { type: "id", sql: "m.group_id" },
      display: column(ofGroup("g.attributes ->> 'displayName'"), ofGroup("g.display_name_key")),
      type: column("(case when m.direct then 'direct' else 'indirect' end)"),
    },
  } satisfies Pick<List, "from" | "where" | "fields">;
  const any = (field: string, index: string): Any => ({
    ...anyOf(elements, field, { name: index }),
    present: isMember(),
    // Where no group is inside another.
    shortcut: {
      condition: `not exists (select from scim_group_member n where n.account_id = r.account_id and n.member_type = ${MemberType.MEMBER_TYPE_GROUP})`,
      from: "(select d.group_id, true as direct from scim_group_member d where d.account_id = r.account_id and d.member_id = r.id) m",
    },
    field,
    match: isInGroup,
  });
  return {
    type: "list",
    ...elements,
    any: {
      value: any("value", "scim_group_pkey"),
      display: any("display", "scim_group_display_name_unique"),
      type: any("type", "scim_group_member_nested"),
    },
    present: isMember(),
    match: isInGroup,
  };
}

/**
 * Goes from the groups that satisfy a filter down to the users in them. The
 * filter is asked of the group alone, once for those that a user is in directly
 * and once for the others, so that it says the type by itself.
 */
function isInGroup(...[filter, compile, account]: Parameters<Match>): string {
  const [direct, indirect] = [assuming(filter, "direct"), assuming(filter, "indirect")];
  const condition = (assumed: Filter | boolean) =>
    typeof assumed === "boolean" ? String(assumed) : compile(assumed, GROUP);
  if (direct === filter && indirect === filter)
    return isMember(`m.group_id = any(array(${insideSql(condition(filter), account())}))`);
  const ways: string[] = [];
  if (direct === true) ways.push(isMember());
  else if (direct) ways.push(isMember(`m.group_id = any(array(${groupsSql(condition(direct), account())}))`));
  if (indirect) ways.push(isIndirectMember(condition(indirect), account()));
  return ways.length > 0 ? `(${ways.join(" or ")})` : "false";
}

const GROUP: Fields = {
  value: { type: "id", sql: "g.id" },
  display: column("(g.attributes ->> 'displayName')", "g.display_name_key"),
};

/** What a filter asks of groups of one type; the filter itself where it does not ask for the type. */
function assuming(filter: Filter, type: "direct" | "indirect"): Filter | boolean {
  const { expression } = filter;
  switch (expression?.$case) {
    case "comparison":
      return expression.value.attribute === "type" ? satisfies(expression.value, type) : filter;
    case "not": {
      const assumed = assuming(expression.value, type);
      if (typeof assumed === "boolean") return !assumed;
      return assumed === expression.value ? filter : { expression: { $case: "not", value: assumed } };
    }
    case "and":
    case "or": {
      const { $case, value } = expression;
      const decided = $case === "or";
      const assumed = value.filters.map((operand) => assuming(operand, type));
      if (assumed.includes(decided)) return decided;
      const open = assumed.filter((operand) => typeof operand !== "boolean");
      if (open.length === 0) return !decided;
      return assumed.every((operand, index) => operand === value.filters[index])
        ? filter
        : { expression: { $case, value: { filters: open } } };
    }
    default:
      return filter;
  }
}

function isMember(condition = "true"): string {
  return `exists (select from scim_group_member m where m.account_id = r.account_id and m.member_id = r.id and ${condition})`;
}

function groupsSql(condition: string, account: string): string {
  return `select g.id from scim_group g where g.account_id = ${account} and g.delete_time is null and ${condition}`;
}

/** The groups that satisfy a condition, and those inside them. */
function insideSql(condition: string, account: string): string {
  return `with recursive inside(id) as (
    ${groupsSql(condition, account)}
    union
    select n.member_id from inside join ${nested(account)} and n.group_id = inside.id
  )
  select id from inside`;
}

/** Is in a group inside one that satisfies a condition, and not in that one itself. */
function isIndirectMember(condition: string, account: string): string {
  return `exists (select from scim_group_member m join (
    with recursive inside(root, id) as (
      select g.id, n.member_id from scim_group g join ${nested(account)} and n.group_id = g.id
      where g.account_id = ${account} and g.delete_time is null and ${condition}
      union
      select inside.root, n.member_id from inside join ${nested(account)} and n.group_id = inside.id
    )
    select root, id from inside
  ) i on i.id = m.group_id
  where m.account_id = r.account_id and m.member_id = r.id and not exists (select from scim_group_member d
    where d.account_id = m.account_id and d.group_id = i.root and d.member_id = m.member_id))`;
}

function nested(account: string): string {
  return `scim_group_member n on n.account_id = ${account} and n.member_type = ${MemberType.MEMBER_TYPE_GROUP}`;
}

/** A group's members. */
export const MEMBERS: List = members();

function members(): List {
  const elements = {
    from: `scim_group_member m
      left join scim_user u on m.member_type = ${MemberType.MEMBER_TYPE_USER} and u.account_id = m.account_id and u.id = m.member_id
      left join scim_group g on m.member_type = ${MemberType.MEMBER_TYPE_GROUP} and g.account_id = m.account_id and g.id = m.member_id`,
    where: "m.account_id = r.account_id and m.group_id = r.id",
    fields: {
      value: { type: "id", sql: "m.member_id" },
      display: column(
        "coalesce(u.attributes ->> 'userName', g.attributes ->> 'displayName')",
        "coalesce(u.user_name_key, g.display_name_key)",
      ),
      type: column(`(case m.member_type when ${MemberType.MEMBER_TYPE_USER} then 'User' else 'Group' end)`),
    },
  } satisfies Pick<List, "from" | "where" | "fields">;
  return {
    type: "list",
    ...elements,
    any: {
      value: anyOf(elements, "value", { name: "scim_group_member_member" }),
      display: anyOf(elements, "display", { name: "scim_group_member_member", equal: hasMemberNamed }),
      type: anyOf(elements, "type", { name: "scim_group_member_nested", equal: hasMemberOfType }),
    },
  };
}

/** From the user or the group of that name, each found by its unique key, up to the groups that it is in. */
function hasMemberNamed({ account, matches }: Equality): string {
  return `exists (select from scim_group_member m where m.account_id = r.account_id and m.group_id = r.id and m.member_id = any(array(
  select u.id from scim_user u
  where u.account_id = ${account()} and u.delete_time is null and ${matches("u.user_name_key", "u.attributes ->> 'userName'")}
  union all
  select g.id from scim_group g
  where g.account_id = ${account()} and g.delete_time is null and ${matches("g.display_name_key", "g.attributes ->> 'displayName'")})))`;
}

function hasMemberOfType({ is }: Equality): string {
  const type = is("User") ? MemberType.MEMBER_TYPE_USER : is("Group") ? MemberType.MEMBER_TYPE_GROUP : undefined;
  if (type === undefined) return "false";
  return `exists (select from scim_group_member m
  where m.account_id = r.account_id and m.group_id = r.id and m.member_type = ${type})`;
}

/** The display name of a user's manager, which is the manager's own. */
export const MANAGER_NAME: Expression = column(MANAGER_DISPLAY_NAME, MANAGER_DISPLAY_NAME_KEY, {
  name: "scim_user_display_name",
  equal: ({ matches }) => `exists (select from scim_user u
  where u.account_id = r.account_id and u.delete_time is null and u.id::text = r.manager_ref
    and ${matches("u.display_name_key", "u.attributes ->> 'displayName'")})`,
});
