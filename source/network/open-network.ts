import type { ObjectSource } from "../objects/source.ts";
import { createObjectAgents, createServiceAgents } from "./agents.ts";
import { createSend, type Send } from "./http.ts";
import type { Network } from "./network.ts";
import { createObjectStore } from "./object-store.ts";

export interface RequestOptions {
  network: Network;
  silenceMs: number;
  userAgent: string;
  /** Returns a fresh presigned address. */
  locate: ObjectSource["locate"];
}

export interface Requests {
  send: Send;
  open: ObjectSource["open"];
}

export function openNetwork({ locate, network, silenceMs, userAgent }: RequestOptions): Requests {
  const agentFor = createObjectAgents(network);
  const { open } = createObjectStore({ locate, userAgent, agentFor });
  return {
    send: createSend({ silenceMs, userAgent, agentFor: createServiceAgents(network) }),
    open,
  };
}
