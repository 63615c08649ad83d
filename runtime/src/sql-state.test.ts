import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { isTransient, sqlState } from "./sql-state.ts";
import { fromServiceError, toServiceError } from "./status.ts";

const withCode = (code: string) => Object.assign(new Error("text of the database"), { code });

describe("isTransient", () => {
  it.each(["55P03", "57014", "57P01", "40P01", "40001", "53300", "08006", "ECONNREFUSED", "EAI_AGAIN"])(
    "is true of %s, also inside another error",
    (code) => {
      expect(isTransient(withCode(code))).toBe(true);
      expect(isTransient(new Error("wrapped", { cause: withCode(code) }))).toBe(true);
    },
  );

  it("is true of a connection that pg lost, which has no code", () => {
    expect(isTransient(new Error("Connection terminated unexpectedly"))).toBe(true);
  });

  it.each(["23505", "22P02", "42P01", "ENOENT"])("is false of %s", (code) => {
    expect(isTransient(withCode(code))).toBe(false);
  });
});

describe("toServiceError", () => {
  it("answers that a database is away with UNAVAILABLE and when to come back, quoting nothing", () => {
    const { code, details } = toServiceError(new Error("query failed", { cause: withCode("57P01") }));
    expect(code).toBe(status.UNAVAILABLE);
    expect(details).not.toContain("text of the database");
    const error = Object.assign(new Error(), toServiceError(withCode("57P01")));
    expect(fromServiceError(error)).toMatchObject({ reason: "UNAVAILABLE", retryAfterSeconds: 2 });
  });

  it("answers any other fault of the database with INTERNAL", () => {
    expect(toServiceError(withCode("42P01")).code).toBe(status.INTERNAL);
  });
});

describe("sqlState", () => {
  it("is undefined where no database is at fault", () => {
    expect(sqlState(withCode("ENOENT"))).toBeUndefined();
    expect(sqlState("text")).toBeUndefined();
  });
});
