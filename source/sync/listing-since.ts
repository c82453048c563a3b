import type { FileSet } from "../domain/entities.ts";
import { toServiceTime } from "../domain/moment.ts";
import type { Followed } from "./manifest.ts";

const dayMs = 24 * 60 * 60 * 1_000;

/** Sets may be modified while others are listed, and become visible later than they were modified. */
const overlapMs = dayMs;

/** What becomes visible later than that is found when all are listed again. */
const wholeEveryMs = 7 * dayMs;

/**
 * The modification time from which on file sets are to be listed, so that nothing new is missed;
 * undefined: all of them. Sets that were PENDING are always among them.
 */
export function listingSince(
  { modifiedSince, listedAt, pending }: Followed,
  nowMs: number,
): string | undefined {
  const markMs = Date.parse(modifiedSince ?? "");
  const ageMs = nowMs - Date.parse(listedAt ?? "");
  if (!(ageMs >= 0 && ageMs < wholeEveryMs)) return undefined;
  const sinceMs = Math.min(markMs - overlapMs, ...pending.map((time) => Date.parse(time)));
  return Number.isNaN(sinceMs) ? undefined : toServiceTime(sinceMs);
}

/** What the next listing has to know of this one, which was complete: see Followed. */
export function markOf(
  listed: readonly FileSet[],
  { modifiedSince }: Followed,
  nowMs: number,
): Pick<Followed, "modifiedSince" | "pending"> {
  const times = [...listed.map(({ modified }) => modified), modifiedSince]
    .map((time) => Date.parse(time ?? ""))
    .filter((ms) => !Number.isNaN(ms));
  const pending = listed
    .filter(({ status }) => status !== "READY")
    .map(({ modified }) => modified ?? "");
  if (times.length === 0) return { pending };
  // A time to come would hide what is modified until then.
  const latestMs = Math.min(
    nowMs,
    times.reduce((latest, ms) => Math.max(latest, ms)),
  );
  return { modifiedSince: toServiceTime(latestMs), pending };
}
