import type { Rule } from "@rollcall/proto/grpc/rollcall/directory/v1/mapping_service";
import fc from "fast-check";
import { groupRules, userRules } from "./sensible-rules.ts";

/** One thing that happens to an account. Users, groups and organizations go by a number. */
export type Step =
  | ({ do: "user"; user: number } & UserValues)
  | { do: "active"; user: number; active: boolean }
  | { do: "delete user"; user: number; hard: boolean }
  | ({ do: "group"; group: number } & GroupValues)
  | { do: "members"; group: number; add: number[]; remove: number[] }
  | { do: "delete group"; group: number; hard: boolean }
  | { do: "organization"; organization: number; name: string; disabled: boolean }
  | { do: "person"; person: number; email: string; disabled: boolean }
  | { do: "publish"; kind: 1 | 2; rules: Rule[] }
  | Reconcile;

/** Some batches are mapped, each of so many records. */
export interface Reconcile {
  do: "reconcile";
  sizes: number[];
  /** The last is taken back at its end, as when the process is killed before the commit. */
  aborted: boolean;
  /** Somebody does this meanwhile. */
  meanwhile?: Step;
}

/** What a client sends of a user. */
export interface UserValues {
  email: string;
  displayName: string;
  title: string;
  userType: string;
  organization: string;
  department: string;
  /** By number. */
  division: number;
  manager: number;
  deputy: number;
  /** A person by hand, by number. */
  chief: number;
}

/** What a client sends of a group. */
export interface GroupValues {
  displayName: string;
  externalId: string;
  groupType: string;
}

/** How many of each there may be. Few, so that they meet. */
export const USERS = 6;
const NOBODY = 90;
const [GROUPS, ORGANIZATIONS, PEOPLE, EMAILS] = [4, 4, 2, 8];

const names = ["A", "a!", "B", "C", "D", "E"];
const anyOf = (count: number) => fc.nat(count - 1);
const email = anyOf(EMAILS).map((n) => `e${n}@example.com`);

/** A history whose writes leave nothing blank. `lasting: false`: one whose end does not show what came before. */
export function histories({ lasting, rootId }: { lasting: boolean; rootId: string }): fc.Arbitrary<Step[]> {
  const rules = fc.oneof(
    userRules({ lasting, rootId }).map((each): Step => ({ do: "publish", kind: 1, rules: each })),
    groupRules({ lasting }).map((each): Step => ({ do: "publish", kind: 2, rules: each })),
  );
  const writes = writeSteps(lasting);
  const reconcile = fc.record({
    do: fc.constant("reconcile" as const),
    sizes: fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 3 }),
    aborted: fc.boolean(),
  });
  const step = fc.oneof(
    { weight: 10, arbitrary: writes as fc.Arbitrary<Step> },
    { weight: 1, arbitrary: rules },
    { weight: 3, arbitrary: reconcile as fc.Arbitrary<Step> },
    {
      weight: 2,
      arbitrary: fc.tuple(reconcile, writes).map(([batch, meanwhile]): Step => ({ ...batch, meanwhile })),
    },
  );
  return fc
    .tuple(
      userRules({ lasting, rootId }).map((each): Step => ({ do: "publish", kind: 1, rules: each })),
      groupRules({ lasting }).map((each): Step => ({ do: "publish", kind: 2, rules: each })),
      fc.array(step, { minLength: 6, maxLength: 24 }),
    )
    .map(([user, group, steps]) => [user, group, ...steps]);
}

function writeSteps(lasting: boolean): fc.Arbitrary<Step> {
  const user = anyOf(USERS);
  const group = anyOf(GROUPS);
  const values = fc.record({
    email,
    displayName: fc.constantFrom("Ann", "Bob", "Cid"),
    title: fc.constantFrom("Clerk", "Cook"),
    userType: fc.constantFrom("staff", "staff", "left", "other"),
    organization: fc.constantFrom(...names),
    department: fc.constantFrom(...names),
    division: anyOf(ORGANIZATIONS),
    manager: user,
    deputy: user,
    chief: anyOf(PEOPLE),
  });
  // Without a circle, of one or of more: who gives way in it depends on who came first.
  const upwards = fc.tuple(user, values).map(([number, each]) => {
    const above = (n: number) => (number === 0 ? NOBODY : n % number);
    return { do: "user" as const, user: number, ...each, manager: above(each.manager), deputy: above(each.deputy) };
  });
  const anyUser = fc.tuple(user, values).map(([number, each]) => ({ do: "user" as const, user: number, ...each }));
  const members = fc.record({
    do: fc.constant("members" as const),
    group,
    add: fc.uniqueArray(user, { maxLength: 3 }),
    remove: fc.uniqueArray(user, { maxLength: 2 }),
  });
  const aGroup = fc.record({
    do: fc.constant("group" as const),
    group,
    displayName: fc.constantFrom(...names),
    externalId: fc.constantFrom(...names),
    groupType: fc.constantFrom("A", "B", "C"),
  });
  return fc.oneof(
    { weight: 6, arbitrary: lasting ? anyUser : upwards },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("active" as const), user, active: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("delete user" as const), user, hard: fc.boolean() }) },
    { weight: 4, arbitrary: aGroup },
    { weight: 4, arbitrary: members },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("delete group" as const), group, hard: fc.boolean() }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant("organization" as const),
        organization: anyOf(ORGANIZATIONS),
        name: fc.constantFrom(...names),
        disabled: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.boolean()),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("person" as const),
        person: anyOf(PEOPLE),
        email,
        disabled: fc.boolean(),
      }),
    },
  ) as fc.Arbitrary<Step>;
}
