import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { limitConnecting } from "./connecting.ts";
import { type AgentPair, type Network, verified } from "./network.ts";
import type { ProxyServer } from "./proxy.ts";
import { openTunnel } from "./tunnel.ts";

type Connection = http.ClientRequestArgs;
type Done = (error: Error | null, stream: Duplex) => void;

/** Brings a tunnel to the host of a connection. */
type Dig = (made: Connection, done: (error: Error | null, socket: Socket) => void) => void;

class PlainTunnelAgent extends http.Agent {
  readonly #dig: Dig;

  constructor(options: http.AgentOptions, dig: Dig) {
    super(options);
    this.#dig = dig;
  }

  override createConnection(made: Connection, done: Done = () => undefined): undefined {
    this.#dig(made, done);
  }
}

class SecureTunnelAgent extends https.Agent {
  readonly #dig: Dig;

  constructor(options: https.AgentOptions, dig: Dig) {
    super(options);
    this.#dig = dig;
  }

  override createConnection(made: Connection, done: Done = () => undefined): undefined {
    this.#dig(made, (error, socket) => {
      if (error !== null) return done(error, socket);
      const through = { ...made, socket };
      const stream = limitConnecting(super.createConnection(through), "secureConnect");
      done(null, stream ?? socket);
    });
  }
}

/**
 * Agents whose connections lead through a proxy, by CONNECT for plain http too: no request, and so no
 * secret, is ever seen by the proxy but where it leads to. Node's TLS over a tunnel reads 16 kB at a
 * time, so the wide reading of direct connections has no place here.
 */
export function createTunnelAgents(
  proxy: ProxyServer,
  network: Network,
  options: http.AgentOptions,
): AgentPair {
  const dig: Dig = (made, done) => {
    const end = { host: made.host ?? "", port: Number(made.port) };
    openTunnel(proxy, end, network, done);
  };
  return {
    plain: new PlainTunnelAgent(options, dig),
    secure: new SecureTunnelAgent({ ...options, ...verified(network) }, dig),
  };
}
