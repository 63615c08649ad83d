import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ruleSetSchema } from "../directory-service/src/reconcile/rules/text/json-schema.ts";

/** Writes docs/rule-set.schema.json, which the gateway serves; with --check it only says whether the file is current. */
const file = fileURLToPath(new URL("../docs/rule-set.schema.json", import.meta.url));
const schema = `${JSON.stringify(ruleSetSchema(), undefined, 2)}\n`;
if (!process.argv.includes("--check")) writeFileSync(file, schema);
else if (readFileSync(file, "utf8") !== schema) {
  console.error("docs/rule-set.schema.json is not what the rules' fields and limits make: run `npm run generate`.");
  process.exitCode = 1;
}
