import type { IncomingHttpHeaders } from "node:http";
import type { Endpoint } from "./faults.ts";

/** A request that arrived; the fields below the line fill up while it is answered. */
export interface SandboxRequest {
  origin: "api" | "objects";
  place: Endpoint;
  method: string;
  /** As it came, still encoded, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Whether an Authorization header came along. On "objects" that is a leak. */
  authorized: boolean;
  /** The form fields, of token and revoke requests. */
  form?: URLSearchParams;
  /** The Range header. */
  range?: string;
  // ---
  status?: number;
  /** Body bytes that left. */
  bytesSent: number;
  /** True once the answer is over, whole or not. */
  ended: boolean;
}

const keptRequests = 20_000;

/** Adds a request to the log, from which the oldest go when it gets long. */
export function logRequest(
  requests: SandboxRequest[],
  arrived: Pick<SandboxRequest, "origin" | "place" | "method" | "path" | "query" | "headers">,
): SandboxRequest {
  const { authorization, range } = arrived.headers;
  const logged: SandboxRequest = {
    ...arrived,
    authorized: authorization !== undefined,
    range,
    bytesSent: 0,
    ended: false,
  };
  requests.push(logged);
  if (requests.length > keptRequests) requests.splice(0, keptRequests / 2);
  return logged;
}
