import { expect } from "vitest";
import type { Method } from "../../e2e/scim-client.ts";
import { clause } from "../case.ts";

clause("7644-3.11-a", "/Me is 501 by every method, in SCIM form", async ({ scim }) => {
  for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"] satisfies Method[]) {
    const { status, body } = await scim.send(method, "/Me", ["POST", "PUT", "PATCH"].includes(method) ? {} : undefined);
    expect({ method, status, said: body["status"] }).toEqual({ method, status: 501, said: "501" });
  }
});
