import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { abortError } from "../realm/timers.ts";
import type { Chance } from "../world/chance.ts";
import type { SimulatedProcess } from "../world/machine.ts";
import type { ObjectFault, RequestFault } from "./faults.ts";

/** The answer of a server; the network decides how it arrives. */
export interface ServerAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** The fault of the body. */
  manner?: BodyManner | undefined;
}

export type BodyManner = "stall" | "cut" | "slow" | "broken" | "short";

export interface Request {
  method: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  form: URLSearchParams;
  process: SimulatedProcess;
}

/** A request in flight: its fault, and the answer of its server. */
interface Exchange {
  fault: RequestFault | ObjectFault | undefined;
  answer(): Promise<ServerAnswer>;
  /** The client has received the whole answer. */
  delivered?(): void;
  /** The client will never receive the answer. */
  lost?(): void;
}

export type Server = (request: Request) => Exchange;

interface FetchOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: URLSearchParams | undefined;
  signal?: AbortSignal | undefined;
}

interface FetchAnswer {
  status: number;
  headers: { get(name: string): string | null; all: Record<string, string> };
  body: Readable;
}

export type Fetch = (address: URL | string, options?: FetchOptions) => Promise<FetchAnswer>;

const page = "<!DOCTYPE html><html><head><title>Bad Gateway</title></head></html>";

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

/** Replaces node-fetch in one process. */
export function createFetch(
  process: SimulatedProcess,
  chance: Chance,
  serverOf: (url: URL) => Server,
): Fetch {
  const { schedule } = process.machine;
  const latencyMs = () => chance.skewed(5, 900);

  return (address, options = {}) => {
    const { signal, headers = {}, method = "GET", body } = options;
    const url = new URL(address);
    process.step(`${method} ${url.origin}${url.pathname}`);
    const form = body ?? new URLSearchParams();
    const exchange = serverOf(url)({ method, url, headers, form, process });
    const { fault } = exchange;
    let isOver = false;
    return new Promise((resolve, reject) => {
      const end = (work: () => void) => {
        if (isOver) return;
        isOver = true;
        signal?.removeEventListener("abort", abort);
        if (process.isRunning) work();
      };
      const fail = (error: Error) =>
        end(() => {
          exchange.lost?.();
          reject(error);
        });
      const abort = () => fail(abortError());
      if (signal?.aborted) return abort();
      signal?.addEventListener("abort", abort, { once: true });
      process.onEnd(() => {
        if (!isOver) exchange.lost?.();
        isOver = true;
      });
      if (fault === "refused") {
        schedule.after(latencyMs(), () => fail(failure("ECONNREFUSED", "connect ECONNREFUSED")));
        return;
      }
      const arrival = async () => {
        if (fault === "swallowed") return;
        if (fault === "reset-before") return fail(failure("ECONNRESET", "socket hang up"));
        const standIn = standInFor(fault);
        const answer = standIn ?? (await exchange.answer());
        if (fault === "silent") return;
        const delayMs = latencyMs() + (fault === "slow" ? chance.below(45_000) : 0);
        schedule.after(delayMs, () => {
          if (fault === "lost") return fail(failure("ECONNRESET", "socket hang up"));
          end(() => {
            process.machine.trace.add(process.who, `is answered ${answer.status}`);
            const manner = fault === "broken" ? "broken" : answer.manner;
            resolve(respond({ ...answer, manner }, signal, process, chance, exchange));
          });
        });
      };
      schedule.after(latencyMs(), () => void arrival());
    });
  };
}

/** Replaces `request` of node:http and node:https in one process. */
export function createRequest(fetch: Fetch) {
  return (address: URL, options: FetchOptions) => {
    const request = new EventEmitter();
    const end = () => {
      fetch(address, options).then(
        ({ status, headers, body }) =>
          request.emit(
            "response",
            Object.assign(body, { statusCode: status, headers: headers.all }),
          ),
        (error) => request.emit("error", error),
      );
      return request;
    };
    return Object.assign(request, { end });
  };
}

/** The answer of a gateway instead of the server's. */
function standInFor(fault: Exchange["fault"]): ServerAnswer | undefined {
  const json = { "content-type": "application/json" };
  if (fault === "500" || fault === "503") {
    const body = Buffer.from('{"error":{"code":"500","message":"Something went wrong"}}');
    return { status: Number(fault), headers: json, body };
  }
  if (fault === "429") {
    const body = Buffer.from('{"error":{"code":"429","message":"Too many requests"}}');
    return { status: 429, headers: { ...json, "retry-after": "7" }, body };
  }
  if (fault === "502-page")
    return { status: 502, headers: { "content-type": "text/html" }, body: Buffer.from(page) };
  return undefined;
}

const pieces = [1_024, 16_384, 65_536, 131_072, 400_000] as const;

/** The answer in the form of node-fetch; its body arrives in pieces. */
function respond(
  { body, headers, manner, status }: ServerAnswer,
  signal: AbortSignal | undefined,
  process: SimulatedProcess,
  chance: Chance,
  exchange: Exchange,
) {
  const { schedule } = process.machine;
  const pieceBytes = chance.pick([...pieces]);
  const stopsAt =
    manner === undefined || manner === "slow" ? body.length : chance.below(body.length + 1);
  let at = 0;
  let isEnded = false;
  const stream = new Readable({
    highWaterMark: 65_536,
    read() {
      const delayMs = manner === "slow" ? chance.below(4_000) : chance.skewed(0.1, 60);
      schedule.after(delayMs, () => {
        if (stream.destroyed || !process.isRunning) return;
        if (at < stopsAt) {
          const piece = body.subarray(at, Math.min(stopsAt, at + pieceBytes));
          at += piece.length;
          stream.push(piece);
          return;
        }
        if (manner === "stall") return;
        if (manner === "cut") return void stream.destroy(failure("ECONNRESET", "aborted"));
        if (manner === "broken")
          return void stream.destroy(failure("ERR_STREAM_PREMATURE_CLOSE", "Premature close"));
        isEnded = true;
        exchange.delivered?.();
        stream.push(null);
      });
    },
  });
  // node-fetch also handles an error when the body is never read.
  stream.on("error", () => undefined);
  const abort = () => stream.destroy(abortError());
  signal?.addEventListener("abort", abort, { once: true });
  stream.once("close", () => {
    signal?.removeEventListener("abort", abort);
    if (!isEnded) exchange.lost?.();
  });
  process.onEnd(() => {
    if (!isEnded) exchange.lost?.();
  });
  const lower = new Map(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return {
    status,
    headers: {
      get: (name: string) => lower.get(name.toLowerCase()) ?? null,
      all: Object.fromEntries(lower),
    },
    body: stream,
  };
}
