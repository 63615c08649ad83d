import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Json } from "../engine.ts";
import { type Engine, libraries, rollcall } from "./engines.ts";
import type { Fault, Library } from "./fault.ts";
import { faultRows, faults, versions } from "./faults.ts";

describe.each(Object.entries(versions) as [Library, string][])("%s %s", (library, version) => {
  it("is the version that the faults were found in", () => {
    expect(JSON.parse(readFileSync(`node_modules/${library}/package.json`, "utf8")).version).toBe(version);
  });

  it.each(faults.filter((fault) => fault.library === library))("is wrong where Rollcall is right: $fault", (fault) => {
    expect(outcome(libraries[library], fault), library).toEqual(fault.theirs);
    expect(outcome(rollcall, fault), "Rollcall").toEqual(fault.ours);
  });
});

describe("faultRows", () => {
  it("has a row for each, with all columns filled and two different answers", () => {
    const rows = faultRows();
    expect(rows).toHaveLength(faults.length);
    for (const row of rows) {
      for (const column of Object.values(row)) expect(column, row.fault).not.toBe("");
      expect(row.theirs, row.fault).not.toBe(row.ours);
    }
    expect(new Set(rows.map(({ library, fault, asked }) => `${library} ${fault} ${asked}`)).size).toBe(rows.length);
  });
});

function outcome(engine: Engine, fault: Fault): unknown {
  try {
    return attempted(engine, fault);
  } catch (error) {
    return { refused: engine.nameOf(error) };
  }
}

function attempted(engine: Engine, fault: Fault): unknown {
  switch (fault.kind) {
    case "filter":
      return Object.keys(fault.users).filter((name) => engine.matches(fault.filter, fault.users[name] as Json));
    case "grammar":
      engine.parse(fault.filter);
      return "accepted";
    case "size":
      return engine.size(fault.filter);
    case "patch":
      return shown(engine.patched(structuredClone(fault.user), fault.operations), fault.shown);
    case "refused patch": {
      const user = structuredClone(fault.user);
      expect(() => engine.patched(user, fault.operations)).toThrow();
      return shown(user, fault.shown);
    }
    case "pollution":
      return pollutes(() => engine.patched({ userName: "anna" }, fault.operations));
  }
}

function shown(user: Json, names: string[]): Json {
  return Object.fromEntries(names.filter((name) => Object.hasOwn(user, name)).map((name) => [name, user[name]]));
}

/** Whether something leaves its mark on all objects of this process. Wipes it off. */
function pollutes(act: () => unknown): "polluted" | "clean" {
  try {
    act();
    return "polluted" in {} ? "polluted" : "clean";
  } finally {
    delete (Object.prototype as { polluted?: unknown }).polluted;
  }
}
