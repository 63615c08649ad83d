import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Clause } from "./clauses/clause.ts";
import { clauses } from "./clauses.ts";

/** A case as its source has it. */
export interface Case {
  /** Relative to test/conformance. */
  file: string;
  title: string;
  /** Ids of the clauses that it covers. */
  covers: string[];
}

export const conformanceFolder = fileURLToPath(new URL(".", import.meta.url));

/** The files of an RFC's cases, one for each section. */
export function caseFiles(rfc: string): string[] {
  return globSync(`${rfc}/*.ts`, { cwd: conformanceFolder }).sort((one, other) =>
    one.localeCompare(other, "en", { numeric: true }),
  );
}

/** Every case, read from the sources: nothing is started. */
export function cases(): Case[] {
  return ["rfc7643", "rfc7644", "rfc9865"].flatMap(caseFiles).flatMap((file) => {
    const source = readFileSync(`${conformanceFolder}${file}`, "utf8");
    const found = [...source.matchAll(DECLARATION)].map(([, ids = "", title = ""]) => ({
      file,
      title: JSON.parse(title) as string,
      covers: [JSON.parse(ids.replace(/,\s*\]/, "]"))].flat() as string[],
    }));
    const calls = source.match(/\bclause\(/g)?.length ?? 0;
    if (calls !== found.length)
      throw new Error(`${file}: ${calls - found.length} cases have no literal ids and title.`);
    return found;
  });
}

const DECLARATION = /\bclause\(\s*("[^"]+"|\[[^\]]+\])\s*,\s*("(?:[^"\\]|\\.)*")/g;

/** The clauses that bind and have neither a case nor a reason for having none. */
export function uncovered(): Clause[] {
  const covered = new Set(cases().flatMap(({ covers }) => covers));
  return clauses.filter(({ id, reason }) => reason === undefined && !covered.has(id));
}
