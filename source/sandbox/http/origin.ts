import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type Effect,
  type Endpoint,
  effectOf,
  type FaultBox,
  type RoutedRequest,
} from "./faults.ts";
import { type Reply, sendReply, textReply } from "./reply.ts";

export interface ArrivedRequest extends RoutedRequest {
  /** Path and query, byte for byte. */
  target: string;
  body: string;
}

export type OnClose = (callback: () => void) => void;

export interface OriginOptions {
  name: SandboxRequest["origin"];
  port: number;
  tls: { key: string; cert: string } | undefined;
  faults: FaultBox;
  requests: SandboxRequest[];
  now: () => number;
  latencyMs: number;
  bytesPerSecond?: number;
  placeOf(method: string, path: string): Endpoint;
  /** `onClose` calls back once the response is closed, complete or not. */
  answer(request: ArrivedRequest, effects: readonly Effect[], onClose: OnClose): Promise<Reply>;
}

export interface Origin {
  /** "http://127.0.0.1:4711". */
  host: string;
  /** Closes all connections, active ones too. */
  close(): Promise<void>;
}

const largestBodyBytes = 64 * 1024;

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += chunk.length;
    if (bytes <= largestBodyBytes) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function edited(reply: Reply, effects: readonly Effect[]): Reply {
  let body: unknown;
  let changed = false;
  for (const effect of effects) {
    if (effect.kind !== "edit") continue;
    body ??= JSON.parse(Buffer.concat([...reply.pieces]).toString());
    body = effect.edit(Object(body));
    changed = true;
  }
  return changed ? textReply({ ...reply, body: JSON.stringify(body) }) : reply;
}

async function replyTo(
  options: OriginOptions,
  request: ArrivedRequest,
  effects: readonly Effect[],
  onClose: OnClose,
): Promise<Reply> {
  const instead = effectOf(effects, "answer");
  if (instead) {
    const { status, headers = {}, body = "" } = instead;
    const text = typeof body === "string" ? body : body(request.query, options.now());
    return textReply({ status, headers, body: text });
  }
  return edited(await options.answer(request, effects, onClose), effects);
}

async function waitFor(effects: readonly Effect[], latencyMs: number): Promise<void> {
  const ms = (effectOf(effects, "delay")?.ms ?? 0) + latencyMs;
  if (ms > 0) await sleep(ms);
  const hold = effectOf(effects, "hold");
  if (hold) await Promise.allSettled([hold.until]);
  for (const effect of effects) if (effect.kind === "meanwhile") effect.run();
}

function listener(options: OriginOptions): RequestListener {
  return async (message, response) => {
    const target = message.url ?? "/";
    const method = message.method ?? "GET";
    const [path = "/"] = target.split("?", 1);
    const query = new URLSearchParams(target.slice(path.length + 1));
    const { headers } = message;
    const logged = logRequest(options.requests, {
      origin: options.name,
      place: options.placeOf(method, path),
      method,
      path,
      query,
      headers,
    });
    response.on("close", () => {
      logged.ended = true;
    });
    try {
      const body = await bodyOf(message);
      if (logged.place === "token" || logged.place === "revoke") {
        logged.form = new URLSearchParams(body);
      }
      const request = { ...logged, target, body };
      const effects = options.faults.effectsOn(request);
      await waitFor(effects, options.latencyMs);
      if (effectOf(effects, "hangUp")) return void message.socket.destroy();
      const onClose: OnClose = (callback) => void response.on("close", callback);
      const reply = await replyTo(options, request, effects, onClose);
      if (effectOf(effects, "loseAnswer")) return void message.socket.destroy();
      logged.status = reply.status;
      await sendReply(response, reply, effects, options.bytesPerSecond, (bytes) => {
        logged.bytesSent += bytes;
      });
    } catch (thrown) {
      if (response.headersSent) return void response.destroy();
      response.writeHead(500, { "Content-Type": "text/plain" });
      response.end(`The sandbox failed: ${String(thrown)}\n`);
    }
  };
}

/** Listens on 127.0.0.1; rejects if the port is in use. */
export async function startOrigin(options: OriginOptions): Promise<Origin> {
  const server = options.tls
    ? createTlsServer(options.tls, listener(options))
    : createServer(listener(options));
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return {
    host: `${options.tls ? "https" : "http"}://127.0.0.1:${port}`,
    close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      return closed;
    },
  };
}

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
function logRequest(
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
