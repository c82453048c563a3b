import fs from "node:fs";
import path from "node:path";
import { deliveryKind } from "../domain/deliveries/name.ts";
import type { FileSet } from "../domain/entities.ts";
import { naturalOrder } from "../domain/ordering.ts";
import type { Selection } from "../domain/selection.ts";
import { diskError } from "../files/disk.ts";
import { stateBySize } from "../sync/folder-state.ts";
import { filesIn, type Manifest, recordedFileSet, syncPathsOf } from "../sync/manifest.ts";
import { readManifest } from "../sync/manifest-file.ts";

/** A file set, or the part of it that the folder has. */
export interface Delivery {
  /** As listed, or made from the name that its files share. */
  fileSet: FileSet;
  /** Paths relative to the folder, parts in their order. */
  files: readonly string[];
  /** Why it is incomplete: "a.csv.gz is missing". */
  flaw: string | undefined;
}

/**
 * The deliveries that the sync manifest records; without a record, those that file names show. Throws an
 * AppError of kind disk.
 */
export function deliveriesIn(directory: string, selection: Selection): Delivery[] {
  const names = namesIn(directory);
  const { manifest } = readManifest(syncPathsOf(directory));
  return manifest.fileSets.size > 0
    ? recordedDeliveries(directory, manifest, selection)
    : namedDeliveries(directory, names, selection);
}

function namesIn(directory: string): fs.Dirent[] {
  try {
    return fs.readdirSync(directory, { withFileTypes: true });
  } catch (thrown) {
    throw diskError(thrown, `Reading ${directory}`);
  }
}

function recordedDeliveries(
  directory: string,
  manifest: Manifest,
  selection: Selection,
): Delivery[] {
  return [...manifest.fileSets.values()].flatMap((record) => {
    const fileSet = recordedFileSet(manifest, record.id);
    if (fileSet === undefined || selection.fileSet(fileSet) === "none") return [];
    const records = [...filesIn(manifest, record.id).values()].filter(({ name }) =>
      selection.file({ filename: name }, fileSet),
    );
    const isWhole = record.complete || (record.parts ?? []).length > 0;
    const missing = records.find(
      ({ name, bytes }) => stateBySize(path.join(directory, name), bytes) !== "present",
    );
    if (records.length === 0 && isWhole) return [];
    const flaw = missing
      ? `${missing.name} is missing or has another size`
      : isWhole
        ? undefined
        : `${fileSet.name} is incomplete`;
    return [{ fileSet, files: records.map(({ name }) => name).toSorted(naturalOrder), flaw }];
  });
}

interface NamedFile {
  /** Relative to the folder. */
  at: string;
  /** The name without a last ".part" or ".gz". */
  plain: string;
  isUnfinished: boolean;
}

function namedDeliveries(
  directory: string,
  names: readonly fs.Dirent[],
  selection: Selection,
): Delivery[] {
  const groups = new Map<string, NamedFile[]>();
  const add = (at: string, owner: string) => {
    const name = path.basename(at);
    const plain = name.replace(/\.part$/, "").replace(/\.gz$/i, "");
    const extension = /\.(csv|psv|tsv|jsonl|ndjson|zip)$/i.exec(plain)?.[1]?.toLowerCase();
    if (extension === undefined || deliveryKind(owner) === undefined) return;
    if (!selection.file({ filename: name }, undefined) && extension !== "zip") return;
    const delivery = `${withoutPart(owner)}.${extension}`;
    const file = { at, plain, isUnfinished: name.endsWith(".part") };
    groups.set(delivery, [...(groups.get(delivery) ?? []), file]);
  };
  const folders = new Set(names.filter((entry) => entry.isDirectory()).map(({ name }) => name));
  for (const { name } of names) {
    if (!folders.has(name)) {
      if (!folders.has(name.replace(/\.zip$/i, ""))) add(name, name);
    } else if (deliveryKind(name) !== undefined) {
      // `cfs get --unpack` puts the entries of NAME.zip into the folder NAME.
      for (const entry of namesIn(path.join(directory, name)))
        if (entry.isFile()) add(path.join(name, entry.name), name);
    }
  }
  return [...groups].flatMap(([name, files]) => {
    const fileSet = fileSetNamed(name, files.length);
    if (selection.fileSet(fileSet) === "none") return [];
    const unfinished = files.find(({ isUnfinished }) => isUnfinished);
    const flaw = unfinished && `${unfinished.plain} is not complete`;
    return [{ fileSet, files: withoutUnpacked(files), flaw }];
  });
}

/** "a-Init-2026-11-22-part3.csv.gz" → "a-Init-2026-11-22". */
function withoutPart(name: string): string {
  return name
    .replace(/\.part$/, "")
    .replace(/\.gz$/i, "")
    .replace(/\.(csv|psv|tsv|jsonl|ndjson|zip)$/i, "")
    .replace(/[-_. ]part[-_ ]?\d+/i, "");
}

/** `cfs get --unpack` keeps "a.csv.gz" beside "a.csv". */
function withoutUnpacked(files: readonly NamedFile[]): string[] {
  const byPlain = new Map<string, string>();
  for (const { at, plain, isUnfinished } of files) {
    const folder = path.join(path.dirname(at), plain);
    if (!isUnfinished && (at !== folder || !byPlain.has(folder))) byPlain.set(folder, at);
  }
  return [...byPlain.values()].toSorted(naturalOrder);
}

function fileSetNamed(name: string, numFiles: number): FileSet {
  return {
    id: name,
    name,
    bucketName: "",
    packageId: "",
    attributes: [],
    files: [],
    numFiles,
    status: "READY",
  };
}
