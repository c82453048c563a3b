import http from "node:http";
import https from "node:https";
import { isIPv6, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { errnoOf } from "../base/errors.ts";
import { sanitize } from "../domain/sanitize.ts";
import {
  type AgentPair,
  connectTimeout,
  connectTimeoutMs,
  limitConnecting,
  type Network,
  verified,
} from "./network.ts";
import type { ProxyServer } from "./proxy.ts";

export const proxyCodes = {
  /** 407, or 401 from some proxies: the name and password are missing or wrong. */
  account: "PROXY_ACCOUNT",
  /** The proxy does not allow this host. */
  refused: "PROXY_REFUSED",
  /** The proxy could not reach the host. */
  failed: "PROXY_FAILED",
  /** The proxy was named with https://, but answers without TLS. */
  plain: "PROXY_PLAIN",
  /** The proxy itself could not be reached. */
  away: "PROXY_AWAY",
} as const;

interface TunnelEnd {
  host: string;
  port: number;
}

/**
 * Opens a CONNECT tunnel. Any status but 200 becomes an error with one of `proxyCodes`, never an answer of
 * the service. The proxy's name and password appear in no error.
 */
function openTunnel(proxy: ProxyServer, end: TunnelEnd, network: Network, done: TunnelDone): void {
  const authority = `${isIPv6(end.host) ? `[${end.host}]` : end.host}:${end.port}`;
  const place = `${isIPv6(proxy.host) ? `[${proxy.host}]` : proxy.host}:${proxy.port}`;
  const options = {
    method: "CONNECT",
    host: proxy.host,
    port: proxy.port,
    path: authority,
    setHost: false,
    agent: false,
    headers: {
      Host: authority,
      ...(proxy.authorization === undefined
        ? {}
        : { "Proxy-Authorization": proxy.authorization.reveal() }),
    },
  } as const;
  const request = proxy.secure
    ? https.request({ ...options, ...verified(network) })
    : http.request(options);
  const timer = setTimeout(() => request.destroy(connectTimeout()), connectTimeoutMs);
  const settle = (error: Error | null, socket: Socket) => {
    clearTimeout(timer);
    done(error, socket);
  };
  // Node requires a socket even with an error, but ignores it.
  const fail = (error: Error) => settle(error, new Socket());
  request.once("connect", ({ statusCode = 0, statusMessage = "" }, socket: Socket, head) => {
    if (statusCode === 200) {
      if (head.length > 0) socket.unshift(head);
      return settle(null, socket);
    }
    socket.destroy();
    fail(refusal({ place, isNamed: proxy.authorization !== undefined }, statusCode, statusMessage));
  });
  request.on("error", (error) => fail(unreachable(place, error)));
  request.end();
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function refusal(
  { place, isNamed }: { place: string; isNamed: boolean },
  status: number,
  reason: string,
): Error {
  if (status === 407 || (status === 401 && isNamed)) {
    const words = isNamed ? "rejected the name and password" : "requires a name and password";
    return failure(proxyCodes.account, `the proxy ${place} ${words} (${status})`);
  }
  const reasonText = sanitize(reason).slice(0, 100);
  const words = `the proxy ${place} answered ${status}${reasonText === "" ? "" : `, "${reasonText}"`}`;
  return failure(status >= 500 ? proxyCodes.failed : proxyCodes.refused, words);
}

function unreachable(place: string, error: Error): Error {
  const code = errnoOf(error);
  // OpenSSL's words for an answer that is not TLS.
  if (/wrong version number|packet length too long|http request/i.test(error.message))
    return failure(proxyCodes.plain, `the proxy ${place} does not speak TLS`);
  const words =
    code === "ETIMEDOUT"
      ? "did not answer in time"
      : `could not be reached (${code ?? error.message})`;
  return failure(proxyCodes.away, `the proxy ${place} ${words}`);
}

type Connection = http.ClientRequestArgs;
type Done = (error: Error | null, stream: Duplex) => void;
type TunnelDone = (error: Error | null, socket: Socket) => void;
type ConnectTunnel = (connection: Connection, done: TunnelDone) => void;

class PlainTunnelAgent extends http.Agent {
  readonly #connectTunnel: ConnectTunnel;

  constructor(options: http.AgentOptions, connectTunnel: ConnectTunnel) {
    super(options);
    this.#connectTunnel = connectTunnel;
  }

  override createConnection(connection: Connection, done: Done = () => undefined): undefined {
    this.#connectTunnel(connection, done);
  }
}

class SecureTunnelAgent extends https.Agent {
  readonly #connectTunnel: ConnectTunnel;

  constructor(options: https.AgentOptions, connectTunnel: ConnectTunnel) {
    super(options);
    this.#connectTunnel = connectTunnel;
  }

  override createConnection(connection: Connection, done: Done = () => undefined): undefined {
    this.#connectTunnel(connection, (error, socket) => {
      if (error !== null) return done(error, socket);
      const through = { ...connection, socket };
      const stream = limitConnecting(super.createConnection(through), "secureConnect");
      done(null, stream ?? socket);
    });
  }
}

/**
 * Agents that connect through a proxy, with CONNECT for plain http too, so that the proxy sees no request
 * and no secret. Wide reading does not apply: Node reads TLS in a tunnel 16 kB at a time.
 */
export function createTunnelAgents(
  proxy: ProxyServer,
  network: Network,
  options: http.AgentOptions,
): AgentPair {
  const connectTunnel: ConnectTunnel = (connection, done) => {
    const end = { host: connection.host ?? "", port: Number(connection.port) };
    openTunnel(proxy, end, network, done);
  };
  return {
    plain: new PlainTunnelAgent(options, connectTunnel),
    secure: new SecureTunnelAgent({ ...options, ...verified(network) }, connectTunnel),
  };
}
