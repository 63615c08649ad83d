import { expect } from "vitest";
import { sendHttp } from "../../e2e/scim-client.ts";
import { USER } from "../../e2e/scim-messages.ts";
import { clause } from "../case.ts";

// Every answer of the suite's client is checked to be application/scim+json.
clause(
  ["7644-3.8-a", "7644-3.8-b", "7644-3.8-c"],
  "both media types in, application/scim+json out",
  async ({ scim, stack }) => {
    const types = [
      "application/scim+json",
      "application/scim+json; charset=utf-8",
      "application/json",
      "application/json;charset=UTF-8",
      "Application/SCIM+JSON",
    ];
    for (const [index, type] of types.entries()) {
      const sent = { schemas: [USER], userName: `user${index}` };
      for (const accept of [type, "*/*", undefined]) {
        const { status, headers } = await scim.send("GET", "/Users", undefined, { accept });
        expect(status).toBe(200);
        expect(headers["content-type"]).toMatch(/^application\/scim\+json/);
      }
      const created = await scim.send("POST", "/Users", sent, { "content-type": type, accept: type });
      expect(created.status, type).toBe(201);
    }
    const open = await sendHttp("GET", `${stack.processes.scim}/ServiceProviderConfig`);
    expect(open.headers["content-type"]).toMatch(/^application\/scim\+json/);
  },
);
