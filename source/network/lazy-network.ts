import type { RequestOptions, Requests } from "./open-network.ts";

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
