import http from "node:http";
import https from "node:https";
import { debug } from "../base/debug.ts";
import { AppError, isAbort } from "../base/errors.ts";
import { createServiceAgents } from "./agents.ts";
import { networkError } from "./failure.ts";
import { plainNetwork } from "./network.ts";

/** The largest answer that is held. */
const largestAnswerBytes = 16 * 1024 * 1024;

const looksPerTimeout = 5;

/** A request with bytes, whose answer is held or passed on. */
interface ExchangeRequest {
  /** The beginning of an error sentence. */
  purpose: string;
  method: string;
  /** Used as it is. */
  url: URL;
  headers: Readonly<Record<string, string>>;
  body?: string | Buffer | undefined;
  /** For an answer that takes long; by default the limit of the exchange. */
  silenceMs?: number | undefined;
  /** Takes the body of a successful answer, which is then not held. */
  take?: ((chunk: Buffer) => void) | undefined;
  signal?: AbortSignal | undefined;
}

export interface ExchangeAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

export type Exchange = (request: ExchangeRequest) => Promise<ExchangeAnswer>;

export interface ExchangeOptions {
  /** How long neither side may send a byte. */
  silenceMs: number;
  userAgent: string;
  /** Defaults to new kept-alive agents. */
  agentFor?: (url: URL) => http.Agent;
}

/**
 * Sends one request once, without following redirects, for bodies of megabytes in both directions. Rejects
 * with an AppError of kind service, with reason "network" if no whole answer arrives, or with an AbortError
 * when the signal aborts.
 */
export function createExchange({
  silenceMs,
  userAgent,
  agentFor = createServiceAgents(plainNetwork),
}: ExchangeOptions): Exchange {
  return async (request) => {
    const { method, purpose, url } = request;
    const startedAtMs = performance.now();
    try {
      const answer = await exchange(request, { silenceMs, userAgent, agentFor });
      const ms = Math.round(performance.now() - startedAtMs);
      debug("exchange", { method, url, status: answer.status, ms });
      return answer;
    } catch (thrown) {
      request.signal?.throwIfAborted();
      const failure = thrown instanceof AppError ? thrown : networkError(purpose, thrown, url.host);
      debug("exchange", { method, url, failure: failure.answered });
      throw failure;
    }
  };
}

function exchange(
  { body = "", headers, method, purpose, signal, take, url, ...request }: ExchangeRequest,
  { agentFor, userAgent, ...options }: Required<ExchangeOptions>,
): Promise<ExchangeAnswer> {
  const { silenceMs = options.silenceMs } = request;
  const length = Buffer.byteLength(body);
  return new Promise((resolve, reject) => {
    const send = url.protocol === "http:" ? http.request : https.request;
    const sent = send(url, {
      method,
      agent: agentFor(url),
      headers: {
        "User-Agent": userAgent,
        ...(length > 0 || method === "PUT" || method === "POST"
          ? { "Content-Length": String(length) }
          : {}),
        ...headers,
      },
    });
    let moved = -1;
    let receivedBytes = 0;
    let silentLooks = 0;
    const look = () => {
      const now = (sent.socket?.bytesWritten ?? 0) + receivedBytes;
      silentLooks = now === moved ? silentLooks + 1 : 0;
      moved = now;
      if (silentLooks >= looksPerTimeout) sent.destroy(silenceError(purpose, url, silenceMs));
    };
    const timer = setInterval(look, silenceMs / looksPerTimeout);
    const abort = () => sent.destroy(abortReason(signal));
    const settle = () => {
      clearInterval(timer);
      signal?.removeEventListener("abort", abort);
    };
    const fail = (error: Error) => {
      settle();
      reject(error);
    };
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
    sent.on("error", fail);
    sent.on("response", (response) => {
      const { statusCode: status = 0 } = response;
      const chunks: Buffer[] = [];
      let heldBytes = 0;
      const finish = () => {
        settle();
        resolve({ status, headers: textHeaders(response), body: Buffer.concat(chunks) });
      };
      // OpenStack Swift sends a body where none may be, which then breaks the connection.
      if (method === "HEAD") finish();
      response.on("data", (chunk: Buffer) => {
        receivedBytes += chunk.length;
        if (take !== undefined && status >= 200 && status < 300) return take(chunk);
        heldBytes += chunk.length;
        if (heldBytes > largestAnswerBytes) sent.destroy(new Error("the answer is too long"));
        else chunks.push(chunk);
      });
      response.on("error", fail);
      response.on("end", finish);
    });
    sent.end(body);
  });
}

function abortReason(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return isAbort(reason) && reason instanceof Error ? reason : new Error("aborted");
}

function textHeaders({ headers }: http.IncomingMessage): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) texts[name] = Array.isArray(value) ? value.join(", ") : value;
  return texts;
}

function silenceError(tried: string, { host }: URL, silenceMs: number): AppError {
  return new AppError({
    kind: "service",
    tried,
    answered: `${host} sent nothing for ${silenceMs / 1_000} seconds`,
    advice: "Check the network, then try again.",
    reason: "network",
  });
}
