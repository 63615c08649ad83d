import { join } from "node:path";
import { describe } from "vitest";
import "./case.ts";
import { caseFiles, conformanceFolder } from "./coverage.ts";

for (const file of caseFiles("rfc7643"))
  describe(file, async () => {
    await import(join(conformanceFolder, file));
  });
