import { describe, expect, it } from "vitest";
import { currentTrace, traceIdOf } from "./trace.ts";

const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe("currentTrace", () => {
  it("goes on with the caller's trace", () => {
    expect(currentTrace(TRACEPARENT)).toEqual({
      traceId: "0af7651916cd43dd8448eb211c80319c",
      traceparent: TRACEPARENT,
    });
  });

  it.each([undefined, "", "garbage", `00-${"0".repeat(32)}-b7ad6b7169203331-01`])(
    "starts a trace for %j",
    (incoming) => {
      const { traceId, traceparent } = currentTrace(incoming);
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(traceIdOf(traceparent)).toBe(traceId);
      expect(currentTrace(incoming).traceId).not.toBe(traceId);
    },
  );
});
