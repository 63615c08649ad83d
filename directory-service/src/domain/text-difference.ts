import { createTwoFilesPatch, FILE_HEADERS_ONLY, formatPatch, type StructuredPatchHunk } from "diff";

/** A file, by a name to show. */
export interface NamedText {
  name: string;
  text: string;
}

// What it takes to find the shortest difference grows with its square; this much takes some tenths of a second.
const MAX_EDITS = 1_000;

/**
 * Unified diff of two texts, "" where they are the same. Where they differ in
 * more than 1,000 lines it takes out all of the one and puts in all of the other.
 */
export function textDifference(before: NamedText, after: NamedText): string {
  if (before.text === after.text) return "";
  const options = { context: 3, maxEditLength: MAX_EDITS, headerOptions: FILE_HEADERS_ONLY };
  const shortest = createTwoFilesPatch(before.name, after.name, before.text, after.text, "", "", options);
  if (shortest !== undefined) return shortest;
  const patch = {
    oldFileName: before.name,
    newFileName: after.name,
    oldHeader: "",
    newHeader: "",
    hunks: [replacement(before.text, after.text)],
  };
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

function replacement(before: string, after: string): StructuredPatchHunk {
  const [removed, added] = [linesOf(before), linesOf(after)];
  return {
    oldStart: 1,
    oldLines: removed.length,
    newStart: 1,
    newLines: added.length,
    lines: [...marked("-", removed, before), ...marked("+", added, after)],
  };
}

/** The lines of a text, each without its end. */
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function marked(sign: "-" | "+", lines: string[], text: string): string[] {
  const signed = lines.map((line) => sign + line);
  return text === "" || text.endsWith("\n") ? signed : [...signed, "\\ No newline at end of file"];
}
