import net, { type AddressInfo, type Socket } from "node:net";
import { type Connection, connect, host } from "./connection.ts";
import type { LinkFigures } from "./flow.ts";
import { createPace } from "./pace.ts";

export interface Link {
  /** Ports on 127.0.0.1, in the order of the servers' ports. */
  ports: number[];
  /** Bytes carried to the clients since the start. */
  carriedBytes(): number;
  close(): Promise<void>;
}

/** Every link uses the same seed, so that the same segments are late in each run. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    // The Park–Miller generator.
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/**
 * Carries connections between ports of this machine, with the delay of a long line, in user space. It delays
 * requests by the whole round trip and answers not at all: a client sees the same times, and the link need
 * not buffer the answers. A TCP connection opens at once here, so its first request is delayed by a second
 * round trip.
 */
export async function startLink(figures: LinkFigures, targets: readonly number[]): Promise<Link> {
  const inAll = createPace(figures.bytesPerSecondInAll);
  const random = createRandom();
  const waiting = new Set<Connection>();
  let timer: NodeJS.Timeout | undefined;
  let carriedBytes = 0;

  function serve(): void {
    const nowMs = performance.now();
    for (const connection of waiting) connection.deliver(nowMs);
    for (const connection of waiting) {
      if (!connection.forward(nowMs)) continue;
      // Every other connection sends a piece before this one sends its next.
      waiting.delete(connection);
      waiting.add(connection);
    }
    for (const connection of waiting) if (!connection.isWaiting()) waiting.delete(connection);
    if (waiting.size === 0 || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      serve();
    }, 1);
  }

  const open = (client: Socket, target: number) =>
    connect(client, target, {
      figures,
      inAll,
      random,
      wake(connection) {
        waiting.add(connection);
        serve();
      },
      carried(bytes) {
        carriedBytes += bytes;
      },
    });

  const servers = await Promise.all(
    targets.map(async (target) => {
      const server = net.createServer({ noDelay: true, allowHalfOpen: true }, (client) =>
        open(client, target),
      );
      await new Promise<void>((resolve) => {
        server.listen(0, host, 1_024, resolve);
      });
      return server;
    }),
  );
  return {
    ports: servers.map((server) => portOf(server.address())),
    carriedBytes: () => carriedBytes,
    async close() {
      clearTimeout(timer);
      await Promise.all(
        servers.map((server) => new Promise((resolve) => void server.close(resolve))),
      );
    },
  };
}

export function portOf(address: AddressInfo | string | null): number {
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return address.port;
}
