import { readFileSync, writeFileSync } from "node:fs";
import { conformanceReport, reportFile } from "./report.ts";

/** Writes docs/conformance.md; with --check it only says whether the file is current. */
const report = conformanceReport();
if (!process.argv.includes("--check")) writeFileSync(reportFile, report);
else if (readFileSync(reportFile, "utf8") !== report) {
  console.error("docs/conformance.md is not what the clauses and cases make: run `npm run generate`.");
  process.exitCode = 1;
}
