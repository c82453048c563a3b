import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Answer } from "./answers.ts";
import { type Effect, effectOf } from "./faults.ts";

export interface Reply {
  status: number;
  headers: Record<string, string>;
  bytes: number;
  pieces: Iterable<Uint8Array>;
}

export function textReply({ status, headers, body }: Answer): Reply {
  const piece = Buffer.from(body);
  return { status, headers, bytes: piece.length, pieces: [piece] };
}

const batchBytes = 1024 * 1024;

/** Resolves on drain or close. */
function drained(response: ServerResponse): Promise<void> {
  if (!response.writableNeedDrain || response.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = () => {
      response.off("drain", settle);
      response.off("close", settle);
      resolve();
    };
    response.on("drain", settle);
    response.on("close", settle);
  });
}

/** When each connection may send its next byte, in milliseconds. */
const freeAtMs = new WeakMap<Socket, number>();

/** Waits until the connection may send more at this rate. */
async function pace(socket: Socket, bytes: number, bytesPerSecond: number): Promise<void> {
  const nowMs = performance.now();
  const freeMs = Math.max(freeAtMs.get(socket) ?? nowMs, nowMs - 100);
  const nextMs = freeMs + (bytes / bytesPerSecond) * 1000;
  freeAtMs.set(socket, nextMs);
  if (nextMs <= nowMs) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(settle, nextMs - nowMs);
    function settle() {
      clearTimeout(timer);
      socket.off("close", settle);
      resolve();
    }
    socket.on("close", settle);
  });
}

/** Waits for the previous answer: a client may send its next request before a paced body ends. */
async function turnOf(response: ServerResponse): Promise<Socket | null> {
  const { socket } = response.req;
  if (response.socket !== null || socket.destroyed) return response.socket;
  await new Promise<void>((resolve) => {
    const settle = () => {
      response.off("socket", settle);
      socket.off("close", settle);
      resolve();
    };
    response.on("socket", settle);
    socket.on("close", settle);
  });
  return response.socket;
}

function* firstOf(pieces: Iterable<Uint8Array>, limit: number): Generator<Uint8Array> {
  let remaining = limit;
  for (const piece of pieces) {
    if (remaining <= 0) return;
    yield piece.subarray(0, remaining);
    remaining -= piece.length;
  }
}

function* partsOf(pieces: Iterable<Uint8Array>, most: number): Generator<Uint8Array> {
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += most) yield piece.subarray(at, at + most);
  }
}

function headersOf(reply: Reply, effects: readonly Effect[]): Record<string, string> {
  const headers = { ...reply.headers };
  if (!effectOf(effects, "noLength") && reply.status !== 304) {
    const by = effectOf(effects, "wrongLength")?.by ?? 0;
    headers["Content-Length"] = String(Math.max(0, reply.bytes + by));
  }
  for (const effect of effects) {
    if (effect.kind !== "header") continue;
    for (const name of Object.keys(headers)) {
      if (name.toLowerCase() === effect.name.toLowerCase()) delete headers[name];
    }
    if (effect.value !== undefined) headers[effect.name] = effect.value;
  }
  return headers;
}

/** Sends in few large writes, with backpressure and at the given rate. */
async function sendPieces(
  response: ServerResponse,
  socket: Socket,
  pieces: Iterable<Uint8Array>,
  bytesPerSecond: number | undefined,
  count: (bytes: number) => void,
): Promise<void> {
  const most =
    bytesPerSecond === undefined
      ? batchBytes
      : Math.ceil(Math.min(batchBytes, bytesPerSecond / 20));
  let gathered = 0;
  const flush = async () => {
    response.uncork();
    if (bytesPerSecond !== undefined) await pace(socket, gathered, bytesPerSecond);
    await drained(response);
    gathered = 0;
  };
  response.cork();
  for (const piece of partsOf(pieces, most)) {
    response.write(piece);
    count(piece.length);
    gathered += piece.length;
    if (gathered < most) continue;
    await flush();
    if (response.destroyed) return;
    response.cork();
  }
  await flush();
}

/** Sends the reply with the effects applied; `count` receives the bytes of each write. */
export async function sendReply(
  response: ServerResponse,
  reply: Reply,
  effects: readonly Effect[],
  limitBytesPerSecond: number | undefined,
  count: (bytes: number) => void,
): Promise<void> {
  const socket = await turnOf(response);
  if (!socket || response.destroyed) return;
  response.writeHead(reply.status, headersOf(reply, effects));
  if (response.req.method === "HEAD" || reply.bytes === 0) {
    response.end();
    return;
  }
  response.flushHeaders();
  const cutAfter = effectOf(effects, "cutAfter");
  const stallAfterBytes = effectOf(effects, "stall")?.afterBytes ?? reply.bytes;
  const lengthBy = effectOf(effects, "wrongLength")?.by ?? 0;
  const limit = Math.min(
    cutAfter?.bytes ?? reply.bytes,
    stallAfterBytes,
    reply.bytes + Math.min(0, lengthBy),
  );
  const rate = effectOf(effects, "slow")?.bytesPerSecond ?? limitBytesPerSecond;
  await sendPieces(response, socket, firstOf(reply.pieces, limit), rate, count);
  if (limit === stallAfterBytes && limit < reply.bytes) return;
  if (cutAfter?.reset) socket.resetAndDestroy();
  else if (cutAfter || lengthBy > 0) socket.destroySoon();
  else response.end();
}
