/** How a batch is to be mapped. */
export interface ReconcileMode {
  /**
   * True: in shadow tables, to see what rules would do. Nobody else works there, so
   * the account is not locked; of the executions only those that fail are kept; and
   * the brake holds nobody back, as what it would say is part of the answer.
   */
  rehearsal: boolean;
  /** How many records one transaction maps at most. */
  batchSize: number;
}

/** Few enough that the rows they lock are free again soon. */
export const BATCH_SIZE = 200;

/** The real thing. */
export const LIVE: ReconcileMode = { rehearsal: false, batchSize: BATCH_SIZE };

/** As if, in the same steps. */
export const REHEARSAL: ReconcileMode = { rehearsal: true, batchSize: BATCH_SIZE };
