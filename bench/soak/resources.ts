import { readdirSync, readlinkSync } from "node:fs";
import process from "node:process";
import { setTimeout as wait } from "node:timers/promises";

/** What a process holds at one moment at which it has nothing to do; memory in MB. */
export interface Resources {
  heap: number;
  buffers: number;
  resident: number;
  files: number;
  sockets: number;
  handles: number;
}

export const resourceNames = [
  "heap",
  "buffers",
  "resident",
  "files",
  "sockets",
  "handles",
] as const satisfies readonly (keyof Resources)[];

const settleMs = 300;
const bytesPerMegabyte = 1024 * 1024;

/** Reads them after what is left over was collected. Needs --expose-gc, and Linux's /proc. */
export async function readResources(): Promise<Resources> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await wait(settleMs / 3);
  }
  const { heapUsed, external, arrayBuffers, rss } = process.memoryUsage();
  const links = readdirSync("/proc/self/fd").flatMap((fd) => linkOf(fd) ?? []);
  const sockets = links.filter((link) => link.startsWith("socket:")).length;
  const resources = process.getActiveResourcesInfo();
  return {
    heap: heapUsed / bytesPerMegabyte,
    buffers: (external + arrayBuffers) / bytesPerMegabyte,
    resident: rss / bytesPerMegabyte,
    files: links.length - sockets,
    sockets,
    handles: resources.filter((kind) => !/^TCPSocketWrap$/.test(kind)).length,
  };
}

/** Undefined for the one that read the folder. */
function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}
