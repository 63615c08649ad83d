/** SHALL and REQUIRED count as MUST, RECOMMENDED as SHOULD. MAY: optional, and offered. */
export type Level = "MUST" | "SHOULD" | "MAY";

/** One thing that an RFC asks of a service provider. */
export interface Clause {
  /** RFC, section and a letter, e.g. "7644-3.5.2.1-a". */
  readonly id: string;
  readonly rfc: string;
  readonly section: string;
  readonly level: Level;
  /** In this project's words. */
  readonly requirement: string;
  /** Why there is no case. */
  readonly reason?: string;
  /** How the product departs from it unless it is told otherwise, and why. The case shows the setting that follows it. */
  readonly decision?: string;
}

type Note = Pick<Clause, "reason"> | Pick<Clause, "decision">;

/** A clause that binds. */
export function must(id: string, requirement: string, note?: Note): Clause {
  return clause("MUST", id, requirement, note);
}

/** A clause that is to be followed unless there is a reason. */
export function should(id: string, requirement: string, note?: Note): Clause {
  return clause("SHOULD", id, requirement, note);
}

/** An option that the product offers. */
export function may(id: string, requirement: string, note?: Note): Clause {
  return clause("MAY", id, requirement, note);
}

function clause(level: Level, id: string, requirement: string, note?: Note): Clause {
  const [rfc = "", section = ""] = id.split("-");
  return { id, rfc, section, level, requirement, ...note };
}
