import type { Agent } from "node:http";
import type { Bandwidth } from "../base/bandwidth.ts";
import type { ObjectSource } from "../objects/source.ts";
import { createObjectAgents, createServiceAgents } from "./agents.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import { createSend, type Send } from "./http.ts";
import type { LastStore } from "./last-store.ts";
import type { Network } from "./network.ts";
import { createObjectStore } from "./object-store.ts";
import { SecureAgent } from "./secure-agent.ts";

export interface RequestOptions {
  network: Network;
  /** Of all object bytes; answers of the service do not count. */
  bandwidth: Bandwidth;
  silenceMs: number;
  /** How long a store that is written to may send and take nothing. */
  stallTimeoutMs: number;
  userAgent: string;
  /** Returns a fresh presigned address. */
  locate: ObjectSource["locate"];
  /** Keeps the store that `open` connects to. */
  lastStore: LastStore;
}

export interface Requests {
  send: Send;
  open: ObjectSource["open"];
  /** For stores that are written to; not held to the bandwidth, which holds what they are sent. */
  exchange: Exchange;
  /**
   * Connects to the service for the first two requests. If it is far, also for those that a download sends
   * together, and `downloads` times to the store of the last download, because a handshake takes two round trips.
   */
  connectAhead(service: URL, downloads: number): void;
}

/** The sign-in, or one look-up of an id, and the other look-up: as a file set and as a file. */
const firstRequests = 2;
/** How many requests a download sends together, for the addresses of its files. */
const requestsTogether = 16;
/** A host is far if its first connection takes this long. */
const farMs = 30;

export function openNetwork({
  bandwidth,
  lastStore,
  locate,
  network,
  silenceMs,
  stallTimeoutMs,
  userAgent,
}: RequestOptions): Requests {
  const agentFor = createObjectAgents(network, () => bandwidth.readBytes());
  const { open } = createObjectStore({ locate, userAgent, agentFor, bandwidth });
  const connect = (agent: Agent, url: URL, count: number) =>
    agent instanceof SecureAgent ? agent.connectAhead(url, count) : [];
  const serviceAgentFor = createServiceAgents(network);
  return {
    send: createSend({ silenceMs, userAgent, agentFor: serviceAgentFor }),
    open(request) {
      lastStore.keep(new URL(request.url.reveal()));
      return open(request);
    },
    exchange: createExchange({ silenceMs: stallTimeoutMs, userAgent, agentFor: serviceAgentFor }),
    connectAhead(service, downloads) {
      const beganMs = performance.now();
      const [first] = connect(serviceAgentFor(service), service, firstRequests);
      first?.once("secureConnect", () => {
        if (performance.now() - beganMs < farMs) return;
        connect(serviceAgentFor(service), service, requestsTogether - firstRequests);
        const store = lastStore.read();
        if (store !== undefined) connect(agentFor(store), store, downloads);
      });
    },
  };
}
