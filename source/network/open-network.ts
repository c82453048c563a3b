import type { Bandwidth } from "../base/bandwidth.ts";
import type { ObjectSource } from "../objects/source.ts";
import { createObjectAgents, createServiceAgents } from "./agents.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import { createSend, type Send } from "./http.ts";
import type { Network } from "./network.ts";
import { createObjectStore } from "./object-store.ts";

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
}

export interface Requests {
  send: Send;
  open: ObjectSource["open"];
  /** For stores that are written to; not held to the bandwidth, which holds what they are sent. */
  exchange: Exchange;
}

export function openNetwork({
  bandwidth,
  locate,
  network,
  silenceMs,
  stallTimeoutMs,
  userAgent,
}: RequestOptions): Requests {
  const agentFor = createObjectAgents(network, () => bandwidth.readBytes());
  const { open } = createObjectStore({ locate, userAgent, agentFor, bandwidth });
  const serviceAgentFor = createServiceAgents(network);
  return {
    send: createSend({ silenceMs, userAgent, agentFor: serviceAgentFor }),
    open,
    exchange: createExchange({ silenceMs: stallTimeoutMs, userAgent, agentFor: serviceAgentFor }),
  };
}
