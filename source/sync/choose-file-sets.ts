import { gapWords, latestInitChain } from "../domain/delivery-chain.ts";
import { deliveryKind } from "../domain/delivery-name.ts";
import type { FileSet } from "../domain/entities.ts";
import { newestFirst } from "../domain/ordering.ts";
import type { Followed, Manifest } from "./manifest.ts";

/** Which file sets a folder is to hold. */
export interface FileSetChoice {
  wanted: ReadonlySet<string>;
  /** Of these the ones that are not in the folder, or were modified since; newest first. */
  missing: readonly FileSet[];
  /** Worth knowing: gaps, and series without an Init. */
  notes: readonly string[];
}

export interface Candidates {
  followed: Followed;
  manifest: Manifest;
  /** What the service lists, PENDING sets too. */
  listed: readonly FileSet[];
  /** True where these are all that there are. */
  isWhole: boolean;
  /** True for a file set whose files are all in the folder. */
  isThere(fileSetId: string): boolean;
}

/**
 * Chooses among what is listed and what was wanted before. What is in the folder counts as available where
 * the listing does not tell, and a delivery that others build upon where the service has it no more.
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

/** The wanted file sets of the last run, as far as the folder has something of them. */
function fileSetsOf({ followed, manifest }: Candidates): FileSet[] {
  return followed.wanted.flatMap((id) => {
    const record = manifest.fileSets.get(id);
    if (record === undefined) return [];
    const { awaited: _, complete: __, ...fields } = record;
    return [{ ...fields, bucketName: "", attributes: [], files: [], numFiles: 0, status: "READY" }];
  });
}
