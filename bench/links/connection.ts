import net, { type OnReadOpts, type Socket } from "node:net";
import { createFlow, createLateness, type LinkFigures, lateByMs } from "./flow.ts";
import type { Pace } from "./pace.ts";

export const host = "127.0.0.1";
const readBytes = 256 * 1024;

/** Connections that share a limit take turns, each sending a piece of this size. */
const pieceBytes = 64 * 1024;

/** One connection of the link. */
export interface Connection {
  /** Forwards the bytes that have arrived by now. */
  deliver(nowMs: number): void;
  /** Sends one piece of the answer; false if nothing may be sent now. */
  forward(nowMs: number): boolean;
  /** True while any bytes are held back. */
  isWaiting(): boolean;
}

interface LinkParts {
  figures: LinkFigures;
  inAll: Pace;
  random: () => number;
  wake(connection: Connection): void;
  carried(bytes: number): void;
}

interface Arrival {
  /** Undefined marks the end. */
  chunk: Buffer | undefined;
  atMs: number;
}

/** Connects a client to a port of this machine. */
export function connect(client: Socket, port: number, parts: LinkParts): void {
  const { figures, random } = parts;
  const wake = () => parts.wake(connection);
  const answer = carryAnswer(client, wake, parts);
  const upstream = net.connect({
    ...{ port, host, noDelay: true, allowHalfOpen: true },
    onread: answer.onread,
  });
  answer.readFrom(upstream);
  const requests = holdBack(figures, createLateness(figures.lateShare, random));
  const connection: Connection = {
    deliver(nowMs) {
      for (const chunk of requests.arrived(nowMs)) {
        if (chunk === undefined) upstream.end();
        else upstream.write(chunk);
      }
      answer.deliver(nowMs);
    },
    forward: answer.forward,
    isWaiting: () => requests.isWaiting() || answer.isWaiting(),
  };
  const request = (chunk: Buffer | undefined) => {
    requests.add(chunk, performance.now());
    wake();
  };
  const drop = () => {
    client.destroy();
    upstream.destroy();
  };
  client.on("data", request);
  client.on("end", () => request(undefined));
  client.on("error", drop);
  client.on("close", drop);
  upstream.on("error", drop);
}

/** Takes the bytes that have arrived by now, in order. */
function* takeArrived(arrivals: Arrival[], nowMs: number): Generator<Buffer | undefined> {
  let first = arrivals[0];
  while (first !== undefined && first.atMs <= nowMs) {
    arrivals.shift();
    yield first.chunk;
    first = arrivals[0];
  }
}

/** Delays requests by a round trip, and the first one by the TCP handshake as well. */
function holdBack({ roundTripMs }: LinkFigures, isLate: (bytes: number) => boolean) {
  const openMs = performance.now() + roundTripMs;
  const arrivals: Arrival[] = [];
  return {
    add(chunk: Buffer | undefined, nowMs: number): void {
      const delayMs = roundTripMs + (isLate(chunk?.length ?? 0) ? lateByMs : 0);
      const before = arrivals.at(-1)?.atMs ?? 0;
      arrivals.push({ chunk, atMs: Math.max(before, Math.max(nowMs, openMs) + delayMs) });
    },
    arrived: (nowMs: number) => takeArrived(arrivals, nowMs),
    isWaiting: () => arrivals.length > 0,
  };
}

interface Answer extends Connection {
  onread: OnReadOpts;
  readFrom(upstream: Socket): void;
}

/** Reads no more from the server than the flow allows; bytes behind a late segment are held here. */
function carryAnswer(
  client: Socket,
  wake: () => void,
  { figures, inAll, random, carried }: LinkParts,
): Answer {
  const flow = createFlow(figures, createLateness(figures.lateShare, random), inAll);
  const late: Arrival[] = [];
  const buffer = Buffer.allocUnsafeSlow(readBytes);
  let unsent = buffer.subarray(0, 0);
  let upstream: Socket | undefined;
  let isReading = true;
  let isEnded = false;

  /** The buffer is reused once all of it has been sent. */
  const mayRead = () => unsent.length === 0 && client.writableLength === 0;

  function readOn(): void {
    if (isReading || isEnded || !mayRead()) return;
    isReading = true;
    upstream?.resume();
  }

  function endWithAnswer(): void {
    if (isEnded && late.length === 0 && mayRead()) client.end();
  }

  function write(chunk: Buffer): void {
    carried(chunk.length);
    client.write(chunk, () => {
      if (unsent.length > 0) wake();
      readOn();
      endWithAnswer();
    });
  }

  return {
    onread: {
      buffer,
      callback(bytes) {
        unsent = buffer.subarray(0, bytes);
        wake();
        isReading = mayRead();
        return isReading;
      },
    },
    readFrom(socket) {
      upstream = socket;
      socket.on("end", () => {
        isEnded = true;
        endWithAnswer();
      });
    },
    deliver(nowMs) {
      for (const chunk of takeArrived(late, nowMs)) if (chunk !== undefined) write(chunk);
    },
    forward(nowMs) {
      if (unsent.length === 0 || client.writableLength > 0) return false;
      const bytes = flow.offer(Math.min(unsent.length, pieceBytes), nowMs);
      if (bytes === 0) return false;
      const chunk = unsent.subarray(0, bytes);
      unsent = unsent.subarray(bytes);
      const atMs = flow.send(bytes, nowMs);
      // A copy, so that the bytes behind a late segment can arrive in the meantime.
      if (atMs > nowMs || late.length > 0) late.push({ chunk: Buffer.from(chunk), atMs });
      else write(chunk);
      readOn();
      return true;
    },
    isWaiting: () => late.length > 0 || (unsent.length > 0 && client.writableLength === 0),
  };
}
