import { lookup } from "node:dns/promises";
import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import { TLSSocket } from "node:tls";
import { AppError, isAbort } from "../base/errors.ts";
import { createServiceAgents } from "./agents.ts";
import { networkError } from "./failure.ts";
import type { Network } from "./network.ts";

/** A host's answer and the way to it. Spans are in milliseconds. */
export interface Probe {
  /** Addresses of the host's name; empty if a proxy resolves it. */
  addresses: readonly string[];
  /** From the start of connecting to the first byte of the answer. */
  answerMs: number;
  tls: TlsFacts | undefined;
  status: number;
  /** The media type without parameters, or "". */
  mediaType: string;
  /** The answering host's clock, to the second; undefined without a Date header. */
  dateMs: number | undefined;
}

interface TlsFacts {
  /** "TLSv1.3". */
  version: string;
  issuer: string;
  validTo: string;
}

export interface ProbeOptions {
  network: Network;
  patienceMs: number;
  userAgent: string;
  signal: AbortSignal;
}

/**
 * Requests `url` once, without a token, and reads no body. Rejects with an AppError of kind service that
 * names the failed step, or with an AbortError.
 */
export async function probe(url: URL, options: ProbeOptions): Promise<Probe> {
  const { network, patienceMs, signal } = options;
  const patience = AbortSignal.timeout(patienceMs);
  try {
    const addresses = network.proxyFor(url) === undefined ? await addressesOf(url) : [];
    const beganMs = performance.now();
    const { answer, socketFacts } = await ask(url, options, AbortSignal.any([signal, patience]));
    return {
      addresses,
      answerMs: performance.now() - beganMs,
      tls: socketFacts,
      status: answer.statusCode ?? 0,
      mediaType: answer.headers["content-type"]?.split(";")[0]?.trim().toLowerCase() ?? "",
      dateMs: parseDate(answer.headers.date),
    };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    const tried = `Asking ${url.host}`;
    if (!isAbort(thrown)) throw networkError(tried, thrown, url.host);
    throw new AppError({
      kind: "service",
      tried,
      answered: `${url.host} sent nothing for ${patienceMs / 1_000} seconds`,
      advice: "Check the network, its proxy and its firewall.",
      cause: thrown,
    });
  }
}

async function addressesOf({ hostname }: URL): Promise<readonly string[]> {
  const host = hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return [host];
  return (await lookup(host, { all: true })).map(({ address }) => address);
}

function ask(
  url: URL,
  { network, userAgent }: ProbeOptions,
  signal: AbortSignal,
): Promise<{ answer: http.IncomingMessage; socketFacts: TlsFacts | undefined }> {
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === "https:" ? https : http;
    const agent = createServiceAgents(network)(url);
    const headers = { Accept: "application/json", "User-Agent": userAgent };
    request(url, { agent, signal, headers })
      .once("response", (answer) => {
        const { socket } = answer;
        const socketFacts = socket instanceof TLSSocket ? tlsFacts(socket) : undefined;
        answer.on("error", () => undefined).destroy();
        agent.destroy();
        resolve({ answer, socketFacts });
      })
      .on("error", reject)
      .end();
  });
}

function tlsFacts(socket: TLSSocket): TlsFacts {
  const { issuer, valid_to: validTo } = socket.getPeerCertificate();
  return {
    version: socket.getProtocol() ?? "TLS",
    issuer: [issuer?.O ?? issuer?.CN ?? "unnamed"].flat().join(", "),
    validTo,
  };
}

function parseDate(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) ? undefined : ms;
}
