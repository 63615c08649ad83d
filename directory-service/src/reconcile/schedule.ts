/** Adds a job for each of the accounts, or finds one there. */
export type JobSink = (accountIds: string[]) => Promise<void>;

const sinks = new Set<JobSink>();
let waiting = new Set<string>();
let adding = false;

/**
 * Says that an account has dirty records, to be called after their commit. It
 * returns at once and never throws: while one statement adds jobs, further
 * calls gather for the next, and what is lost here the sweep finds.
 */
export function scheduleReconcile(accountId: string): void {
  if (sinks.size === 0) return;
  waiting.add(accountId);
  if (!adding) void addWaiting();
}

/** Sends what is scheduled from now on to a sink as well. Answers how to stop that. */
export function connectJobs(sink: JobSink): () => void {
  sinks.add(sink);
  return () => sinks.delete(sink);
}

async function addWaiting(): Promise<void> {
  adding = true;
  while (waiting.size > 0) {
    const accountIds = [...waiting];
    waiting = new Set();
    // A sink logs its own faults; the sweep repeats what it could not add.
    await Promise.allSettled([...sinks].map((sink) => sink(accountIds)));
  }
  adding = false;
}
