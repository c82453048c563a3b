import { smallBytes } from "./small-files.ts";

/** A body: where it lies in the memory that two threads see, or itself where that was full. */
type HeldBody = { first: number; end: number } | Uint8Array;

/** Memory that two threads see, for small files on their way from one to the other. */
export interface SmallMemory {
  /** A copy of a body of at most `smallBytes`: `bytes` for this thread; `done` lets another have its memory. */
  hold(chunks: readonly Uint8Array[]): { body: HeldBody; bytes: Uint8Array; done(): void };
}

const slots = 32;

/**
 * The same memory again and again is in the processor's cache, and no thread has to ask the system for
 * it. It is made when the first body comes, and given to `share` once: each giving costs.
 */
export function createSmallMemory(share: (whole: SharedArrayBuffer) => void): SmallMemory {
  let memory: Uint8Array | undefined;
  const free = Array.from({ length: slots }, (_, index) => slots - 1 - index);
  return {
    hold(chunks) {
      const slot = free.pop();
      if (slot === undefined) {
        const bytes = Buffer.concat(chunks);
        return { body: bytes, bytes, done: () => undefined };
      }
      memory ??= makeMemory();
      const first = slot * smallBytes;
      let end = first;
      for (const chunk of chunks) {
        memory.set(chunk, end);
        end += chunk.length;
      }
      const bytes = memory.subarray(first, end);
      return { body: { first, end }, bytes, done: () => free.push(slot) };
    },
  };

  function makeMemory(): Uint8Array {
    const whole = new SharedArrayBuffer(slots * smallBytes);
    share(whole);
    return new Uint8Array(whole);
  }
}
