import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export interface StallProxy {
  port: number;
  /** From now on nothing passes, and nothing is refused: like a database that hangs. */
  stall(): void;
  /** Everything that waited continues. */
  flow(): void;
  close(): Promise<void>;
}

/** A wire to a server on this machine that can be made to hang. */
export async function startStallProxy(target_port: number): Promise<StallProxy> {
  const sockets = new Set<Socket>();
  let isStalled = false;
  const server = createServer((client) => {
    const upstream = connect(target_port, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      if (isStalled) from.pause();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stall() {
      isStalled = true;
      for (const socket of sockets) socket.pause();
    },
    flow() {
      isStalled = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
