/** Largest file that is fetched into memory as a whole. */
export const smallBytes = 256 * 1024;

/** Memory for the body of one small file, which threads share without copying. */
interface BodyMemory {
  /** As long as requested. */
  bytes: Uint8Array<SharedArrayBuffer>;
  /** Another body may use the memory from now on. */
  release(): void;
}

export interface BodyPool {
  /** `bytes` is at most `smallBytes`. */
  acquire(bytes: number): BodyMemory;
}

/** Free buffers to keep: new memory costs a page fault for every 4 kB. */
const mostFree = 32;

export function createBodyPool(): BodyPool {
  const free: SharedArrayBuffer[] = [];
  return {
    acquire(bytes) {
      const memory = free.pop() ?? new SharedArrayBuffer(smallBytes);
      return {
        bytes: new Uint8Array(memory, 0, bytes),
        release() {
          if (free.length < mostFree) free.push(memory);
        },
      };
    },
  };
}
