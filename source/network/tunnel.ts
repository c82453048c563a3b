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

/** Codes of failures on the way through a proxy. */
export const proxyCodes = {
  /** 407, or 401 of some: it wants a name and password, or others. */
  account: "PROXY_ACCOUNT",
  /** It will not lead there. */
  refused: "PROXY_REFUSED",
  /** It could not get there. */
  failed: "PROXY_FAILED",
  /** It could not be reached itself. */
  away: "PROXY_AWAY",
} as const;

interface TunnelEnd {
  host: string;
  port: number;
}

/**
 * Asks the proxy for a connection (CONNECT). What the proxy answers but 200 becomes an error with one
 * of `proxyCodes`, and never an answer of the service. The name and password of the proxy go to the
 * proxy alone and into no error.
 */
function openTunnel(
  proxy: ProxyServer,
  end: TunnelEnd,
  network: Network,
  done: (error: Error | null, socket: Socket) => void,
): void {
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
  // Node wants a socket with an error too, and looks at it no further.
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
    const words = isNamed
      ? "does not take the name and password that it was given"
      : "wants a name and password";
    return failure(proxyCodes.account, `the proxy ${place} ${words} (${status})`);
  }
  const said = sanitize(reason).slice(0, 100);
  const words = `the proxy ${place} answered ${status}${said === "" ? "" : `, "${said}"`}`;
  return failure(status >= 500 ? proxyCodes.failed : proxyCodes.refused, words);
}

function unreachable(place: string, error: Error): Error {
  const code = errnoOf(error);
  const words =
    code === "ETIMEDOUT"
      ? "did not answer in time"
      : `could not be reached (${code ?? error.message})`;
  return failure(proxyCodes.away, `the proxy ${place} ${words}`);
}

type Connection = http.ClientRequestArgs;
type Done = (error: Error | null, stream: Duplex) => void;

type ConnectTunnel = (
  made: Connection,
  done: (error: Error | null, socket: Socket) => void,
) => void;

class PlainTunnelAgent extends http.Agent {
  readonly #connectTunnel: ConnectTunnel;

  constructor(options: http.AgentOptions, connectTunnel: ConnectTunnel) {
    super(options);
    this.#connectTunnel = connectTunnel;
  }

  override createConnection(made: Connection, done: Done = () => undefined): undefined {
    this.#connectTunnel(made, done);
  }
}

class SecureTunnelAgent extends https.Agent {
  readonly #connectTunnel: ConnectTunnel;

  constructor(options: https.AgentOptions, connectTunnel: ConnectTunnel) {
    super(options);
    this.#connectTunnel = connectTunnel;
  }

  override createConnection(made: Connection, done: Done = () => undefined): undefined {
    this.#connectTunnel(made, (error, socket) => {
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
  const connectTunnel: ConnectTunnel = (made, done) => {
    const end = { host: made.host ?? "", port: Number(made.port) };
    openTunnel(proxy, end, network, done);
  };
  return {
    plain: new PlainTunnelAgent(options, connectTunnel),
    secure: new SecureTunnelAgent({ ...options, ...verified(network) }, connectTunnel),
  };
}
