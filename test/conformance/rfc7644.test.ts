import { join } from "node:path";
import { beforeAll, describe } from "vitest";
import { openStack } from "./case.ts";
import { caseFiles, conformanceFolder } from "./coverage.ts";

beforeAll(openStack);

for (const file of caseFiles("rfc7644"))
  describe(file, async () => {
    await import(join(conformanceFolder, file));
  });
