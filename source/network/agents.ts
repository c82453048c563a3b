import http from "node:http";
import { Socket } from "node:net";
import {
  chooseAgents,
  limitConnecting,
  type Network,
  plainNetwork,
  type Stream,
  verified,
} from "./network.ts";
import { type ConnectionCall, SecureAgent } from "./secure-agent.ts";
import { createWideReading, keepFreedMemory } from "./socket-buffers.ts";
import { createTunnelAgents } from "./tunnel.ts";

const serviceOptions = { keepAlive: true, maxSockets: 64, scheduling: "lifo" } as const;

class PlainServiceAgent extends http.Agent {
  override createConnection(...call: Parameters<http.Agent["createConnection"]>) {
    return limitConnecting(super.createConnection(...call), "connect");
  }
}

class SecureServiceAgent extends SecureAgent {
  protected override open(...call: ConnectionCall) {
    return limitConnecting(super.open(...call), "secureConnect");
  }
}

export function createServiceAgents(network: Network): (url: URL) => http.Agent {
  const direct = {
    plain: new PlainServiceAgent(serviceOptions),
    secure: new SecureServiceAgent({ ...serviceOptions, ...verified(network) }),
  };
  return chooseAgents(network, direct, (proxy) =>
    createTunnelAgents(proxy, network, serviceOptions),
  );
}

const megabyte = 1024 * 1024;

/** Approximate limit for the read buffers of all connections together. */
const buffersBytes = 4 * megabyte;

const objectOptions = {
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

function connect(
  readyEvent: "connect" | "secureConnect",
  readBytes: () => number,
  make: (extra: { onread: ReturnType<typeof createWideReading>["onread"] }) => Stream,
): Stream {
  keepFreedMemory();
  const reading = createWideReading(bufferBytes, readBytes);
  const stream = make({ onread: reading.onread });
  if (!(stream instanceof Socket)) return stream;
  reading.attach(stream);
  openSockets += 1;
  stream.once("close", () => {
    openSockets -= 1;
  });
  return limitConnecting(stream, readyEvent);
}

class PlainObjectAgent extends http.Agent {
  readonly #readBytes: () => number;

  constructor(options: http.AgentOptions, readBytes: () => number) {
    super(options);
    this.#readBytes = readBytes;
  }

  override createConnection(...[connection, done]: Parameters<http.Agent["createConnection"]>) {
    return connect("connect", this.#readBytes, (extra) =>
      super.createConnection({ ...connection, ...extra }, done),
    );
  }
}

class SecureObjectAgent extends SecureAgent {
  readonly #readBytes: () => number;

  constructor(options: ConstructorParameters<typeof SecureAgent>[0], readBytes: () => number) {
    super(options);
    this.#readBytes = readBytes;
  }

  protected override open(...[connection, done]: ConnectionCall) {
    return connect("secureConnect", this.#readBytes, (extra) =>
      super.open({ ...connection, ...extra }, done),
    );
  }
}

/**
 * Agents for reading objects; they do not limit the number of connections. `readBytes` returns the most
 * bytes that one read should ask for.
 */
export function createObjectAgents(
  network: Network = plainNetwork,
  readBytes: () => number = () => Number.POSITIVE_INFINITY,
): (url: URL) => http.Agent {
  const direct = {
    plain: new PlainObjectAgent(objectOptions, readBytes),
    secure: new SecureObjectAgent({ ...objectOptions, ...verified(network) }, readBytes),
  };
  return chooseAgents(network, direct, (proxy) =>
    createTunnelAgents(proxy, network, objectOptions),
  );
}
