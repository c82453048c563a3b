import { createHash } from "node:crypto";
import fs from "node:fs/promises";
import path from "node:path";
import type { FileSet } from "../../source/domain/entities.ts";
import {
  applyFact,
  emptyManifest,
  type FileRecord,
  type Followed,
  type Manifest,
} from "../../source/sync/manifest.ts";

export function followedOf(more: Partial<Followed> = {}): Followed {
  return {
    bucket: "bulk-ESG",
    package: "Pack",
    packageId: "4000-0000-00000001",
    filters: {},
    latestInit: false,
    pending: [],
    wanted: [],
    retired: [],
    ...more,
  };
}

/** The record of a file with this text, fetched by this program. */
export function recordOf(
  fileSetId: string,
  name: string,
  text: string,
  more: Partial<FileRecord> = {},
): FileRecord {
  return {
    fileId: `${fileSetId}/${name}`,
    fileSetId,
    name,
    bytes: Buffer.byteLength(text),
    sha256: createHash("sha256").update(text).digest("hex"),
    brought: true,
    ...more,
  };
}

/** A manifest with these file sets as complete, and these files. */
export function manifestOf(
  followed: readonly Followed[],
  fileSets: readonly FileSet[],
  records: readonly FileRecord[] = [],
): Manifest {
  const manifest = emptyManifest();
  manifest.followed.push(...followed);
  for (const { id, name, packageId, created, modified, contentFrom, contentTo } of fileSets) {
    const facts = { id, name, packageId, created, modified, contentFrom, contentTo };
    applyFact(manifest, { fact: "begun", fileSet: { ...facts, awaited: [], complete: true } });
  }
  for (const file of records) applyFact(manifest, { fact: "there", file });
  return manifest;
}

export async function putFiles(folder: string, texts: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(texts))
    await fs.writeFile(path.join(folder, name), text);
}
