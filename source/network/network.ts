import { subscribe } from "node:diagnostics_channel";
import { type Agent, ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { SecureContext } from "node:tls";
import type { ProxyFor, ProxyServer } from "./proxy.ts";

/** How the network lets this program out. */
export interface Network {
  proxyFor: ProxyFor;
  /** What a server's certificate must lead to; undefined: Node's own list with NODE_EXTRA_CA_CERTS. */
  secureContext?: SecureContext | undefined;
}

/** No proxy, and the certificates that Node has. */
export const plainNetwork: Network = { proxyFor: () => undefined };

/** The agents of one way out, by the protocol of the address. */
export interface AgentPair {
  plain: Agent;
  secure: Agent;
}

/**
 * In the options of every TLS connection: certificates are verified, whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says.
 */
export function verified({ secureContext }: Network) {
  return { rejectUnauthorized: true, secureContext };
}

/** Leads each address to its agents: those of its proxy, which are made once, else the direct ones. */
export function chooseAgents(
  { proxyFor }: Network,
  direct: AgentPair,
  through: (proxy: ProxyServer) => AgentPair,
): (url: URL) => Agent {
  endLeftAnswers();
  const pairs = new Map<ProxyServer, AgentPair>();
  const pairFor = (proxy: ProxyServer | undefined) => {
    if (proxy === undefined) return direct;
    const pair = pairs.get(proxy) ?? through(proxy);
    pairs.set(proxy, pair);
    return pair;
  };
  return (url) => pairFor(proxyFor(url))[url.protocol === "https:" ? "secure" : "plain"];
}

/** How long a connection may take to come about, each step of it. */
export const connectTimeoutMs = 10_000;

/** What an agent makes of a request for a connection. */
export type Stream = Duplex | null | undefined;

/** Ends a connection that is not there in time with ETIMEDOUT; a silent one is its reader's affair. */
export function limitConnecting(stream: Stream, event: "connect" | "secureConnect"): Stream {
  if (!stream) return stream;
  const timer = setTimeout(() => stream.destroy(connectTimeout()), connectTimeoutMs);
  const settle = () => clearTimeout(timer);
  stream.once(event, settle).once("error", settle).once("close", settle);
  return stream;
}

export function connectTimeout(): Error {
  return Object.assign(new Error("connecting took too long"), { code: "ETIMEDOUT" });
}

let isWatching = false;

/**
 * Ends the connection of an answer that nobody reads to its end. Node before 26 does so by itself; later
 * ones keep it where the whole answer has arrived and was not read: neither used again nor ended, it
 * would hold the process until the server ends it.
 */
export function endLeftAnswers(): void {
  if (isWatching) return;
  isWatching = true;
  subscribe("http.client.response.finish", (message) => {
    const { request, response }: { request?: unknown; response?: unknown } = Object(message);
    if (!(request instanceof ClientRequest && response instanceof IncomingMessage)) return;
    request.once("abort", () => {
      // After its end the connection may be another request's.
      if (!response.readableEnded) response.socket.destroy();
    });
  });
}
