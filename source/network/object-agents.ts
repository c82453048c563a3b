import http from "node:http";
import https from "node:https";
import { Socket } from "node:net";
import {
  chooseAgents,
  limitConnecting,
  type Network,
  plainNetwork,
  type Stream,
  verified,
} from "./network.ts";
import { createWideReading, keepFreedMemory } from "./socket-buffers.ts";
import { createTunnelAgents } from "./tunnel.ts";

const megabyte = 1024 * 1024;

/** The read buffers of all connections together have no more than about this. */
const buffersBytes = 4 * megabyte;

const options = {
  keepAlive: true,
  maxSockets: Number.POSITIVE_INFINITY,
  maxFreeSockets: 64,
  scheduling: "lifo",
  highWaterMark: megabyte,
  noDelay: true,
} as const;

let openSockets = 0;

function bufferBytes(): number {
  return Math.min(megabyte, Math.max(megabyte / 8, buffersBytes / Math.max(1, openSockets)));
}

/** Makes a connection that reads in large pieces, and that ends where it does not come about in time. */
function connect(
  readyEvent: "connect" | "secureConnect",
  make: (more: { onread: ReturnType<typeof createWideReading>["onread"] }) => Stream,
): Stream {
  keepFreedMemory();
  const reading = createWideReading(bufferBytes);
  const stream = make({ onread: reading.onread });
  if (!(stream instanceof Socket)) return stream;
  reading.attach(stream);
  openSockets += 1;
  stream.once("close", () => {
    openSockets -= 1;
  });
  return limitConnecting(stream, readyEvent);
}

class PlainAgent extends http.Agent {
  override createConnection(...[made, done]: Parameters<http.Agent["createConnection"]>) {
    return connect("connect", (more) => super.createConnection({ ...made, ...more }, done));
  }
}

class SecureAgent extends https.Agent {
  override createConnection(...[made, done]: Parameters<https.Agent["createConnection"]>) {
    return connect("secureConnect", (more) => super.createConnection({ ...made, ...more }, done));
  }
}

/** Agents for bodies of any size: connections are kept, and as many are made as are asked for. */
export function createObjectAgents(network: Network = plainNetwork): (url: URL) => http.Agent {
  const direct = {
    plain: new PlainAgent(options),
    secure: new SecureAgent({ ...options, ...verified(network) }),
  };
  return chooseAgents(network, direct, (proxy) => createTunnelAgents(proxy, network, options));
}
