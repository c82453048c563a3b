import type { ObjectSource } from "../transfer/object-source.ts";
import type { Send } from "./http.ts";
import type { Network } from "./network.ts";

export interface RequestOptions {
  network: Network;
  /** The service may be silent for so long. */
  silenceMs: number;
  userAgent: string;
  /** Where a fresh presigned address comes from. */
  locate: ObjectSource["locate"];
}

/** Requests to the service, and to the object store. */
export interface Requests {
  send: Send;
  open: ObjectSource["open"];
}

/**
 * Requests over one network. HTTP and TLS are loaded with the first of them: until then a screen can
 * stand that needs none.
 */
export function createRequests(options: RequestOptions): Requests {
  let made: Promise<Requests> | undefined;
  const load = () => {
    made ??= import("./open-network.ts").then(({ openNetwork }) => openNetwork(options));
    return made;
  };
  return {
    send: async (request) => (await load()).send(request),
    open: async (request) => (await load()).open(request),
  };
}
