import { createAgents } from "./agents.ts";
import { createSend } from "./http.ts";
import { createObjectAgents } from "./object-agents.ts";
import { createObjectStore } from "./object-store.ts";
import type { RequestOptions, Requests } from "./requests.ts";

/** The agents of one network, and the requests that go through them. */
export function openNetwork({ locate, network, silenceMs, userAgent }: RequestOptions): Requests {
  const agentFor = createObjectAgents(network);
  const { open } = createObjectStore({ locate, userAgent, agentFor });
  return { send: createSend({ silenceMs, userAgent, agentFor: createAgents(network) }), open };
}
