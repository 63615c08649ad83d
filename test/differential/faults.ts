import type { Fault, Library } from "./fault.ts";
import { filterFaults } from "./filter-faults.ts";
import { patchFaults } from "./patch-faults.ts";

/** The versions that the faults were found in, and that are installed. */
export const versions: Record<Library, string> = {
  scimmy: "1.3.5",
  "scim-patch": "0.8.3",
  "scim2-parse-filter": "0.2.10",
};

/** All of them, by library. */
export const faults: Fault[] = [...filterFaults, ...patchFaults];

/** A row of the table: each column as text. */
export interface FaultRow {
  library: string;
  version: string;
  fault: string;
  clause: string;
  asked: string;
  theirs: string;
  ours: string;
}

/** The faults as the documentation shows them. */
export function faultRows(): FaultRow[] {
  return faults.map((fault) => ({
    library: fault.library,
    version: versions[fault.library],
    fault: fault.fault,
    clause: fault.clause,
    asked: shorten("filter" in fault ? fault.filter : JSON.stringify(fault.operations)),
    theirs: answer(fault.theirs),
    ours: answer(fault.ours),
  }));
}

const LONGEST = 120;

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

function answer(value: Fault["theirs"]): string {
  if (typeof value === "number") return `${value} expressions`;
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length === 0 ? "nobody" : value.join(", ");
  if ("refused" in value) return `refused: ${value.refused}`;
  const unassigned = Object.keys(value).filter((name) => value[name as keyof typeof value] === undefined);
  return unassigned.length > 0 ? `no ${unassigned.join(", ")}` : JSON.stringify(value);
}
