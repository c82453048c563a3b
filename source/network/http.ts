import type http from "node:http";
import fetch, { type Response } from "node-fetch";
import { debug } from "../base/debug.ts";
import { AppError, isAbort } from "../base/errors.ts";
import { networkError } from "./failure.ts";
import { plainNetwork } from "./network.ts";
import { createAgents } from "./service-agents.ts";

/** The largest JSON answer that is read, unpacked: a page of 100 file sets has less than one of these. */
const largestBodyBytes = 16 * 1024 * 1024;

/** An answer that trickles in may take so many times the silence that is borne. */
const longestInSilences = 10;

export interface HttpRequest {
  /** What the request is for, as the beginning of a sentence: "Listing the packages of bulk-ESG". */
  purpose: string;
  method: "GET" | "POST";
  url: URL;
  headers?: Record<string, string>;
  /** Sent as application/x-www-form-urlencoded. */
  form?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** An answer with its whole body, whatever its status. */
export interface HttpAnswer {
  status: number;
  header(name: string): string | undefined;
  text: string;
}

export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

export interface SendOptions {
  silenceMs: number;
  userAgent: string;
  /** Connections to use; own kept-alive ones where it is left out. */
  agentFor?: (url: URL) => http.Agent;
}

/**
 * One request, sent once; redirects are answers and never followed. Rejects with an AppError of
 * kind service and reason "network" when there is no whole answer: refused, reset, cut off, silent
 * for `silenceMs`, or not whole after ten times that; "untrusted" or "proxy-refused" when a certificate
 * or a proxy says no. One that is longer than 16 MB is an AppError too. With an AbortError when the signal aborts.
 */
export function createSend(options: SendOptions): Send {
  const { agentFor = createAgents(plainNetwork) } = options;
  return async (request) => {
    // One of its own: signals that are joined hold what listens to them for as long as they live.
    const ending = new AbortController();
    const end = () => ending.abort();
    let timer: NodeJS.Timeout | undefined;
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(end, options.silenceMs);
    };
    const { signal } = request;
    const startedAtMs = performance.now();
    const limit = setTimeout(end, options.silenceMs * longestInSilences);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
    heard();
    try {
      const response = await fetch(request.url, {
        method: request.method,
        redirect: "manual",
        agent: agentFor,
        signal: ending.signal,
        headers: {
          Accept: "application/json",
          "User-Agent": options.userAgent,
          ...request.headers,
        },
        body: request.form && new URLSearchParams(request.form),
      });
      const text = await readText(response, request, heard);
      tellAnswer(request, response, text.length, startedAtMs);
      return {
        status: response.status,
        header: (name) => response.headers.get(name) ?? undefined,
        text,
      };
    } catch (thrown) {
      if (signal?.aborted || thrown instanceof AppError) throw thrown;
      const sinceMs = performance.now() - startedAtMs;
      const { method, purpose, url } = request;
      const failure = isAbort(thrown)
        ? silenceError(request, options.silenceMs, sinceMs, thrown)
        : networkError(purpose, thrown, url.host);
      debug("request", { method, url, failure: failure.answered, ms: Math.round(sinceMs) });
      throw failure;
    } finally {
      clearTimeout(timer);
      clearTimeout(limit);
      signal?.removeEventListener("abort", end);
    }
  };
}

async function readText(
  response: Response,
  request: HttpRequest,
  heard: () => void,
): Promise<string> {
  heard();
  const chunks: Buffer[] = [];
  if (!(await readInto(chunks, response, largestBodyBytes, heard))) {
    throw new AppError({
      kind: "service",
      tried: request.purpose,
      answered: `the answer of ${request.url.host} is longer than 16 MB`,
      advice: "Narrow the listing with a filter.",
    });
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Reads a body into `chunks`, to its end or beyond `mostBytes`; true where that was its end. */
export async function readInto(
  chunks: Buffer[],
  { body }: Response,
  mostBytes: number,
  heard: () => void = () => undefined,
): Promise<boolean> {
  let bytes = 0;
  for await (const chunk of body ?? []) {
    heard();
    const piece = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    chunks.push(piece);
    bytes += piece.length;
    if (bytes > mostBytes) return false;
  }
  return true;
}

function tellAnswer(
  { method, url, form }: HttpRequest,
  { headers, status }: Response,
  bytes: number,
  startedAtMs: number,
): void {
  const requestId = headers.get("x-request-id") ?? headers.get("x-amz-request-id") ?? undefined;
  const ms = Math.round(performance.now() - startedAtMs);
  const query = url.search === "" ? undefined : url.search.slice(1);
  debug("request", {
    method,
    url,
    query,
    grant: form?.["grant_type"],
    status,
    request: requestId,
    bytes,
    ms,
  });
}

function silenceError(
  { purpose, url: { host } }: HttpRequest,
  silenceMs: number,
  sinceMs: number,
  cause: unknown,
): AppError {
  const isSlow = sinceMs >= silenceMs * longestInSilences;
  return new AppError({
    kind: "service",
    tried: purpose,
    answered: isSlow
      ? `the answer of ${host} was not whole after ${Math.round(sinceMs / 1_000)} seconds`
      : `${host} sent nothing for ${silenceMs / 1_000} seconds`,
    advice: "Check the network and RDP_HOST, then try again.",
    reason: "network",
    cause,
  });
}
