import type { IncomingHttpHeaders } from "node:http";
import type { Endpoint } from "./faults.ts";

/** The fields below the line change while the request is answered. */
export interface SandboxRequest {
  origin: "api" | "objects";
  place: Endpoint;
  method: string;
  /** Still percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Whether it had an Authorization header; on "objects" that is a leak. */
  authorized: boolean;
  /** Of token and revoke requests. */
  form?: URLSearchParams;
  range?: string;
  // ---
  status?: number;
  /** Bytes of the body. */
  bytesSent: number;
  /** True once the response is closed, complete or not. */
  ended: boolean;
}

const keptRequests = 20_000;

/** Drops the oldest half when the log is full. */
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
