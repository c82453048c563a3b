import fs from "node:fs";
import path from "node:path";
import { isAbort } from "../base/errors.ts";
import { fileNameKey } from "../domain/file-name.ts";
import { diskError } from "../files/disk.ts";
import { sha256Of } from "../files/sha256.ts";
import { type FileRecord, type Followed, filesIn, type Manifest } from "./manifest.ts";

export interface PruneParts {
  directory: string;
  /** Includes the queries followed after the run. */
  manifest: Manifest;
  /** This run's query as followed afterwards. */
  followedAfter: Followed;
  /** Called before any of these names is removed. */
  willRemove?: (names: readonly string[]) => Promise<void>;
  signal: AbortSignal;
}

/** A fetched file that no query wants any more. */
export interface Unwanted {
  record: FileRecord;
  /** Changed locally, so it is kept. */
  isChanged: boolean;
}

export interface Pruned {
  removed: readonly FileRecord[];
  /** They stay. */
  changed: readonly FileRecord[];
}

/**
 * Yields the prunable files, checking each in turn. Excludes names of wanted files. Yields nothing if no file
 * set is wanted, because an empty listing is probably wrong. Rejects with an AppError of kind disk or an
 * AbortError.
 */
export async function* prunable(parts: PruneParts): AsyncGenerator<Unwanted> {
  const { manifest, signal } = parts;
  if (!isPruned(parts)) return;
  for (const record of unwantedRecords(manifest)) {
    signal.throwIfAborted();
    const found = onDisk(parts, record, (file) => fs.lstatSync(file, { throwIfNoEntry: false }));
    if (found === undefined) continue;
    const isOurs = found.isFile() && found.size === record.bytes;
    const isChanged = !isOurs || (await digestOf(parts, record)) !== record.sha256;
    yield { record, isChanged };
  }
}

/** Removes unchanged prunable files and forgets unwanted file sets. Rejects as `prunable` does. */
export async function prune(parts: PruneParts): Promise<Pruned> {
  const { directory, manifest, willRemove } = parts;
  const removed: FileRecord[] = [];
  const changed: FileRecord[] = [];
  if (isPruned(parts)) await willRemove?.(unwantedRecords(manifest).map(({ name }) => name));
  for await (const { record, isChanged } of prunable(parts)) {
    if (!isChanged) onDisk(parts, record, fs.unlinkSync);
    (isChanged ? changed : removed).push(record);
  }
  if (isPruned(parts)) forget(manifest, retiredIds(manifest));
  else forgetVanished(directory, manifest);
  return { removed, changed };
}

function isPruned({ followedAfter }: PruneParts): boolean {
  return followedAfter.retired.length > 0 && followedAfter.wanted.length > 0;
}

function unwantedRecords(manifest: Manifest): FileRecord[] {
  const retired = retiredIds(manifest);
  const wantedNames = new Set<string>();
  for (const [id, records] of manifest.files) {
    if (retired.has(id)) continue;
    for (const { name } of records.values()) wantedNames.add(fileNameKey(name));
  }
  return [...retired].flatMap((id) =>
    [...filesIn(manifest, id).values()].filter(
      ({ brought, name }) => brought && !wantedNames.has(fileNameKey(name)),
    ),
  );
}

function onDisk<Found>(
  { directory }: PruneParts,
  { name }: FileRecord,
  work: (file: string) => Found,
): Found {
  const file = path.join(directory, name);
  try {
    return work(file);
  } catch (thrown) {
    throw diskError(thrown, `Removing ${file}`);
  }
}

/** A file that cannot be read must not count as changed, because it would then be kept and forgotten. */
async function digestOf({ directory, signal }: PruneParts, { name }: FileRecord): Promise<string> {
  const file = path.join(directory, name);
  try {
    return await sha256Of(file, signal);
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    throw diskError(thrown, `Reading ${file} before its removal`);
  }
}

export function staysNote({ name }: FileRecord): string {
  return `${name} was changed since it was fetched, so it is kept.`;
}

/** Forgets unwanted file sets that have no files in the folder. */
export function forgetVanished(directory: string, manifest: Manifest): void {
  const names = namesIn(directory);
  const vanished = [...retiredIds(manifest)].filter((id) =>
    [...filesIn(manifest, id).values()].every(({ name }) => !names.has(name)),
  );
  forget(manifest, new Set(vanished));
}

function namesIn(directory: string): Set<string> {
  try {
    return new Set(fs.readdirSync(directory));
  } catch (thrown) {
    throw diskError(thrown, `Listing ${directory}`);
  }
}

function retiredIds({ followed }: Manifest): Set<string> {
  const wanted = new Set(followed.flatMap((each) => each.wanted));
  return new Set(followed.flatMap((each) => each.retired).filter((id) => !wanted.has(id)));
}

function forget(manifest: Manifest, ids: ReadonlySet<string>): void {
  for (const id of ids) {
    manifest.fileSets.delete(id);
    manifest.files.delete(id);
  }
  manifest.followed = manifest.followed.map((each) => ({
    ...each,
    retired: each.retired.filter((id) => !ids.has(id)),
  }));
}
