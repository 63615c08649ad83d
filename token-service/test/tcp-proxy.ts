import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A connection to a server that a test can cut and freeze. */
export interface TcpProxy {
  /** `host:port`, the same however often it is cut. */
  address: string;
  /** Ends every connection and refuses new ones. */
  cut(): void;
  /** Passes nothing on any more, without ending anything, as a network does that drops packets. */
  freeze(): void;
  /** Lets new connections through again. */
  restore(): void;
  close(): Promise<void>;
}

/** Starts a proxy in front of `target`, "host:port". */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const [host, port] = target.split(":");
  const sockets = new Set<Socket>();
  let open = true;
  const server = createServer((client) => {
    const upstream = connect({ host, port: Number(port) });
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    if (!open) client.destroy();
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    open = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    freeze() {
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    restore() {
      open = true;
    },
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
