import { smallBytes } from "./small-file.ts";

/** Memory that two threads see, for small files on their way from one to the other. */
export interface SmallMemory {
  /** A copy of a body of at most `smallBytes`; `done` lets another have its memory. */
  hold(chunks: readonly Uint8Array[]): { bytes: Uint8Array; done(): void };
}

const slots = 32;

/** The same memory again and again is in the processor's cache, and no thread has to ask the system for it. */
export function createSmallMemory(): SmallMemory {
  let whole: SharedArrayBuffer | undefined;
  const free = Array.from({ length: slots }, (_, index) => slots - 1 - index);
  return {
    hold(chunks) {
      const slot = free.pop();
      if (slot === undefined) return { bytes: Buffer.concat(chunks), done: () => undefined };
      whole ??= new SharedArrayBuffer(slots * smallBytes);
      let at = slot * smallBytes;
      const begin = at;
      const memory = new Uint8Array(whole);
      for (const chunk of chunks) {
        memory.set(chunk, at);
        at += chunk.length;
      }
      return { bytes: memory.subarray(begin, at), done: () => free.push(slot) };
    },
  };
}
