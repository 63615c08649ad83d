import type { FastifyInstance, FastifyReply } from "fastify";

/** Says whether something answers: undefined, or what is wrong in one sentence. */
export type ReadinessCheck = () => Promise<string | undefined>;

/**
 * /healthz says that the process lives, whatever it depends on: a restart mends
 * nothing that another process broke. /readyz says whether to send it requests.
 */
export function addHealthRoutes(app: FastifyInstance, checks: ReadinessCheck[]): void {
  app.get("/healthz", (_request, reply) => {
    answer(reply, []);
  });

  app.get("/readyz", async (_request, reply) => {
    const faults = await Promise.all(checks.map((check) => check()));
    answer(
      reply,
      faults.filter((fault) => fault !== undefined),
    );
    return reply;
  });
}

function answer(reply: FastifyReply, faults: string[]): void {
  reply
    .code(faults.length === 0 ? 200 : 503)
    .headers({ "cache-control": "no-store", "content-type": "application/json; charset=utf-8" })
    .send(JSON.stringify(faults.length === 0 ? { status: "ok" } : { status: "unavailable", faults }));
}
