import { join } from "node:path";
import { faultRows } from "../differential/faults.ts";
import type { Clause } from "./clauses/clause.ts";
import { clauses } from "./clauses.ts";
import { type Case, cases, conformanceFolder } from "./coverage.ts";
import { conversationFiles } from "./idp/conversations.ts";

export const reportFile = join(conformanceFolder, "../../docs/conformance.md");

/** The text of docs/conformance.md, from the clauses, the sources of the cases, the conversations and the peers' faults. */
export function conformanceReport(): string {
  const found = cases();
  const without = clauses.filter(({ reason }) => reason !== undefined).length;
  return [
    "# Conformance",
    "",
    "Made by `npm run generate` from [test/conformance](../test/conformance) and [test/differential](../test/differential).",
    `What RFC 7643, RFC 7644 and RFC 9865 ask of a service provider, in ${clauses.length} clauses of our own words, and the`,
    `${found.length} cases that cover them on the running system. ${without} clauses have no case, and say why. SHALL and REQUIRED are`,
    "listed as MUST, RECOMMENDED as SHOULD, and MAY where the option is offered.",
    "",
    ...Object.keys(titles).flatMap((rfc) => ofRfc(rfc, found)),
    ...conversations(),
    ...faults(),
  ].join("\n");
}

const titles: Record<string, string> = {
  "7643": "RFC 7643: core schema",
  "7644": "RFC 7644: protocol",
  "9865": "RFC 9865: paging by cursor",
};

function ofRfc(rfc: string, found: Case[]): string[] {
  const rows = clauses
    .filter((clause) => clause.rfc === rfc)
    .map((clause) => [
      `§${clause.section} ${clause.id.at(-1)}`,
      clause.level,
      clause.requirement,
      answer(clause, found),
    ]);
  return [`## ${titles[rfc]}`, "", ...table(["clause", "level", "requirement", "case"], rows), ""];
}

/** The cases of a clause, or why it has none. */
function answer({ id, reason, decision }: Clause, found: Case[]): string {
  if (reason !== undefined) return `None: ${reason}`;
  const covering = found.filter(({ covers }) => covers.includes(id));
  const links = covering.map(({ file, title }) => `${title} ([${fileName(file)}](../test/conformance/${file}))`);
  return [...(decision === undefined ? [] : [`Decision: ${decision}`]), ...links].join("<br>");
}

function fileName(file: string): string {
  return file.split("/").at(-1) as string;
}

function conversations(): string[] {
  const rows = conversationFiles().map(({ file, client, conversations: held }) => [
    client,
    held.map(({ name }) => name).join("<br>"),
    `[${fileName(file)}](../test/conformance/idp/${file})`,
  ]);
  return [
    "## Conversations of identity providers",
    "",
    "Recorded as they are documented and captured, and replayed with what becomes of people and organizations.",
    "",
    ...table(["client", "conversations", "recording"], rows),
    "",
  ];
}

function faults(): string[] {
  const rows = faultRows().map(({ library, version, clause, fault, asked, theirs, ours }) => [
    clause,
    `${library} ${version}`,
    fault,
    code(asked),
    code(theirs),
    code(ours),
  ]);
  return [
    "## Where well-known libraries differ",
    "",
    "Cases that the libraries answer otherwise, and the clause that decides.",
    "",
    ...table(["clause", "library", "fault", "asked", "theirs", "ours"], rows),
    "",
  ];
}

function code(text: string): string {
  return text === "" ? "" : `\`${text}\``;
}

function table(head: string[], rows: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}
