import { gapWords, latestInitChain } from "../domain/delivery-chain.ts";
import { deliveryKind } from "../domain/delivery-name.ts";
import type { FileSet } from "../domain/entities.ts";
import { newestFirst } from "../domain/ordering.ts";
import type { Followed, Manifest } from "./manifest.ts";

export interface FileSetChoice {
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
  isWhole: boolean;
  /** True if the folder has all files of the set. */
  isThere(fileSetId: string): boolean;
}

/**
 * Chooses among listed and previously wanted file sets. A partial listing keeps what the folder has, and
 * Deltas may build on deliveries that the service no longer has.
 */
export function chooseFileSets(candidates: Candidates): FileSetChoice {
  const { followed, listed, isWhole, isThere } = candidates;
  const listedIds = new Set(listed.map(({ id }) => id));
  const before = fileSetsOf(candidates).filter(
    ({ id, name }) =>
      isThere(id) &&
      !listedIds.has(id) &&
      (!isWhole || (followed.latestInit && deliveryKind(name) !== undefined)),
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

function isAsListed({ id, modified }: FileSet, { manifest, isThere }: Candidates): boolean {
  const before = manifest.fileSets.get(id)?.modified;
  return isThere(id) && (before === undefined || modified === undefined || before === modified);
}

function newestDeliveries(known: readonly FileSet[]): { chosen: FileSet[]; notes: string[] } {
  const notes: string[] = [];
  const chosen: FileSet[] = [];
  for (const { series, init, deltas, others, gaps } of latestInitChain(known)) {
    chosen.push(...(init === undefined ? [] : [init]), ...deltas, ...others);
    if (init === undefined && deltas.length > 0)
      notes.push(`${series}: no Init is available, only the Deltas.`);
    for (const gap of gaps) notes.push(`${series}: ${gapWords(gap)}.`);
  }
  return { chosen, notes };
}

/** Wanted file sets of the last run that the manifest knows. */
function fileSetsOf({ followed, manifest }: Candidates): FileSet[] {
  return followed.wanted.flatMap((id) => {
    const record = manifest.fileSets.get(id);
    if (record === undefined) return [];
    const { awaited: _, complete: __, ...fields } = record;
    return [{ ...fields, bucketName: "", attributes: [], files: [], numFiles: 0, status: "READY" }];
  });
}
