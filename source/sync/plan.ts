import type { FileSetFilter, FileStore } from "../api/service.ts";
import { gapText, latestInitChain } from "../domain/deliveries/chain.ts";
import { deliveryKind } from "../domain/deliveries/name.ts";
import type { FileSet } from "../domain/entities.ts";
import { toServiceTime } from "../domain/moment.ts";
import { newestFirst } from "../domain/ordering.ts";
import type { Selection } from "../domain/selection.ts";
import type { FolderState } from "./folder-state.ts";
import { type Followed, type Manifest, recordedFileSet } from "./manifest.ts";

export interface PlanParts {
  fileStore: FileStore;
  manifest: Manifest;
  followed: Followed;
  /** The query in the service's terms. */
  filter: FileSetFilter;
  selection: Selection;
  disk: FolderState;
  /** Ignores the last complete run and lists all file sets. */
  listsAll: boolean;
  nowMs: number;
  signal: AbortSignal;
}

export interface SyncPlan {
  /** File sets whose files need checking, newest first. */
  missing: readonly FileSet[];
  notes: readonly string[];
  /** The query that the folder follows while files are missing. */
  followedNow: Followed;
  /** The query that it follows once they have arrived. */
  followedAfter: Followed;
}

/**
 * Lists file sets since the last complete run, or all if necessary, and compares them with the folder.
 * Changes nothing. Rejects as the listing does.
 */
export async function planSync(parts: PlanParts): Promise<SyncPlan> {
  const { manifest, followed, filter, disk, nowMs } = parts;
  const mark = parts.listsAll ? undefined : listingSince(followed, nowMs);
  const since = mark !== undefined && isCovered(mark, parts) ? mark : undefined;
  const listsAll = since === undefined;
  const listed = await list(filter, since, parts);
  const candidates = { followed, manifest, listed, listsAll, isComplete: disk.isComplete };
  const { wanted, missing, notes } = chooseFileSets(candidates);
  const followedNow: Followed = {
    ...followed,
    wanted: [...wanted],
    retired: [...new Set([...followed.wanted, ...followed.retired])].filter(
      (id) => !wanted.has(id) && manifest.fileSets.has(id),
    ),
  };
  const followedAfter: Followed = {
    ...followedNow,
    ...markOf(listed, followed, nowMs),
    listedAt: listsAll ? new Date(nowMs).toISOString() : followedNow.listedAt,
  };
  const allNotes = [...notes, ...lostNotes(listed, wanted, parts)];
  return { missing, notes: allNotes, followedNow, followedAfter };
}

/** Notes on file sets that were complete once and are no longer available. */
function lostNotes(
  listed: readonly FileSet[],
  wanted: ReadonlySet<string>,
  { followed, manifest, disk }: PlanParts,
): string[] {
  const listedIds = new Set(listed.map(({ id }) => id));
  return followed.wanted.flatMap((id) => {
    const record = manifest.fileSets.get(id);
    const isLost =
      record?.complete && !wanted.has(id) && !listedIds.has(id) && !disk.isComplete(id);
    return isLost ? [`${record.name} is no longer complete here, and no longer available.`] : [];
  });
}

/** True if every wanted file set is in the folder or modified since `since`. */
function isCovered(since: string, { followed, manifest, disk }: PlanParts): boolean {
  const sinceMs = Date.parse(since);
  return followed.wanted.every((id) => {
    const modifiedMs = Date.parse(manifest.fileSets.get(id)?.modified ?? "");
    return modifiedMs >= sinceMs || disk.isComplete(id);
  });
}

async function list(
  filter: FileSetFilter,
  since: string | undefined,
  { fileStore, selection, signal }: PlanParts,
): Promise<FileSet[]> {
  const modifiedSince = later(filter.modifiedSince, since);
  const narrowed = modifiedSince === undefined ? filter : { ...filter, modifiedSince };
  const listed: FileSet[] = [];
  for await (const { items } of fileStore.fileSets(narrowed, signal)) {
    const selected = items.filter((item) => selection.fileSet(item) !== "none");
    // Only the number of files matters here.
    for (const item of selected) listed.push({ ...item, files: [], attributes: [] });
  }
  return listed;
}

function later(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return Date.parse(one) > Date.parse(other) ? one : other;
}

const dayMs = 24 * 60 * 60 * 1_000;

/** Sets may be modified during a listing, and may appear later than their modification time. */
const overlapMs = dayMs;

/** A full listing finds sets that appear even later. */
const wholeEveryMs = 7 * dayMs;

/**
 * The modification time to list from without missing file sets, including those that were PENDING;
 * undefined: list all.
 */
export function listingSince(
  { modifiedSince, listedAt, pending }: Pick<Followed, "modifiedSince" | "listedAt" | "pending">,
  nowMs: number,
): string | undefined {
  const markMs = Date.parse(modifiedSince ?? "");
  const ageMs = nowMs - Date.parse(listedAt ?? "");
  if (!(ageMs >= 0 && ageMs < wholeEveryMs)) return undefined;
  const sinceMs = Math.min(markMs - overlapMs, ...pending.map((time) => Date.parse(time)));
  return Number.isNaN(sinceMs) ? undefined : toServiceTime(sinceMs);
}

/** The starting point of the next listing; `listed` is complete. */
export function markOf(
  listed: readonly FileSet[],
  { modifiedSince }: Pick<Followed, "modifiedSince">,
  nowMs: number,
): Pick<Followed, "modifiedSince" | "pending"> {
  const times = [...listed.map(({ modified }) => modified), modifiedSince]
    .map((time) => Date.parse(time ?? ""))
    .filter((ms) => !Number.isNaN(ms));
  const pending = listed
    .filter(({ status }) => status !== "READY")
    .map(({ modified }) => modified ?? "");
  if (times.length === 0) return { pending };
  const latestMs = times.reduce((latest, ms) => Math.max(latest, ms));
  // A future time would hide modifications until then.
  return { modifiedSince: toServiceTime(Math.min(nowMs, latestMs)), pending };
}

interface FileSetChoice {
  wanted: ReadonlySet<string>;
  /** Wanted file sets that are absent or were modified since, newest first. */
  missing: readonly FileSet[];
  /** Gaps, and series without an Init. */
  notes: readonly string[];
}

export interface Candidates {
  followed: Followed;
  manifest: Manifest;
  /** Includes PENDING file sets. */
  listed: readonly FileSet[];
  /** True if `listed` is complete. */
  listsAll: boolean;
  /** True if the folder has all files of the set. */
  isComplete(fileSetId: string): boolean;
}

/**
 * Chooses among listed and previously wanted file sets. With a partial listing the folder's file sets stay
 * wanted, and Deltas may build on deliveries that the service no longer has.
 */
export function chooseFileSets(candidates: Candidates): FileSetChoice {
  const { followed, listed, listsAll, isComplete } = candidates;
  const listedIds = new Set(listed.map(({ id }) => id));
  const before = fileSetsOf(candidates).filter(
    ({ id, name }) =>
      isComplete(id) &&
      !listedIds.has(id) &&
      (!listsAll || (followed.latestInit && deliveryKind(name) !== undefined)),
  );
  const known = [...listed, ...before];
  const { chosen, notes } = followed.latestInit
    ? newestDeliveries(known)
    : { chosen: known, notes: [] };
  const ready = chosen.filter(({ status }) => status === "READY");
  return {
    wanted: new Set(ready.map(({ id }) => id)),
    missing: ready.filter((fileSet) => !isAsListed(fileSet, candidates)).sort(newestFirst),
    notes,
  };
}

function isAsListed({ id, modified }: FileSet, { manifest, isComplete }: Candidates): boolean {
  const before = manifest.fileSets.get(id)?.modified;
  return isComplete(id) && (before === undefined || modified === undefined || before === modified);
}

function newestDeliveries(known: readonly FileSet[]): { chosen: FileSet[]; notes: string[] } {
  const notes: string[] = [];
  const chosen: FileSet[] = [];
  for (const { series, init, deltas, others, gaps } of latestInitChain(known)) {
    chosen.push(...(init === undefined ? [] : [init]), ...deltas, ...others);
    if (init === undefined && deltas.length > 0)
      notes.push(`${series}: no Init is available, only the Deltas.`);
    for (const gap of gaps) notes.push(`${series}: gap: ${gapText(gap)}.`);
  }
  return { chosen, notes };
}

/** Wanted file sets of the last run that the manifest knows. */
function fileSetsOf({ followed, manifest }: Candidates): FileSet[] {
  return followed.wanted.flatMap((id) => recordedFileSet(manifest, id) ?? []);
}
