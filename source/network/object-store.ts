import http from "node:http";
import https from "node:https";
import { Bandwidth } from "../base/bandwidth.ts";
import { debug } from "../base/debug.ts";
import { AppError, isAbort } from "../base/errors.ts";
import { sanitize } from "../domain/sanitize.ts";
import type { ObjectBody, ObjectRequest, ObjectSource } from "../objects/source.ts";
import { createObjectAgents } from "./agents.ts";
import { briefReason, readErrorBody, readRetryAfter } from "./error-body.ts";
import { networkError } from "./failure.ts";
import { readInto } from "./http.ts";
import { LimitedReading } from "./limited-reading.ts";
import { learnFromBody, releaseChunk } from "./socket-buffers.ts";

/** The most that is read of an error answer. */
const longestRefusalBytes = 64 * 1024;

const tried = "Fetching from the object store";

export interface ObjectStoreOptions {
  /** Returns a fresh presigned address. */
  locate: ObjectSource["locate"];
  userAgent: string;
  /** Defaults to new kept-alive agents. */
  agentFor?: (url: URL) => http.Agent;
  /** Defaults to one without a limit. */
  bandwidth?: Bandwidth;
}

/**
 * Fetches object bodies: one GET of a presigned address, uncompressed, without other authorization, never
 * redirected. It uses Node's own client, because node-fetch passes each chunk through another stream. `open`
 * rejects with an AppError of kind service for any status but 200 and 206, and with reason "network" without
 * an answer. Only connecting has a time limit; the reader watches the rest. Requests and bodies wait for the
 * bandwidth.
 */
export function createObjectStore({
  locate,
  userAgent,
  agentFor = createObjectAgents(),
  bandwidth = new Bandwidth(),
}: ObjectStoreOptions): ObjectSource {
  return {
    locate,
    async open(request) {
      const reading = new LimitedReading(bandwidth, request.held);
      const response = await send(request, userAgent, agentFor, reading).catch((thrown) => {
        reading.leave();
        throw thrown;
      });
      if (response.statusCode === 200 || response.statusCode === 206) return readBody(response);
      throw await refusal(response);
    },
  };
}

async function send(
  { url, range, ifMatch, signal }: ObjectRequest,
  userAgent: string,
  agentFor: (url: URL) => http.Agent,
  reading: LimitedReading,
): Promise<http.IncomingMessage> {
  await reading.admit(signal);
  const address = new URL(url.reveal());
  const startedAtMs = performance.now();
  const facts = () => ({
    method: "GET",
    url: address,
    range: range === undefined ? undefined : `${range.first}-${range.last ?? ""}`,
    ms: Math.round(performance.now() - startedAtMs),
  });
  try {
    const response = await get(address, reading, {
      agent: agentFor(address),
      signal,
      headers: {
        Accept: "*/*",
        "Accept-Encoding": "identity",
        "User-Agent": userAgent,
        ...(range === undefined ? {} : { Range: `bytes=${range.first}-${range.last ?? ""}` }),
        ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }),
      },
    });
    const requestId = headerOf(response, "x-amz-request-id");
    debug("object", { ...facts(), status: response.statusCode, request: requestId });
    return response;
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    const failure = networkError(tried, thrown, address.host);
    debug("object", { ...facts(), failure: failure.answered });
    throw failure;
  }
}

function get(
  url: URL,
  reading: LimitedReading,
  options: https.RequestOptions,
): Promise<http.IncomingMessage> {
  const { request } = url.protocol === "http:" ? http : https;
  return new Promise((resolve, reject) => {
    const answered = (response: http.IncomingMessage) => {
      reading.watch(response);
      resolve(response);
    };
    request(url, options).on("response", answered).on("error", reject).end();
  });
}

function headerOf({ headers }: http.IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

function readBody(stream: http.IncomingMessage): ObjectBody {
  const { statusCode = 0 } = stream;
  // The body may break off before anything listens to it.
  stream.on("error", () => undefined);
  stream.once("data", learnFromBody).pause();
  const head = readObjectHead(statusCode, (name) => headerOf(stream, name));
  if (head !== undefined) return { ...head, stream, release: releaseChunk };
  stream.destroy();
  throw new AppError({
    kind: "service",
    tried,
    answered: "the object store sent a part without saying which",
    advice: "A gateway may have changed the answer: try again, or from another network.",
    reason: "network",
  });
}

async function refusal(response: http.IncomingMessage): Promise<AppError> {
  const body = readErrorBody(await readText(response));
  const requestId =
    body.requestId ?? sanitize(headerOf(response, "x-amz-request-id") ?? "").slice(0, 100);
  const retryAfterMs = readRetryAfter(headerOf(response, "retry-after"), Date.now());
  const { statusCode: status = 0 } = response;
  const message = body.message ?? body.code;
  return new AppError({
    kind: "service",
    tried,
    answered: `the object store answered ${status}${message === undefined ? "" : `, "${message}"`}`,
    brief: briefReason(message, status),
    advice: adviceFor(status),
    status,
    serviceCode: body.code,
    requestId: requestId === "" ? undefined : requestId,
    retryAfterMs,
  });
}

async function readText(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    await readInto(chunks, { body: response }, longestRefusalBytes);
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    // The status is known even if the body breaks off.
  }
  return Buffer.concat(chunks).toString("utf8");
}

function adviceFor(status: number): string {
  if (status >= 300 && status < 400) {
    return "A gateway redirects elsewhere: check the proxy and the network.";
  }
  if (status === 401 || status === 403) {
    return "The file may no longer be available to you: list it again, or ask your LSEG representative.";
  }
  if (status === 404) return "The file does not exist yet, or no longer does: try again later.";
  return "Try again later.";
}

/** What the headers of an answer report about the object and its part. */
export type ObjectHead = Pick<
  ObjectBody,
  "status" | "etag" | "isChunked" | "first" | "objectBytes"
>;

/** Undefined for a part (206) without a valid Content-Range. */
export function readObjectHead(
  status: number,
  header: (name: string) => string | undefined,
): ObjectHead | undefined {
  const etag = header("etag");
  if (status === 200) {
    const objectBytes = countIn(header("content-length"));
    const isChunked = header("transfer-encoding") === "chunked";
    return { status, etag, isChunked, first: 0, objectBytes };
  }
  const contentRange = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header("content-range") ?? "");
  const [first, last] = [countIn(contentRange?.[1]), countIn(contentRange?.[2])];
  if (first === undefined || last === undefined || first > last) return undefined;
  const objectBytes = countIn(contentRange?.[3]);
  const isInside = contentRange?.[3] === "*" || (objectBytes !== undefined && last < objectBytes);
  return isInside ? { status, etag, first, objectBytes } : undefined;
}

/** Undefined for anything but a safe integer. */
function countIn(digits: string | undefined): number | undefined {
  const count = /^\d+$/.test(digits ?? "") ? Number(digits) : undefined;
  return Number.isSafeInteger(count) ? count : undefined;
}
