import { parseArgs } from "node:util";
import { readInstance } from "../instance.ts";
import { StartError } from "../start-error.ts";
import { createCompany } from "./company.ts";
import { createDirectory, type Directory } from "./directory.ts";
import { createOkta, type Okta } from "./okta.ts";
import { createProgress } from "./progress.ts";
import { change, createOrganizations, provision } from "./provisioning.ts";

const usage = "npm run demo [-- --scim URL --token TOKEN [--directory HOST:PORT --owner-token TOKEN] | --data DIR]";

try {
  const target = await readTarget(process.argv.slice(2));
  const okta = createOkta(target.scim, target.token);
  const directory = target.directory && createDirectory(target.directory.address, target.directory.ownerToken);
  await run(okta, directory);
  directory?.close();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function run(okta: Okta, directory: Directory | undefined): Promise<void> {
  const company = createCompany();
  const organizations = company.groups.filter(({ organization }) => organization);
  // A group finds its organization whether that is there before it or after.
  const [early, late] = [organizations.slice(0, 18), organizations.slice(18)];
  const start = performance.now();

  await okta.testConnection();
  if (directory) {
    const made = await createOrganizations(directory, early);
    console.log(`${"organizations".padEnd(14)} ${made} created`);
  }
  const linked = await provision(okta, company);
  if (directory) {
    await directory.settle();
    const made = await createOrganizations(directory, late);
    console.log(`${"organizations".padEnd(14)} ${made} created after their groups`);
    await directory.settle();
  }
  await change(okta, company, linked);

  const sent = performance.now();
  const waiting = createProgress("mapping", 1);
  await directory?.settle();
  const settled = performance.now();
  waiting.done(
    directory ? `settled ${Math.round(settled - sent)} ms after the last request` : "not visible without gRPC",
  );
  await report(okta, directory, { requests: okta.requests, sendMs: sent - start, totalMs: settled - start });
}

async function report(
  okta: Okta,
  directory: Directory | undefined,
  { requests, sendMs, totalMs }: { requests: number; sendMs: number; totalMs: number },
): Promise<void> {
  const rows: [string, number | string][] = [
    ["SCIM users", await okta.count("Users")],
    ["SCIM groups", await okta.count("Groups")],
  ];
  if (directory) {
    rows.push(["people, enabled", await directory.countPeople(false)]);
    rows.push(["people, disabled", await directory.countPeople(true)]);
    rows.push(["organizations", (await directory.organizationNames()).length]);
    for (const [outcome, executions] of await directory.countExecutions()) {
      rows.push([`executions, ${outcome}`, executions]);
    }
  }
  rows.push(["SCIM requests", requests]);
  rows.push(["time", `${(totalMs / 1_000).toFixed(1)} s`]);
  rows.push(["requests a second", Math.round(requests / (sendMs / 1_000))]);
  const width = Math.max(...rows.map(([label]) => label.length));
  console.log();
  for (const [label, value] of rows) {
    console.log(`  ${label.padEnd(width)}  ${value.toLocaleString("en").padStart(8)}`);
  }
  if (!directory) {
    console.log(
      "\nPeople, organizations and executions need gRPC: give --directory HOST:PORT and --owner-token TOKEN.",
    );
  }
}

/** What to provision, and how to see what came of it. */
interface Target {
  scim: string;
  token: string;
  directory: { address: string; ownerToken: string } | undefined;
}

async function readTarget(args: string[]): Promise<Target> {
  const values = parse(args);
  const { scim, token, directory: address, "owner-token": ownerToken } = values;
  if (scim || token) {
    if (!scim || !token) {
      throw new StartError(`--scim and --token go together. ${usage}`);
    }
    return {
      scim: scim.replace(/\/$/, ""),
      token,
      directory: address && ownerToken ? { address, ownerToken } : undefined,
    };
  }
  const instance = await readInstance(values.data);
  if (!instance) {
    throw new StartError(`No instance runs in ${values.data}: run \`npm start\` in another terminal. ${usage}`);
  }
  return { ...instance, directory: { address: instance.grpc.directory, ownerToken: instance.ownerToken } };
}

function parse(args: string[]) {
  try {
    const text = { type: "string" } as const;
    return parseArgs({
      args,
      options: {
        scim: text,
        token: text,
        directory: text,
        "owner-token": text,
        data: { ...text, default: ".rollcall" },
      },
    }).values;
  } catch (error) {
    throw new StartError(`${(error as Error).message.split(/\. |\n/)[0]}. ${usage}`);
  }
}
