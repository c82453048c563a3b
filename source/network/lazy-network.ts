import type { RequestOptions, Requests } from "./open-network.ts";

/** Loads HTTP and TLS with the first request, because the first screens need neither. */
export function createRequests(options: RequestOptions): Requests {
  let loading: Promise<Requests> | undefined;
  const load = () => {
    loading ??= import("./open-network.ts").then(({ openNetwork }) => openNetwork(options));
    return loading;
  };
  return {
    send: async (request) => (await load()).send(request),
    open: async (request) => (await load()).open(request),
    exchange: async (request) => (await load()).exchange(request),
  };
}
