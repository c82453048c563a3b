import { MessageChannel, type MessagePort } from "node:worker_threads";
import { isAlone } from "./socket-buffers.ts";

/** The largest that glibc still learns from, less what it adds to each piece. */
const teachingBytes = 31 * 1024 * 1024;

/** Less is not worth the call. */
const leastBytes = 16 * 1024;

let closedPort: MessagePort | undefined;
let isTaught = false;

/** Frees memory at once, and not when the collector comes by: what a closed port is given is gone. */
function free(memory: ArrayBuffer): void {
  if (closedPort === undefined) {
    const { port1, port2 } = new MessageChannel();
    port1.close();
    port2.close();
    closedPort = port1;
  }
  closedPort.postMessage(null, [memory]);
}

/**
 * Has the C library keep the memory of body chunks when they are freed, for the next ones. By itself
 * glibc maps each piece above 128 kB anew, so that the system has to find and clear its pages every
 * time; it stops so once a larger piece that it mapped was freed (mallopt(3), M_MMAP_THRESHOLD). One
 * is freed here, unused. Other C libraries are not changed by it.
 */
export function keepFreedMemory(): void {
  if (isTaught) return;
  isTaught = true;
  free(new ArrayBuffer(teachingBytes));
}

/**
 * Frees the memory of a body chunk that nobody reads any more. The collector sees small objects in
 * chunks, comes by seldom, and lets up to 70 MB stand: freed at once, the next chunk has the same memory.
 */
export function letGo(chunk: Buffer): void {
  const { buffer, length } = chunk;
  if (length >= leastBytes && isAlone(chunk) && buffer instanceof ArrayBuffer) free(buffer);
}
