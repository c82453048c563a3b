/** Memory for one body, which threads share without copying. */
interface BodyMemory {
  /** As long as was asked for. */
  bytes: Uint8Array<SharedArrayBuffer>;
  /** Ends the use of `bytes`; another body may have the memory afterwards. */
  release(): void;
}

export interface BodyPool {
  acquire(bytes: number): BodyMemory;
}

const leastBytes = 64 * 1024;

/** Free memory kept for the next bodies. New memory costs a page fault for every 4 kB. */
const mostFreeBytes = 8 * 1024 * 1024;

/** Reuses memory in sizes of powers of two. */
export function createBodyPool(): BodyPool {
  const free = new Map<number, SharedArrayBuffer[]>();
  let freeBytes = 0;

  function take(size: number): SharedArrayBuffer {
    const kept = free.get(size)?.pop();
    if (kept === undefined) return new SharedArrayBuffer(size);
    freeBytes -= size;
    return kept;
  }

  function giveBack(memory: SharedArrayBuffer): void {
    const size = memory.byteLength;
    if (freeBytes + size > mostFreeBytes) return;
    freeBytes += size;
    const same = free.get(size);
    if (same === undefined) free.set(size, [memory]);
    else same.push(memory);
  }

  return {
    acquire(bytes) {
      const size = 2 ** Math.ceil(Math.log2(Math.max(leastBytes, bytes)));
      let memory: SharedArrayBuffer | undefined = take(size);
      return {
        bytes: new Uint8Array(memory, 0, bytes),
        release() {
          if (memory !== undefined) giveBack(memory);
          memory = undefined;
        },
      };
    },
  };
}
