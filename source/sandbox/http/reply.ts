import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Effect, effectOf } from "./faults.ts";

/** An answer on its way to the client. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  /** Length of the body. */
  bytes: number;
  pieces: Iterable<Uint8Array>;
}

export function textReply(status: number, headers: Record<string, string>, body: string): Reply {
  const piece = Buffer.from(body);
  return { status, headers, bytes: piece.length, pieces: [piece] };
}

const batchBytes = 1024 * 1024;

/** Resolves when the response wants more bytes, or never will. */
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

/** Waits for the connection's turn after `bytes` more at this rate. */
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

/**
 * The connection, once the answer before this one has left it: a client that has all of a paced body asks
 * for the next before the pace allows its end.
 */
async function turnOf(response: ServerResponse): Promise<Socket | null> {
  const { socket } = response.req;
  if (response.socket !== null || socket.destroyed) return response.socket;
  await new Promise<void>((resolve) => {
    response.once("socket", () => resolve());
    socket.once("close", () => resolve());
  });
  return response.socket;
}

/** The first `limit` bytes of the pieces. */
function* firstOf(pieces: Iterable<Uint8Array>, limit: number): Generator<Uint8Array> {
  let left = limit;
  for (const piece of pieces) {
    if (left <= 0) return;
    yield piece.subarray(0, left);
    left -= piece.length;
  }
}

/** The pieces in parts of at most `most` bytes. */
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

/** Sends the pieces in few large writes, as fast as the client takes them or the rate allows. */
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

/** Sends the reply as the effects want it, telling `count` of the body bytes that left. */
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
