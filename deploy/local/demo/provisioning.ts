import type { Company, CompanyGroup, Employee } from "./company.ts";
import { inParallel } from "./concurrency.ts";
import type { Directory } from "./directory.ts";
import type { Okta } from "./okta.ts";
import { createProgress } from "./progress.ts";
import { marriedUserNameOf, marriedUserOf, scimUserOf } from "./scim-user.ts";

// Okta sends a handful of requests at a time.
const concurrency = 8;

/** Ids that the SCIM server gave, by employee's index and group's name. */
interface Linked {
  users: string[];
  groups: Map<string, string>;
}

/**
 * Creates everybody and every group. A second run finds what the first made
 * and sets it back to how it began.
 */
export async function provision(okta: Okta, company: Company): Promise<Linked> {
  const users: string[] = [];
  const found = { users: 0, groups: 0 };
  const userProgress = createProgress("users", company.employees.length);
  // By level, so that a manager's id is known when those below are created.
  for (const level of levelsOf(company.employees)) {
    await inParallel(level, concurrency, async (employee) => {
      const managerId = employee.manager === undefined ? undefined : users[employee.manager];
      const { id, created } = await okta.provisionUser(scimUserOf(employee, managerId), [marriedUserNameOf(employee)]);
      users[employee.index] = id;
      found.users += created ? 0 : 1;
      userProgress.advance();
    });
  }
  userProgress.done(summary(company.employees.length, found.users));

  const groups = new Map<string, string>();
  const groupProgress = createProgress("groups", company.groups.length);
  await inParallel(company.groups, concurrency, async (group) => {
    const members = group.members.map((index) => users[index] as string);
    const { id, created } = await okta.pushGroup(group.name, members, [renamedGroup(group.name)]);
    groups.set(group.name, id);
    found.groups += created ? 0 : 1;
    groupProgress.advance();
  });
  groupProgress.done(summary(company.groups.length, found.groups));
  return { users, groups };
}

/** A year in the company: people leave, come back, marry and move, groups get other names. */
export async function change(okta: Okta, company: Company, { users, groups }: Linked): Promise<void> {
  const plan = planChanges(company);
  const id = ({ index }: Employee) => users[index] as string;
  const steps: [string, Employee[], (employee: Employee) => Promise<void>][] = [
    ["deactivate", plan.leavers, (employee) => okta.setActive(id(employee), false)],
    ["reactivate", plan.returners, (employee) => okta.setActive(id(employee), true)],
    ["rename users", plan.married, (employee) => okta.updateUser(id(employee), marriedUserOf(employee))],
  ];
  for (const [label, employees, work] of steps) {
    const progress = createProgress(label, employees.length);
    await inParallel(employees, concurrency, async (employee) => {
      await work(employee);
      progress.advance();
    });
    progress.done(`${employees.length} users`);
  }

  const renames = createProgress("rename groups", plan.renamed.length);
  await inParallel(plan.renamed, concurrency, async ({ name }) => {
    await okta.renameGroup(groups.get(name) as string, renamedGroup(name));
    renames.advance();
  });
  renames.done(`${plan.renamed.length} groups`);

  const moves = createProgress("regroup", plan.moves.length);
  await inParallel(plan.moves, concurrency, async ({ from, to, members }) => {
    const moving = members.map((index) => users[index] as string);
    await okta.changeMembers(groups.get(from.name) as string, from.name, { add: [], remove: moving });
    await okta.changeMembers(groups.get(to.name) as string, to.name, { add: moving, remove: [] });
    moves.advance();
  });
  moves.done(`${plan.moves.reduce((sum, { members }) => sum + members.length, 0)} members`);
}

/** Makes the organizations of groups where they are missing, under either name. Gives how many were made. */
export async function createOrganizations(directory: Directory, groups: CompanyGroup[]): Promise<number> {
  const known = new Set(await directory.organizationNames());
  const missing = groups.filter(({ name }) => !known.has(name) && !known.has(renamedGroup(name)));
  await inParallel(missing, concurrency, ({ name }) => directory.createOrganization(name));
  return missing.length;
}

function planChanges({ employees, groups }: Company) {
  const every = (nth: number, remainder: number) => employees.filter(({ index }) => index % nth === remainder);
  const leavers = every(20, 19);
  const organizations = groups.filter(({ organization }) => organization);
  return {
    leavers,
    returners: leavers.slice(0, 10),
    married: every(100, 42),
    renamed: organizations.slice(-2),
    moves: organizations.slice(0, 10).flatMap((from, index, all) => {
      const to = all[index + 1];
      return to && index % 2 === 0 ? [{ from, to, members: from.members.slice(0, 3) }] : [];
    }),
  };
}

function renamedGroup(name: string): string {
  return `${name} (new)`;
}

/** Those without a manager, those whom they manage, and so on. */
function levelsOf(employees: Employee[]): Employee[][] {
  const depths: number[] = [];
  const levels: Employee[][] = [];
  for (const employee of employees) {
    const depth = employee.manager === undefined ? 0 : (depths[employee.manager] ?? 0) + 1;
    depths.push(depth);
    levels[depth] ??= [];
    levels[depth].push(employee);
  }
  return levels;
}

function summary(total: number, found: number): string {
  return `${total - found} created${found > 0 ? `, ${found} found and updated` : ""}`;
}
