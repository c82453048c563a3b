import { subscribe } from "node:diagnostics_channel";
import { type Agent, ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { SecureContext } from "node:tls";
import type { ProxyFor, ProxyServer } from "./proxy.ts";

export interface Network {
  proxyFor: ProxyFor;
  /** Undefined: Node's own list with NODE_EXTRA_CA_CERTS. */
  secureContext?: SecureContext | undefined;
}

export const plainNetwork: Network = { proxyFor: () => undefined };

export interface AgentPair {
  plain: Agent;
  secure: Agent;
}

/** TLS options that verify certificates even if NODE_TLS_REJECT_UNAUTHORIZED is 0. */
export function verified({ secureContext }: Network) {
  return { rejectUnauthorized: true, secureContext };
}

/** Returns the agents for an address: those of its proxy, created once, or the direct ones. */
export function chooseAgents(
  { proxyFor }: Network,
  direct: AgentPair,
  through: (proxy: ProxyServer) => AgentPair,
): (url: URL) => Agent {
  destroyUnreadResponses();
  const pairs = new Map<ProxyServer, AgentPair>();
  const pairFor = (proxy: ProxyServer | undefined) => {
    if (proxy === undefined) return direct;
    const pair = pairs.get(proxy) ?? through(proxy);
    pairs.set(proxy, pair);
    return pair;
  };
  return (url) => pairFor(proxyFor(url))[url.protocol === "https:" ? "secure" : "plain"];
}

/** Time limit for each step of connecting. */
export const connectTimeoutMs = 10_000;

export type Stream = Duplex | null | undefined;

/** Ends a connection that is not established in time with ETIMEDOUT. */
export function limitConnecting(stream: Stream, event: "connect" | "secureConnect"): Stream {
  if (!stream) return stream;
  const timer = setTimeout(() => stream.destroy(connectTimeout()), connectTimeoutMs);
  const settle = () => clearTimeout(timer);
  stream.once(event, settle).once("error", settle).once("close", settle);
  return stream;
}

export function connectTimeout(): Error {
  return Object.assign(new Error("connection timed out"), { code: "ETIMEDOUT" });
}

let isWatching = false;

/**
 * Ends the connection of an answer that is not read to its end. Node 26 keeps one that has fully arrived
 * but was not read, which would keep the process alive until the server closes it.
 */
function destroyUnreadResponses(): void {
  if (isWatching) return;
  isWatching = true;
  subscribe("http.client.response.finish", (message) => {
    const { request, response }: { request?: unknown; response?: unknown } = Object(message);
    if (!(request instanceof ClientRequest && response instanceof IncomingMessage)) return;
    request.once("abort", () => {
      // After the end, the connection may already serve another request.
      if (!response.readableEnded) response.socket.destroy();
    });
  });
}
