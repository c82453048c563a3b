import fs from "node:fs";
import os from "node:os";

/**
 * A word that stays the same until the machine starts again. What a process wrote before it was
 * killed is there still while this word is the same; after another start only what was synced is.
 */
export function bootId(): string {
  try {
    return fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return `up-since-${Math.round((Date.now() / 1_000 - os.uptime()) / 60)}`;
  }
}
