import { createServer } from "node:net";

// Below the ports that systems give to outgoing connections (from 32768 on
// Linux, 49152 elsewhere): none of those can take a port between the moment it
// is found free here and the moment a child process binds it.
const FIRST_PORT = 18_000;
const LAST_PORT = 31_999;

const handedOut = new Set<number>();

/** A TCP port that nothing listens on, another one at every call. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT + 1));
    if (!handedOut.has(port) && (await isPortFree(port))) {
      handedOut.add(port);
      return port;
    }
  }
}

/** Whether a TCP port can be bound on 127.0.0.1. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
