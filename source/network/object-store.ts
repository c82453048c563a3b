import type http from "node:http";
import { Readable } from "node:stream";
import fetch, { type Response } from "node-fetch";
import { debug } from "../base/debug.ts";
import { AppError, isAbort } from "../base/errors.ts";
import { sanitize } from "../domain/sanitize.ts";
import type { ObjectBody, ObjectRequest, ObjectSource } from "../objects/source.ts";
import { createObjectAgents } from "./agents.ts";
import { readErrorBody, readRetryAfter } from "./error-body.ts";
import { networkError } from "./failure.ts";
import { readInto } from "./http.ts";
import { readObjectHead } from "./object-head.ts";
import { learnFromBody, letGo } from "./socket-buffers.ts";

/** The most that is read of an error answer. */
const longestRefusalBytes = 64 * 1024;

const tried = "Fetching from the object store";

export interface ObjectStoreOptions {
  /** Returns a fresh presigned address. */
  locate: ObjectSource["locate"];
  userAgent: string;
  /** Defaults to new kept-alive agents. */
  agentFor?: (url: URL) => http.Agent;
}

/**
 * Fetches object bodies: one GET of a presigned address, uncompressed, without other authorization, never
 * redirected. `open` rejects with an AppError of kind service for any status but 200 and 206, and with
 * reason "network" without an answer. Only connecting has a time limit; the reader watches the rest.
 */
export function createObjectStore({
  locate,
  userAgent,
  agentFor = createObjectAgents(),
}: ObjectStoreOptions): ObjectSource {
  return {
    locate,
    async open(request) {
      const response = await send(request, userAgent, agentFor);
      if (response.status !== 200 && response.status !== 206) throw await refusal(response);
      return readBody(response);
    },
  };
}

async function send(
  { url, range, ifMatch, signal }: ObjectRequest,
  userAgent: string,
  agentFor: (url: URL) => http.Agent,
): Promise<Response> {
  const address = new URL(url.reveal());
  const startedAtMs = performance.now();
  const facts = () => ({
    method: "GET",
    url: address,
    range: range === undefined ? undefined : `${range.first}-${range.last ?? ""}`,
    ms: Math.round(performance.now() - startedAtMs),
  });
  try {
    const response = await fetch(url.reveal(), {
      redirect: "manual",
      compress: false,
      agent: agentFor,
      signal,
      headers: {
        Accept: "*/*",
        "Accept-Encoding": "identity",
        "User-Agent": userAgent,
        ...(range === undefined ? {} : { Range: `bytes=${range.first}-${range.last ?? ""}` }),
        ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }),
      },
    });
    const requestId = response.headers.get("x-amz-request-id") ?? undefined;
    debug("object", { ...facts(), status: response.status, request: requestId });
    return response;
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    const failure = networkError(tried, thrown, address.host);
    debug("object", { ...facts(), failure: failure.answered });
    throw failure;
  }
}

function readBody(response: Response): ObjectBody {
  const { status, headers } = response;
  const stream = response.body instanceof Readable ? response.body : Readable.from([]);
  stream.once("data", learnFromBody).pause();
  const head = readObjectHead(status, (name) => headers.get(name) ?? undefined);
  if (head !== undefined) return { ...head, stream, release: letGo };
  stream.on("error", () => undefined).destroy();
  throw new AppError({
    kind: "service",
    tried,
    answered: "the object store sent a part without saying which",
    advice: "A gateway may have changed the answer: try again, or from another network.",
    reason: "network",
  });
}

async function refusal(response: Response): Promise<AppError> {
  const body = readErrorBody(await readText(response));
  const requestId =
    body.requestId ?? sanitize(response.headers.get("x-amz-request-id") ?? "").slice(0, 100);
  const retryAfterMs = readRetryAfter(response.headers.get("retry-after") ?? undefined, Date.now());
  const { status } = response;
  const message = body.message ?? body.code;
  return new AppError({
    kind: "service",
    tried,
    answered: `the object store answered ${status}${message === undefined ? "" : `, "${message}"`}`,
    advice: adviceFor(status),
    status,
    serviceCode: body.code,
    requestId: requestId === "" ? undefined : requestId,
    retryAfterMs,
  });
}

async function readText(response: Response): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    await readInto(chunks, response, longestRefusalBytes);
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    // The status is known even if the body breaks off.
  }
  return Buffer.concat(chunks).toString("utf8");
}

function adviceFor(status: number): string {
  if (status >= 300 && status < 400) {
    return "A gateway wants to lead elsewhere: check the proxy and the network.";
  }
  if (status === 401 || status === 403) {
    return "The file may no longer be available to you: list it again, or ask your LSEG representative.";
  }
  if (status === 404) return "The file is not there yet, or no longer: try again later.";
  return "Try again later.";
}
