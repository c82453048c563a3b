import { createHash } from "node:crypto";
import http from "node:http";
import { Secret } from "../../../source/base/secret.ts";
import { createObjectStore } from "../../../source/network/object-store.ts";
import type { ObjectSource } from "../../../source/objects/source.ts";

export interface Asked {
  fileId: string;
  range: { first: number; last: number } | undefined;
  headers: http.IncomingHttpHeaders;
}

/** What a request meets instead of a plain answer. */
export type Fault =
  | { kind: "refuse"; status: number; code?: string; retryAfter?: string }
  | { kind: "cut"; afterBytes: number }
  | { kind: "stall"; afterBytes: number }
  | { kind: "slow"; bytesPerSecond: number };

export interface ObjectServer {
  source: ObjectSource;
  /** Makes or replaces the object of a file. */
  put(fileId: string, body: Buffer): void;
  remove(fileId: string): void;
  /** Decides on each request; undefined: no fault. */
  fault: (asked: Asked, count: number) => Fault | undefined;
  /** 200 with everything to every request. */
  ignoresRange: boolean;
  /** Bodies come in chunks, without a word of how long they are. */
  tellsNoLength: boolean;
  /** Its tags are weak ones, which no If-Match matches. */
  hasWeakTags: boolean;
  /** Bytes per second of all connections together; undefined: no limit. Also for answers that have begun with one. */
  limit: number | undefined;
  /** The delay of each answer, as from a distant store. */
  latencyMs: number;
  /** Where another process asks for addresses: this and a file id. */
  locateUrl: string;
  asked: Asked[];
  located: string[];
  /** The number of opened connections. */
  opened: number;
  /** Addresses given out before are dead from now on. */
  expire(): void;
  close(): Promise<void>;
}

const etags = new WeakMap<Buffer, string>();

/** Computed once, because a body may be long and is never changed in place. */
function etagOf(body: Buffer): string {
  const etag = etags.get(body) ?? `"${createHash("md5").update(body).digest("hex")}-2"`;
  etags.set(body, etag);
  return etag;
}

type Manners = Pick<ObjectServer, "ignoresRange" | "tellsNoLength" | "hasWeakTags" | "limit">;

/** A little object store on this machine: Range, If-Match, addresses that expire, faults to choose. */
export async function startObjectServer(): Promise<ObjectServer> {
  const objects = new Map<string, Buffer>();
  /** Answers that share the limit. */
  const limited = new Set<http.ServerResponse>();
  let generation = 0;
  let origin = "";
  const addressOf = (fileId: string) => `${origin}/${fileId}?generation=${generation}&sig=a%3Ab+c`;
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "", origin);
    if (url.pathname.startsWith("/locate/")) {
      return void response.end(addressOf(url.pathname.slice("/locate/".length)));
    }
    const fileId = url.pathname.slice(1);
    const body = objects.get(fileId);
    const asked: Asked = { fileId, range: rangeOf(request, body), headers: request.headers };
    state.asked.push(asked);
    // Byte for byte: a real store refuses a signed address that is encoded differently.
    const isFresh = origin + request.url === addressOf(fileId);
    const fault = state.fault(asked, state.asked.length);
    const refused = refusalOf(asked, body, isFresh, state.hasWeakTags, fault);
    if (refused !== undefined) return refuse(response, refused);
    if (body === undefined) return;
    const arrive = () => answer(response, body, asked.range, fault, state, limited);
    if (state.latencyMs === 0) arrive();
    else setTimeout(arrive, state.latencyMs);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it has no port");
  origin = `http://127.0.0.1:${address.port}`;

  const state: ObjectServer = {
    source: createObjectStore({
      userAgent: "cfs/test",
      async locate(fileId) {
        state.located.push(fileId);
        return new Secret(addressOf(fileId));
      },
    }),
    put: (fileId, body) => objects.set(fileId, body),
    remove: (fileId) => objects.delete(fileId),
    fault: () => undefined,
    ignoresRange: false,
    tellsNoLength: false,
    hasWeakTags: false,
    limit: undefined,
    latencyMs: 0,
    locateUrl: `${origin}/locate/`,
    asked: [],
    located: [],
    opened: 0,
    expire() {
      generation += 1;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  server.on("connection", () => {
    state.opened += 1;
  });
  return state;
}

function rangeOf(request: http.IncomingMessage, body: Buffer | undefined): Asked["range"] {
  const told = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  if (told === null || body === undefined) return undefined;
  const last = told[2] === "" ? body.length - 1 : Math.min(Number(told[2]), body.length - 1);
  return { first: Number(told[1]), last };
}

type Refusal = Extract<Fault, { kind: "refuse" }>;

function refusalOf(
  { headers, range }: Asked,
  body: Buffer | undefined,
  isFresh: boolean,
  hasWeakTags: boolean,
  fault: Fault | undefined,
): Refusal | undefined {
  const refusal = (status: number, code: string): Refusal => ({ kind: "refuse", status, code });
  if (headers.authorization !== undefined) return refusal(400, "InvalidArgument");
  if (!isFresh) return refusal(403, "AccessDenied");
  if (fault?.kind === "refuse") return fault;
  if (body === undefined) return refusal(404, "NoSuchKey");
  const wanted = headers["if-match"];
  if (wanted !== undefined && (hasWeakTags || wanted !== etagOf(body))) {
    return refusal(412, "PreconditionFailed");
  }
  if (range !== undefined && range.first >= body.length) return refusal(416, "InvalidRange");
  return undefined;
}

function refuse(response: http.ServerResponse, { status, code = "Refused", retryAfter }: Refusal) {
  response.writeHead(status, {
    "Content-Type": "application/xml",
    ...(retryAfter === undefined ? {} : { "Retry-After": retryAfter }),
  });
  response.end(
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>said ${code}</Message><RequestId>R1</RequestId></Error>`,
  );
}

function answer(
  response: http.ServerResponse,
  body: Buffer,
  asked: Asked["range"],
  fault: Fault | undefined,
  manners: Manners,
  limited: Set<http.ServerResponse>,
): void {
  const { ignoresRange, tellsNoLength, hasWeakTags, limit } = manners;
  const range = ignoresRange ? undefined : asked;
  const part = range === undefined ? body : body.subarray(range.first, range.last + 1);
  response.writeHead(range === undefined ? 200 : 206, {
    ...(tellsNoLength ? {} : { "Content-Length": part.length }),
    ETag: `${hasWeakTags ? "W/" : ""}${etagOf(body)}`,
    ...(range === undefined
      ? {}
      : { "Content-Range": `bytes ${range.first}-${range.last}/${body.length}` }),
  });
  const slow = fault?.kind === "slow" ? fault.bytesPerSecond : undefined;
  if (slow === undefined && limit === undefined) send(response, part, fault);
  else send(response, part, fault, () => slow ?? (manners.limit ?? Infinity) / limited.size);
  if (slow !== undefined || limit === undefined) return;
  limited.add(response);
  response.on("close", () => limited.delete(response));
}

function send(
  response: http.ServerResponse,
  part: Buffer,
  fault: Fault | undefined,
  bytesPerSecond?: () => number,
): void {
  const isBroken = fault?.kind === "cut" || fault?.kind === "stall";
  const sent = isBroken ? part.subarray(0, fault.afterBytes) : part;
  const finish = () => {
    if (!isBroken) response.end();
    if (fault?.kind === "cut") response.destroy();
  };
  if (bytesPerSecond === undefined) {
    response.write(sent, finish);
    return;
  }
  const everyMs = 10;
  let at = 0;
  const timer = setInterval(() => {
    const bytes = Math.ceil((bytesPerSecond() * everyMs) / 1_000);
    response.write(sent.subarray(at, at + bytes), at + bytes < sent.length ? undefined : finish);
    at += bytes;
    if (at >= sent.length) clearInterval(timer);
  }, everyMs);
  response.on("close", () => clearInterval(timer));
}
