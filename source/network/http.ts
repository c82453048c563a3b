import type http from "node:http";
import fetch, { type Response } from "node-fetch";
import { debug } from "../base/debug.ts";
import { AppError, isAbort } from "../base/errors.ts";
import { createServiceAgents } from "./agents.ts";
import { networkError } from "./failure.ts";
import { plainNetwork } from "./network.ts";

/** The largest JSON body that is read, after decompression; a page of 100 file sets is smaller. */
const largestBodyBytes = 16 * 1024 * 1024;

/** A slow answer may take at most this many times `silenceMs` in total. */
const longestInSilences = 10;

export interface HttpRequest {
  /** The beginning of an error sentence: "Listing the packages of bulk-ESG". */
  purpose: string;
  method: "GET" | "POST" | "DELETE";
  url: URL;
  headers?: Record<string, string>;
  /** Sent as application/x-www-form-urlencoded. */
  form?: Record<string, string>;
  /** Sent as it is, in place of a form; a header names its type. */
  body?: string;
  /** For an answer that waits on purpose; by default the limit of the sender. */
  silenceMs?: number;
  signal?: AbortSignal | undefined;
}

export interface HttpAnswer {
  status: number;
  header(name: string): string | undefined;
  text: string;
}

export type Send = (request: HttpRequest) => Promise<HttpAnswer>;

export interface SendOptions {
  silenceMs: number;
  userAgent: string;
  /** Defaults to new kept-alive agents. */
  agentFor?: (url: URL) => http.Agent;
}

/**
 * Sends one request once, without following redirects. Rejects with an AppError of kind service: reason
 * "network" if no whole answer arrives (refused, reset, cut off, silent for `silenceMs`, or unfinished
 * after ten times that), "untrusted" or "proxy-refused" if a certificate or proxy stops it, and without a
 * reason above 16 MB. Rejects with an AbortError when the signal aborts.
 */
export function createSend(options: SendOptions): Send {
  const { agentFor = createServiceAgents(plainNetwork) } = options;
  return async (request) => {
    const { silenceMs = options.silenceMs } = request;
    // AbortSignal.any would keep every listener for as long as the caller's signal lives.
    const ending = new AbortController();
    const end = () => ending.abort();
    let timer: NodeJS.Timeout | undefined;
    const restartTimer = () => {
      clearTimeout(timer);
      timer = setTimeout(end, silenceMs);
    };
    const { signal } = request;
    const startedAtMs = performance.now();
    const limit = setTimeout(end, silenceMs * longestInSilences);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
    restartTimer();
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
        body: request.form ? new URLSearchParams(request.form) : request.body,
      });
      const text = await readText(response, request, restartTimer);
      debugAnswer(request, response, text.length, startedAtMs);
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
        ? silenceError(request, silenceMs, sinceMs, thrown)
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
  restartTimer: () => void,
): Promise<string> {
  restartTimer();
  const chunks: Buffer[] = [];
  if (!(await readInto(chunks, response, largestBodyBytes, restartTimer))) {
    throw new AppError({
      kind: "service",
      tried: request.purpose,
      answered: `the answer of ${request.url.host} is longer than 16 MB`,
      advice: "Narrow the listing with a filter.",
    });
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Reads a body into `chunks`, to its end or past `mostBytes`; returns true if it reached the end. */
export async function readInto(
  chunks: Buffer[],
  { body }: Pick<Response, "body">,
  mostBytes: number,
  onChunk: () => void = () => undefined,
): Promise<boolean> {
  let bytes = 0;
  for await (const chunk of body ?? []) {
    onChunk();
    const piece = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    chunks.push(piece);
    bytes += piece.length;
    if (bytes > mostBytes) return false;
  }
  return true;
}

function debugAnswer(
  { method, url, form }: HttpRequest,
  { headers, status }: Response,
  bytes: number,
  startedAtMs: number,
): void {
  const request = headers.get("x-request-id") ?? headers.get("x-amz-request-id") ?? undefined;
  const ms = Math.round(performance.now() - startedAtMs);
  const query = url.search === "" ? undefined : url.search.slice(1);
  const grant = form?.["grant_type"];
  debug("request", { method, url, query, grant, status, request, bytes, ms });
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
      ? `the answer of ${host} was not complete after ${Math.round(sinceMs / 1_000)} seconds`
      : `${host} sent nothing for ${silenceMs / 1_000} seconds`,
    advice: "Check the network and RDP_HOST, then try again.",
    reason: "network",
    cause,
  });
}
