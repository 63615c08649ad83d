import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { onDemand, type Started, serveOnDemand } from "./on-demand.ts";

/** Something to start, which counts how often it was started and stopped. */
function thing() {
  const counts = { started: 0, stopped: 0 };
  const { promise: failed, resolve: fail } = Promise.withResolvers<Error>();
  const start = async (): Promise<Started<{ number: number }>> => {
    counts.started += 1;
    return {
      description: { number: counts.started },
      failed,
      stop: async () => {
        counts.stopped += 1;
      },
    };
  };
  return { counts, start, fail };
}

describe("something on demand", () => {
  it("is started once, however many ask, and not at all where nobody does", async () => {
    const { counts, start } = thing();
    const part = onDemand("The thing", start);
    expect(counts.started).toBe(0);
    expect(await Promise.all([part.get(), part.get()])).toEqual([{ number: 1 }, { number: 1 }]);
    await part.stop();
    await part.stop();
    expect(counts).toEqual({ started: 1, stopped: 1 });
    expect(await part.get()).toEqual({ number: 2 });
  });

  it("tells everybody why it could not be started, and stops all the same", async () => {
    const part = onDemand("The thing", () => Promise.reject(new Error("no port is free.")));
    const sentence = "The thing could not be started: no port is free.";
    await expect(part.get()).rejects.toThrow(sentence);
    await expect(part.get()).rejects.toThrow(sentence);
    await part.stop();
  });

  it("that has ended by itself is given to nobody any more, and its end is an error", async () => {
    const { counts, start, fail } = thing();
    const part = onDemand("The thing", start);
    await part.get();
    fail(new Error("killed."));
    const sentence = "The thing has ended by itself, so tests that use it fail: killed.";
    await expect.poll(() => part.get().catch((error) => error.message)).toBe(sentence);
    await expect(part.stop()).rejects.toThrow(sentence);
    expect(counts).toEqual({ started: 1, stopped: 1 });
  });

  it("interrupts its start where it is stopped meanwhile", async () => {
    const part = onDemand("The thing", (signal) => {
      const { promise, reject } = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => reject(new Error("interrupted.")));
      return promise;
    });
    const asked = expect(part.get()).rejects.toThrow("interrupted.");
    await part.stop();
    await asked;
  });

  it("is described on a socket, and its fault in words", async () => {
    const folder = await mkdtemp(join(tmpdir(), "rollcall-on-demand-"));
    const socketPath = join(folder, "socket");
    const broken = onDemand("The other", () => Promise.reject(new Error("no port is free.")));
    const stop = await serveOnDemand(socketPath, { thing: onDemand("The thing", thing().start), broken });
    const ask = (path: string) =>
      new Promise((resolve, reject) => {
        const question = request({ socketPath, path }, async (answer) =>
          resolve([answer.statusCode, await text(answer)]),
        );
        question.on("error", reject).end();
      });
    expect(await ask("/thing")).toEqual([200, '{"number":1}']);
    expect(await ask("/broken")).toEqual([500, "The other could not be started: no port is free."]);
    await stop();
    await rm(folder, { recursive: true });
  });
});
