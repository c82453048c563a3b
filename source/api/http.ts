import fetch, { FetchError, type Response } from "node-fetch";
import { AppError, isAbort } from "../errors.ts";
import { agentFor } from "./agents.ts";
import { networkCode } from "./retry.ts";

/** The largest JSON answer that is read. */
const largestBodyBytes = 64 * 1024 * 1024;

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

/**
 * One request, sent once; redirects are answers and never followed. Rejects with an AppError of
 * kind service and code "network" when there is no whole answer: refused, reset, cut off, silent
 * for `silenceMs`, or longer than 64 MB; with an AbortError when the signal aborts.
 */
export function createSend(options: { silenceMs: number; userAgent: string }): Send {
  return async (request) => {
    const silence = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), options.silenceMs);
    };
    const { signal } = request;
    heard();
    try {
      const response = await fetch(request.url, {
        method: request.method,
        redirect: "manual",
        agent: agentFor,
        signal: signal === undefined ? silence.signal : AbortSignal.any([signal, silence.signal]),
        headers: {
          Accept: "application/json",
          "User-Agent": options.userAgent,
          ...request.headers,
        },
        ...(request.form === undefined ? {} : { body: new URLSearchParams(request.form) }),
      });
      const text = await readText(response, request, heard);
      return {
        status: response.status,
        header: (name) => response.headers.get(name) ?? undefined,
        text,
      };
    } catch (thrown) {
      if (signal?.aborted || thrown instanceof AppError) throw thrown;
      throw networkError(request, thrown, options.silenceMs);
    } finally {
      clearTimeout(timer);
    }
  };
}

async function readText(
  response: Response,
  request: HttpRequest,
  heard: () => void,
): Promise<string> {
  heard();
  if (response.body === null) return "";
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    heard();
    const piece = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    bytes += piece.length;
    if (bytes > largestBodyBytes) {
      throw new AppError({
        kind: "service",
        tried: request.purpose,
        answered: `the answer of ${request.url.host} is longer than 64 MB`,
        advice: "Narrow the listing with a filter.",
      });
    }
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function networkError(request: HttpRequest, thrown: unknown, silenceMs: number): AppError {
  return new AppError({
    kind: "service",
    tried: request.purpose,
    answered: isAbort(thrown)
      ? `${request.url.host} sent nothing for ${silenceMs / 1_000} seconds`
      : `${request.url.host} could not be reached: ${words(thrown)}`,
    advice: advice(thrown),
    code: networkCode,
    cause: thrown,
  });
}

/** Errors of the system as words; the address is told already. */
const systemWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was cut off",
  EPIPE: "the connection was cut off",
  ERR_STREAM_PREMATURE_CLOSE: "the answer broke off",
  ENOTFOUND: "its name is not known here",
  EAI_AGAIN: "its name could not be looked up",
  ETIMEDOUT: "connecting took too long",
  EHOSTUNREACH: "there is no way to it",
  ENETUNREACH: "there is no network",
};

function systemCode(thrown: unknown): string {
  if (thrown instanceof FetchError && thrown.code !== undefined) return thrown.code;
  if (thrown instanceof Error && "code" in thrown && typeof thrown.code === "string")
    return thrown.code;
  return "";
}

function words(thrown: unknown): string {
  const code = systemCode(thrown);
  const known = systemWords[code];
  if (known !== undefined) return known;
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code);
}

function advice(thrown: unknown): string {
  if (isCertificateCode(systemCode(thrown))) {
    return "If your network inspects TLS, point NODE_EXTRA_CA_CERTS at its certificate file.";
  }
  return "Check the network and RDP_HOST, then try again.";
}
