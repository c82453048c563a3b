import type { ObjectSource } from "../objects/source.ts";
import { createSend, type Send } from "./http.ts";
import type { Network } from "./network.ts";
import { createObjectAgents } from "./object-agents.ts";
import { createObjectStore } from "./object-store.ts";
import { createAgents } from "./service-agents.ts";

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
  return { send: createSend({ silenceMs, userAgent, agentFor: createAgents(network) }), open };
}
