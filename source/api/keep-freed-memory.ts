import { MessageChannel } from "node:worker_threads";

/** The largest that glibc still learns from, less what it adds to each piece. */
const teachingBytes = 31 * 1024 * 1024;

let isTaught = false;

/**
 * Has the C library keep the memory of body chunks when they are freed, for the next ones. By itself
 * glibc maps each piece above 128 kB anew, so that the system has to find and clear its pages every
 * time; it stops so once a larger piece that it mapped was freed (mallopt(3), M_MMAP_THRESHOLD). One
 * is freed here, unused. Other C libraries are not changed by it.
 */
export function keepFreedMemory(): void {
  if (isTaught) return;
  isTaught = true;
  const { port1, port2 } = new MessageChannel();
  const { buffer } = Buffer.allocUnsafeSlow(teachingBytes);
  // Given to a port that closes it is freed at once, and not when the collector comes by.
  port1.postMessage(null, [buffer]);
  port1.close();
  port2.close();
}
