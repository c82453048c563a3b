import type { Bandwidth } from "../base/bandwidth.ts";
import type { ObjectSource } from "../objects/source.ts";
import { createObjectAgents, createServiceAgents } from "./agents.ts";
import { createSend, type Send } from "./http.ts";
import type { Network } from "./network.ts";
import { createObjectStore } from "./object-store.ts";

export interface RequestOptions {
  network: Network;
  /** Of all object bytes; answers of the service do not count. */
  bandwidth: Bandwidth;
  silenceMs: number;
  userAgent: string;
  /** Returns a fresh presigned address. */
  locate: ObjectSource["locate"];
}

export interface Requests {
  send: Send;
  open: ObjectSource["open"];
}

export function openNetwork({
  bandwidth,
  locate,
  network,
  silenceMs,
  userAgent,
}: RequestOptions): Requests {
  const agentFor = createObjectAgents(network, () => bandwidth.readBytes());
  const { open } = createObjectStore({ locate, userAgent, agentFor, bandwidth });
  return {
    send: createSend({ silenceMs, userAgent, agentFor: createServiceAgents(network) }),
    open,
  };
}
