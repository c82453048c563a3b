import { createHash } from "node:crypto";
import { systemClock } from "../../source/base/waiting.ts";
import { createFileStreams } from "../../source/stream/file-streams.ts";
import type { TransferFile } from "../../source/transfer/engine.ts";
import type { Verdict } from "../../source/transfer/verify/checks.ts";
import { startObjectServer } from "../support/fakes/object-server.ts";
import { test as base } from "../support/test.ts";

/** What a reader got of a file, and how it ended. */
export interface Streamed {
  bytes: Buffer;
  verdict?: Verdict;
  failure?: unknown;
}

export interface StreamWords {
  unpack?: boolean;
  connections?: number;
  stallTimeoutMs?: number;
  /** Waits before it takes more. */
  take?(piece: Buffer): Promise<void> | undefined;
  signal?: AbortSignal;
}

/** A small object store, and streams of what is put there that wait for nothing between their tries. */
export const test = base
  .extend("server", async ({}, { onCleanup }) => {
    const server = await startObjectServer();
    onCleanup(() => server.close());
    return server;
  })
  /** Puts an object there and returns its listing. */
  .extend("offer", ({ server }) => {
    return (name: string, body: Buffer, facts: Partial<TransferFile> = {}): TransferFile => {
      server.put(name, body);
      return { fileId: name, fileSetId: "set", name, bytes: body.length, ...facts };
    };
  })
  .extend("stream", ({ server }) => {
    const clock = {
      ...systemClock,
      wait: async (_: number, signal: AbortSignal) => signal.throwIfAborted(),
    };
    return async (file: TransferFile, words: StreamWords = {}): Promise<Streamed> => {
      const { unpack = false, connections, stallTimeoutMs = 60_000, take, signal } = words;
      const context = { source: server.source, retryDelayMs: 1, stallTimeoutMs, clock };
      const pieces: Buffer[] = [];
      const write = async (piece: Buffer) => {
        pieces.push(Buffer.from(piece));
        await take?.(piece);
      };
      try {
        const { signal: never } = new AbortController();
        const streams = createFileStreams(context, connections);
        const verdict = await streams.stream(file, { unpack, write }, signal ?? never);
        return { bytes: Buffer.concat(pieces), verdict };
      } catch (failure) {
        return { bytes: Buffer.concat(pieces), failure };
      }
    };
  });

export function md5Of(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** Bytes that repeat nowhere, so that none can stand in another's place. */
export function distinctBytes(count: number): Buffer {
  const bytes = Buffer.alloc(count);
  for (let at = 0; at + 4 <= count; at += 4)
    bytes.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at);
  return bytes;
}
