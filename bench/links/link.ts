import net, { type AddressInfo, type Socket } from "node:net";
import { createFlow, createLateness, type LinkFigures, lateByMs } from "./flow.ts";
import { createPace, type Pace } from "./pace.ts";

export interface Link {
  /** Ports of 127.0.0.1, in the order of those that they lead to. */
  ports: number[];
  /** Carried to the clients since the start. */
  carriedBytes(): number;
  close(): Promise<void>;
}

/** One connection of the link. */
interface Connection {
  /** Hands on what has arrived by now. */
  deliver(nowMs: number): void;
  /** Lets one piece of the answer pass; false if nothing may pass now. */
  forward(nowMs: number): boolean;
  /** True while something waits for its time. */
  isWaiting(): boolean;
}

const host = "127.0.0.1";
const readBytes = 256 * 1024;

/** Connections that share a limit take turns with pieces of this size. */
const pieceBytes = 64 * 1024;

/** The same for each link, so that its late segments are the same in each run. */
function createRandom(): () => number {
  let state = 1;
  return () => {
    // The generator of Park and Miller.
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/**
 * Carries connections between ports of this machine as a long line would, in user space. Requests are held
 * back for the whole round trip and answers are not: a client sees the same times, and the link holds
 * nothing of what it carries. A connection of TCP opens at once here, so its first request is held back for
 * a second round trip.
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
      // Its next piece comes after one of each other connection.
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

interface LinkParts {
  figures: LinkFigures;
  inAll: Pace;
  random: () => number;
  wake(connection: Connection): void;
  carried(bytes: number): void;
}

function connect(
  client: Socket,
  target: number,
  { figures, inAll, random, wake, carried }: LinkParts,
): void {
  const openMs = performance.now() + figures.roundTripMs;
  const isRequestLate = createLateness(figures.lateShare, random);
  const flow = createFlow(figures, createLateness(figures.lateShare, random), inAll);
  /** Undefined is the end. */
  const requests: { chunk: Buffer | undefined; atMs: number }[] = [];
  const late: { chunk: Buffer; atMs: number }[] = [];
  const buffer = Buffer.allocUnsafeSlow(readBytes);
  let unsent = buffer.subarray(0, 0);
  let isReading = true;
  let isEnded = false;

  const upstream = net.connect({
    port: target,
    host,
    noDelay: true,
    allowHalfOpen: true,
    onread: {
      buffer,
      callback(bytes) {
        unsent = buffer.subarray(0, bytes);
        wake(connection);
        isReading = mayRead();
        return isReading;
      },
    },
  });

  /** The buffer is read into again when all of it has left. */
  const mayRead = () => unsent.length === 0 && client.writableLength === 0;

  function readOn(): void {
    if (isReading || isEnded || !mayRead()) return;
    isReading = true;
    upstream.resume();
  }

  function endWithAnswer(): void {
    if (isEnded && late.length === 0 && mayRead()) client.end();
  }

  function write(chunk: Buffer): void {
    carried(chunk.length);
    client.write(chunk, () => {
      if (unsent.length > 0) wake(connection);
      readOn();
      endWithAnswer();
    });
  }

  const connection: Connection = {
    deliver(nowMs) {
      for (let first = requests[0]; first !== undefined && first.atMs <= nowMs; ) {
        requests.shift();
        if (first.chunk === undefined) upstream.end();
        else upstream.write(first.chunk);
        first = requests[0];
      }
      for (let first = late[0]; first !== undefined && first.atMs <= nowMs; ) {
        late.shift();
        write(first.chunk);
        first = late[0];
      }
    },
    forward(nowMs) {
      if (unsent.length === 0 || client.writableLength > 0) return false;
      const bytes = flow.offer(Math.min(unsent.length, pieceBytes), nowMs);
      if (bytes === 0) return false;
      const chunk = unsent.subarray(0, bytes);
      unsent = unsent.subarray(bytes);
      const atMs = flow.send(bytes, nowMs);
      if (atMs <= nowMs && late.length === 0) write(chunk);
      else {
        // What is behind a late segment arrives meanwhile.
        late.push({ chunk: Buffer.from(chunk), atMs });
      }
      readOn();
      return true;
    },
    isWaiting: () =>
      requests.length > 0 || late.length > 0 || (unsent.length > 0 && client.writableLength === 0),
  };

  function request(chunk: Buffer | undefined): void {
    const nowMs = performance.now();
    const delayMs = figures.roundTripMs + (isRequestLate(chunk?.length ?? 0) ? lateByMs : 0);
    const before = requests.at(-1)?.atMs ?? 0;
    requests.push({ chunk, atMs: Math.max(before, Math.max(nowMs, openMs) + delayMs) });
    wake(connection);
  }

  function drop(): void {
    client.destroy();
    upstream.destroy();
  }

  client.on("data", request);
  client.on("end", () => request(undefined));
  client.on("error", drop);
  client.on("close", drop);
  upstream.on("error", drop);
  upstream.on("end", () => {
    isEnded = true;
    endWithAnswer();
  });
}
