import { readFileSync } from "node:fs";
import { z } from "zod";

/** Every fault of a process's configuration at once, a line each. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly faults: string[];

  constructor(faults: string[]) {
    super(
      `The configuration has ${faults.length === 1 ? "a fault" : `${faults.length} faults`}:\n  ${faults.join("\n  ")}`,
    );
    this.faults = faults;
  }
}

/** `host:port`, where port 0 takes a free one. */
export const address = z.string().regex(/^[^\s:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/, "must be host:port");

/** `on` or `off`. */
export const onOff = z.enum(["on", "off"], "must be on or off").transform((value) => value === "on");

/** A URL of a PostgreSQL database. */
export const databaseUrl = z.string().regex(/^postgres(ql)?:\/\/\S+$/, "must be a postgresql:// URL");

/** A whole number within bounds. */
export const integer = (min: number, max: number) =>
  z.coerce
    .number(`must be a whole number from ${min} to ${max}`)
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be at least ${min}`)
    .max(max, `must be at most ${max}`);

/** The variable of one-off commands that work on a service's database. */
export function readDatabaseUrl(env: Record<string, string | undefined> = process.env): string {
  // The command may be given the whole environment of the service.
  return readEnv({ DATABASE_URL: databaseUrl }, env, { refuseUnknown: false }).DATABASE_URL;
}

/**
 * Reads the variables that `shape` names. Each may instead come from a file
 * that `NAME_FILE` names, as mounted secrets do. An empty variable counts as
 * absent. A ROLLCALL_ variable that nobody reads is a fault, since it is a
 * typing error more often than not. Values never appear in the faults.
 */
export function readEnv<Shape extends z.ZodRawShape>(
  shape: Shape,
  env: Record<string, string | undefined> = process.env,
  { refuseUnknown = true }: { refuseUnknown?: boolean } = {},
): Readonly<z.infer<z.ZodObject<Shape>>> {
  const faults: string[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    const value = env[name] || readFile(env[`${name}_FILE`], `${name}_FILE`, faults);
    if (env[name] && env[`${name}_FILE`]) faults.push(`${name} and ${name}_FILE are both set.`);
    if (value) values[name] = value;
  }
  const known = new Set(Object.keys(shape).flatMap((name) => [name, `${name}_FILE`]));
  for (const name of Object.keys(env))
    if (refuseUnknown && name.startsWith("ROLLCALL_") && !known.has(name))
      faults.push(`${name} is not a variable of this process.`);
  const parsed = z.object(shape).safeParse(values);
  if (!parsed.success)
    for (const { path, message } of parsed.error.issues) {
      const name = String(path[0]);
      faults.push(name in values ? `${name} ${message}.` : `${name} is missing.`);
    }
  if (faults.length > 0 || !parsed.success) throw new ConfigurationError(faults);
  return Object.freeze(parsed.data);
}

function readFile(path: string | undefined, name: string, faults: string[]): string | undefined {
  if (!path) return undefined;
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    faults.push(`${name} names a file that cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    return undefined;
  }
}
