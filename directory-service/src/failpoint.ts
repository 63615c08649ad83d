/** Points of the work at which a test may have this process die. */
export const FAILPOINTS = [
  "reconcile.before-commit",
  "reconcile.after-commit",
  "reconcile.between-batches",
  "publish.before-commit",
  "publish.after-commit",
] as const;

export type FailpointName = (typeof FAILPOINTS)[number];

/** Where to die. */
export interface Failpoint {
  name: FailpointName;
  /** At which time of coming by, from 1. */
  time: number;
}

let armed: FailpointName | undefined;
let times = 0;

/** Has this process die at a point, or nowhere. */
export function armFailpoint(point: Failpoint | undefined): void {
  armed = point?.name;
  times = point?.time ?? 0;
}

/** Ends the process as `kill -9` does, with nothing said and nothing finished, where a test asked for it. */
export function failpoint(name: FailpointName): void {
  if (armed !== name) return;
  times--;
  if (times === 0) process.kill(process.pid, "SIGKILL");
}

/** Reads `name` or `name:N`, the N-th time. Undefined: it is neither. */
export function parseFailpoint(text: string): Failpoint | undefined {
  const [, name, time = "1"] = /^([a-z.-]+)(?::([1-9]\d{0,5}))?$/.exec(text) ?? [];
  return isFailpoint(name) ? { name, time: Number(time) } : undefined;
}

function isFailpoint(name: string | undefined): name is FailpointName {
  return (FAILPOINTS as readonly (string | undefined)[]).includes(name);
}
