import type { FileSetFilter, FileStore } from "../api/service.ts";
import type { FileSet } from "../domain/entities.ts";
import { toServiceTime } from "../domain/moment.ts";
import { chooseFileSets } from "./choose-file-sets.ts";
import type { DiskLook } from "./folder-state.ts";
import type { Followed, Manifest } from "./manifest.ts";

export interface PlanParts {
  fileStore: FileStore;
  manifest: Manifest;
  followed: Followed;
  /** The query as the service takes it. */
  filter: FileSetFilter;
  disk: DiskLook;
  /** List all file sets, whatever is known of them. */
  isWhole: boolean;
  nowMs: number;
  signal: AbortSignal;
}

/** What is to be done in a folder. */
export interface SyncPlan {
  /** The file sets whose files are to be looked at, newest first. */
  missing: readonly FileSet[];
  /** Worth knowing, as sentences. */
  notes: readonly string[];
  /** What is followed from now on, while the files are not all there yet. */
  begun: Followed;
  /** The same once all are there. */
  ended: Followed;
}

/**
 * Lists what is new since the last complete run, or all where that does not do, and compares it with the
 * folder. Nothing is changed. Rejects with what the listing does.
 */
export async function planSync(parts: PlanParts): Promise<SyncPlan> {
  const { manifest, followed, filter, disk, nowMs } = parts;
  const mark = parts.isWhole ? undefined : listingSince(followed, nowMs);
  const since = mark !== undefined && isCovered(mark, parts) ? mark : undefined;
  const isWhole = since === undefined;
  const listed = await list(filter, since, parts);
  const { wanted, missing, notes } = chooseFileSets({
    followed,
    manifest,
    listed,
    isWhole,
    isThere: disk.isThere,
  });
  const begun: Followed = {
    ...followed,
    wanted: [...wanted],
    retired: [...new Set([...followed.wanted, ...followed.retired])].filter(
      (id) => !wanted.has(id) && manifest.fileSets.has(id),
    ),
  };
  const ended: Followed = {
    ...begun,
    ...markOf(listed, followed, nowMs),
    listedAt: isWhole ? new Date(nowMs).toISOString() : begun.listedAt,
  };
  return { missing, notes: [...notes, ...lostNotes(listed, wanted, parts)], begun, ended };
}

/** Of file sets that the folder had whole once, and that cannot be had again. */
function lostNotes(
  listed: readonly FileSet[],
  wanted: ReadonlySet<string>,
  { followed, manifest, disk }: PlanParts,
): string[] {
  const listedIds = new Set(listed.map(({ id }) => id));
  return followed.wanted.flatMap((id) => {
    const record = manifest.fileSets.get(id);
    const isLost = record?.complete && !wanted.has(id) && !listedIds.has(id) && !disk.isThere(id);
    return isLost ? [`${record.name} is not whole here any more, and not available either.`] : [];
  });
}

/** True where a listing from `since` on has every wanted file set that is not in the folder. */
function isCovered(since: string, { followed, manifest, disk }: PlanParts): boolean {
  const sinceMs = Date.parse(since);
  return followed.wanted.every((id) => {
    const modifiedMs = Date.parse(manifest.fileSets.get(id)?.modified ?? "");
    return modifiedMs >= sinceMs || disk.isThere(id);
  });
}

async function list(
  filter: FileSetFilter,
  since: string | undefined,
  { fileStore, signal }: PlanParts,
): Promise<FileSet[]> {
  const modifiedSince = later(filter.modifiedSince, since);
  const asked = modifiedSince === undefined ? filter : { ...filter, modifiedSince };
  const listed: FileSet[] = [];
  for await (const { items } of fileStore.fileSets(asked, signal)) {
    // Of the files only their number counts here.
    for (const item of items) listed.push({ ...item, files: [], attributes: [] });
  }
  return listed;
}

function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one) > Date.parse(other) ? one : other;
}

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
