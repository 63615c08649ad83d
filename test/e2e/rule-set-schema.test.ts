import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { defaultUserRules } from "../../directory-service/src/reconcile/rules/default-rules.ts";
import { printRuleSet } from "../../directory-service/src/reconcile/rules/text/print.ts";
import { sendHttp } from "./scim-client.ts";
import { type SharedTestStack, sharedTestStack } from "./stack.ts";

let stack: SharedTestStack;

beforeAll(async () => {
  stack = await sharedTestStack();
  return () => stack.stop();
});

describe("/rule-set.schema.json", () => {
  it("is served under every base path, without a token, and knows the default rules", async () => {
    for (const path of ["", "/scim", "/scim/v2"]) {
      const { status, headers, body } = await sendHttp("GET", `${stack.processes.http}${path}/rule-set.schema.json`);
      expect([status, headers["content-type"]]).toEqual([200, "application/schema+json; charset=utf-8"]);
      const accepts = new Ajv2020({ strict: false }).compile(body as object);
      expect(accepts(parse(printRuleSet(1, defaultUserRules)))).toBe(true);
      expect(accepts(parse("kind: scim_user"))).toBe(false);
    }
  });
});
