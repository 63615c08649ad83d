import { type Office, offices } from "./names.ts";
import { createRandom, type Random } from "./random.ts";

/** A person as the company's personnel file has them. */
export interface Employee {
  /** Position in `Company.employees`. */
  index: number;
  /** Okta's id of the user. */
  externalId: string;
  userName: string;
  givenName: string;
  familyName: string;
  displayName: string;
  title: string;
  department: string;
  employeeNumber: string;
  costCenter: string;
  office: Office;
  phone: string;
  mobile: string;
  /** "VIP" for some. */
  userType: string;
  /** Index of the manager, who comes earlier; undefined for the head of the company. */
  manager: number | undefined;
}

/** A group that the identity provider pushes. */
export interface CompanyGroup {
  name: string;
  /** Whether the business knows an organization of that name. */
  organization: boolean;
  /** Indexes of employees. */
  members: number[];
}

/** The made-up company that the demo provisions. */
export interface Company {
  employees: Employee[];
  groups: CompanyGroup[];
}

const departments = [
  ["Engineering", ["Engineer", "Senior Engineer", "Architect", "Test Engineer"]],
  ["Sales", ["Account Manager", "Sales Representative", "Sales Engineer"]],
  ["Customer Care", ["Support Agent", "Support Specialist", "Trainer"]],
  ["Finance", ["Accountant", "Controller", "Payroll Clerk"]],
  ["People", ["Recruiter", "HR Partner"]],
] as const;

const crossGroups = [
  "VPN Users",
  "Fire Wardens",
  "First Aiders",
  "Works Council",
  "Company Cars",
  "Café Équipe",
  "新人研修",
  "Parking Köln",
  "Beta Testers",
  "Mentors",
];

/**
 * The company: the same people and groups for the same size. Managers come
 * before those whom they manage: one head, a head for each department, leads,
 * then everybody else.
 */
export function createCompany(size = 1_000): Company {
  const random = createRandom(20_261_122);
  const taken = new Set<string>();
  const employees = Array.from({ length: size }, (_, index) => createEmployee(index, size, random, taken));
  return { employees, groups: createGroups(employees, random) };
}

function createEmployee(index: number, size: number, random: Random, taken: Set<string>): Employee {
  const office = offices[Math.min(random.below(offices.length), random.below(offices.length))] as Office;
  const [givenName, givenAscii] = random.pick(office.given);
  const [familyName, familyAscii] = random.pick(office.family);
  const [department, titles] = departments[index % departments.length] as (typeof departments)[number];
  const userName = unique(`${givenAscii}.${familyAscii}`, taken);
  const number = String(index + 1).padStart(5, "0");
  return {
    index,
    externalId: `00urollcall${number}demo`,
    userName,
    givenName,
    familyName,
    displayName: office.familyNameFirst ? `${familyName} ${givenName}` : `${givenName} ${familyName}`,
    title: titleOf(index, size, department, random.pick(titles)),
    department,
    employeeNumber: `E${number}`,
    costCenter: `${office.country}-${100 + (index % departments.length) * 10}`,
    office,
    phone: `${office.dialling} ${number}`,
    mobile: `${office.dialling} 9${number}`,
    userType: index === 0 || random.below(50) === 0 ? "VIP" : "Employee",
    manager: managerOf(index, size),
  };
}

function unique(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let count = 2; taken.has(candidate); count++) {
    candidate = `${name}${count}`;
  }
  taken.add(candidate);
  return `${candidate}@company.example`;
}

/** How many lead the company: its head, the departments' heads, the team leads. */
function leaders(size: number): { heads: number; leads: number } {
  return { heads: departments.length, leads: Math.ceil(size / 10) };
}

function titleOf(index: number, size: number, department: string, title: string): string {
  const { heads, leads } = leaders(size);
  if (index === 0) {
    return "Chief Executive Officer";
  }
  if (index <= heads) {
    return `Head of ${department}`;
  }
  return index <= heads + leads ? `Team Lead ${department}` : title;
}

function managerOf(index: number, size: number): number | undefined {
  const { heads, leads } = leaders(size);
  if (index === 0) {
    return undefined;
  }
  if (index <= heads) {
    return 0;
  }
  // Departments repeat every `heads` indexes, so a multiple of it away is a colleague.
  const offset = index - 1;
  return index <= heads + leads ? 1 + (offset % heads) : 1 + heads + ((offset - heads) % leads);
}

function createGroups(employees: Employee[], random: Random): CompanyGroup[] {
  const byOffice = departments.flatMap(([department]) =>
    offices.slice(0, 5).map((office) => ({
      name: `${department} ${office.city}`,
      organization: true,
      members: indexes(employees, (employee) => employee.department === department && employee.office === office),
    })),
  );
  const byDepartment = departments.map(([department]) => ({
    name: `All of ${department}`,
    organization: false,
    members: indexes(employees, (employee) => employee.department === department),
  }));
  const across = crossGroups.map((name) => ({
    name,
    organization: false,
    members: indexes(employees, () => random.below(12) === 0),
  }));
  return [...byOffice, ...byDepartment, ...across];
}

function indexes(employees: Employee[], matches: (employee: Employee) => boolean): number[] {
  return employees.filter(matches).map(({ index }) => index);
}
