import fs from "node:fs";
import path from "node:path";
import { fileNameKey } from "../domain/file-name.ts";
import { diskCode, diskError } from "../transfer/disk.ts";
import { stateByBytes } from "./file-state.ts";
import { type FileRecord, filesIn, type Manifest } from "./manifest.ts";

/** What pruning came to. */
export interface Pruned {
  removed: readonly FileRecord[];
  /** Changed since they were brought: they stay. */
  kept: readonly FileRecord[];
}

/**
 * The files that pruning would remove: brought into the folder, and of file sets that no query wants any
 * more. A name that a wanted file has too is not among them.
 */
export function prunable(manifest: Manifest): FileRecord[] {
  const retired = retiredIds(manifest);
  const taken = new Set<string>();
  for (const [id, records] of manifest.files) {
    if (retired.has(id)) continue;
    for (const { name } of records.values()) taken.add(fileNameKey(name));
  }
  return [...retired].flatMap((id) =>
    [...filesIn(manifest, id).values()].filter(
      ({ brought, name }) => brought && !taken.has(fileNameKey(name)),
    ),
  );
}

/**
 * Removes what is prunable and still as it was brought, and forgets the file sets that nobody wants.
 * Rejects with an AppError of kind disk, or with an AbortError.
 */
export async function prune(
  directory: string,
  manifest: Manifest,
  signal: AbortSignal,
): Promise<Pruned> {
  const removed: FileRecord[] = [];
  const kept: FileRecord[] = [];
  for (const record of prunable(manifest)) {
    signal.throwIfAborted();
    const file = path.join(directory, record.name);
    try {
      const found = fs.lstatSync(file, { throwIfNoEntry: false });
      if (found === undefined) continue;
      const isOurs = found.isFile() && (await stateByBytes(directory, record, signal)) === "there";
      if (isOurs) fs.unlinkSync(file);
      (isOurs ? removed : kept).push(record);
    } catch (thrown) {
      if (diskCode(thrown) === undefined) throw thrown;
      throw diskError(thrown, `Removing ${file}`);
    }
  }
  forget(manifest, retiredIds(manifest));
  return { removed, kept };
}

/** Said of a file that is neither removed nor replaced. */
export function staysNote({ name }: FileRecord): string {
  return `${name} was changed since it was fetched: it stays.`;
}

/** Forgets file sets that nobody wants any more and of which nothing is left in the folder. */
export function forgetVanished(directory: string, manifest: Manifest): void {
  const names = new Set(fs.readdirSync(directory));
  const vanished = [...retiredIds(manifest)].filter((id) =>
    [...filesIn(manifest, id).values()].every(({ name }) => !names.has(name)),
  );
  forget(manifest, new Set(vanished));
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
