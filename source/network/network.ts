import type { Agent } from "node:http";
import type { SecureContext } from "node:tls";
import { endLeftAnswers } from "./left-answers.ts";
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
export function verified({ secureContext }: Network): {
  rejectUnauthorized: true;
  secureContext?: SecureContext;
} {
  return { rejectUnauthorized: true, ...(secureContext === undefined ? {} : { secureContext }) };
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
