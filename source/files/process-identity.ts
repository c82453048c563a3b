import fs from "node:fs";
import os from "node:os";
import * as v from "valibot";
import { errnoOf } from "../base/errors.ts";

export const processShape = v.object({
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  host: v.string(),
  /** When the process began, if the system reports it; a later process with the same pid began later. */
  began: v.optional(v.string()),
});

export type ProcessIdentity = v.InferOutput<typeof processShape>;

let own: ProcessIdentity | undefined;

export function ownProcess(): ProcessIdentity {
  if (own !== undefined) return own;
  own = { pid: process.pid, host: os.hostname(), began: statOf(process.pid)?.began };
  return own;
}

/** True, false, or undefined for a process of another machine. */
export function isRunning({ pid, host, began }: ProcessIdentity): boolean | undefined {
  if (host !== os.hostname()) return undefined;
  const found = statOf(pid);
  // A killed process keeps its pid until its parent asks for its exit code, which some never do.
  if (found !== undefined && isEnded(found.state)) return false;
  // The system may hide when the processes of others began.
  const isSame = found === undefined || began === undefined || found.began === began;
  return isSame && isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return errnoOf(thrown) === "EPERM";
  }
}

function isEnded(state: string | undefined): boolean {
  return state === "Z" || state === "X";
}

interface ProcessStat {
  state: string | undefined;
  /** Ticks since the boot. */
  began: string | undefined;
}

/** Fields 3 and 22 of Linux's /proc/PID/stat; the name before them may have spaces. */
function statOf(pid: number): ProcessStat | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0], began: fields[19] };
  } catch {
    return undefined;
  }
}

let ownNamespace: { name: string | undefined } | undefined;

/** On Linux the name of the namespace that pids count in; undefined on other systems. */
export function pidNamespace(): string | undefined {
  ownNamespace ??= { name: readPidNamespace() };
  return ownNamespace.name;
}

function readPidNamespace(): string | undefined {
  try {
    return fs.readlinkSync("/proc/self/ns/pid");
  } catch {
    return undefined;
  }
}

/**
 * Identifies the current boot of the machine. During one boot, everything that a killed process wrote still
 * exists; after a restart only synced data does.
 */
export function bootId(): string {
  try {
    return fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return `up-since-${Math.round((Date.now() / 1_000 - os.uptime()) / 60)}`;
  }
}
