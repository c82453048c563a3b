import { randomUUID } from "node:crypto";
import fileSystem from "node:fs";
import fs from "node:fs/promises";
import os from "node:os";
import * as v from "valibot";
import { errnoOf } from "../base/errors.ts";
import { readJson } from "../base/json.ts";
import { sanitize } from "../domain/sanitize.ts";
import { isRunning, ownProcess, pidNamespace, processShape } from "./process-identity.ts";

const holderShape = v.object({
  id: v.string(),
  ...processShape.entries,
  host: v.pipe(v.string(), v.transform(sanitize)),
  /** Where `pid` is that process, on Linux; locks of older versions have none. */
  namespace: v.optional(v.string()),
});

export type Holder = v.InferOutput<typeof holderShape>;

/** On another machine, a lock that was not touched for so long is left over. */
const forgottenMs = 60_000;
/** A lock without a text becomes whole within this time, or never. */
const unwrittenMs = 2_000;
const mostBytes = 64 * 1024;

export function lockText(): string {
  const namespace = pidNamespace();
  const holder: Holder = { id: randomUUID(), ...ownProcess(), namespace };
  return JSON.stringify(holder);
}

/** Of a lock file whose text makes no sense: it is just being written, or was cut off then. */
export const nobody: Holder = { id: "", pid: 1, host: "" };

export async function readLock(
  path: string,
): Promise<{ text: string; holder: Holder } | undefined> {
  let text: string;
  try {
    const found = await fs.lstat(path);
    // A link or a pipe is no lock, and reading it might not end.
    if (!found.isFile() || found.size > mostBytes) return { text: "", holder: nobody };
    text = await fs.readFile(path, "utf8");
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT") return undefined;
    throw thrown;
  }
  return { text, holder: readJson(holderShape, text) ?? nobody };
}

/** False where the process that has the lock at `path` has ended, or the lock is forgotten. */
export async function isHeld(path: string, holder: Holder): Promise<boolean> {
  const running = isElsewhere(holder) ? undefined : isRunning(holder);
  if (running !== undefined) return running;
  const touched = await fs.lstat(path).catch(() => undefined);
  if (touched === undefined) return false;
  const ageMs = fileSystemNowMs(path) - touched.mtimeMs;
  // A lock of the future was left before the clock was set back. A holder elsewhere touches its lock again
  // soon; one without a text never will.
  return holder === nobody ? Math.abs(ageMs) < unwrittenMs : ageMs < forgottenMs;
}

/** "process 123", and where that is, unless here. */
export function processOf(holder: Holder): string {
  return `process ${holder.pid}${placeOf(holder)}`;
}

function placeOf(holder: Holder): string {
  if (holder.host !== os.hostname()) return ` on ${holder.host}`;
  return isElsewhere(holder) ? " in another container" : "";
}

/** Containers that share a machine's name have processes of their own: a number says nothing there. */
function isElsewhere({ namespace }: Holder): boolean {
  return namespace !== undefined && namespace !== pidNamespace();
}

export function timingOf(path: string): string {
  return `${path}.now`;
}

/**
 * The clock that times the files beside `path`; of a network file system that is another machine's. Its file
 * has one name, so that the next process removes what a killed one leaves.
 */
function fileSystemNowMs(path: string): number {
  const made = timingOf(path);
  for (;;) {
    fileSystem.rmSync(made, { force: true });
    try {
      fileSystem.writeFileSync(made, "", { flag: "wx", mode: 0o600 });
    } catch (thrown) {
      // Another process made it just now, which tells the time as well.
      if (errnoOf(thrown) !== "EEXIST") throw thrown;
    }
    const found = fileSystem.lstatSync(made, { throwIfNoEntry: false });
    fileSystem.rmSync(made, { force: true });
    if (found !== undefined) return found.mtimeMs;
  }
}
