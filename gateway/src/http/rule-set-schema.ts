import schema from "../../../docs/rule-set.schema.json" with { type: "json" };
import type { Route } from "./exchange.ts";

/** /rule-set.schema.json: what editors check rule set files by. The same for every account. */
export function ruleSetSchemaRoutes(): Route[] {
  const body = JSON.stringify(schema);
  return [
    {
      method: "GET",
      path: "/rule-set.schema.json",
      access: "open",
      handler: () => ({ status: 200, body, headers: { "content-type": "application/schema+json; charset=utf-8" } }),
      operation: {
        id: "getRuleSetSchema",
        summary: "The JSON Schema of rule set files, for editors.",
        answers: { 200: "JsonSchema" },
      },
    },
  ];
}
