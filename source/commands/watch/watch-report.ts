import { join } from "node:path";
import { naturalOrder } from "../../domain/ordering.ts";
import { filesIn, type Manifest } from "../../sync/manifest.ts";
import { type Call, createOutput } from "../console/call.ts";
import type { Messages } from "../console/messages.ts";

/** A complete file set in the folder, with names that scripts rely on. */
export interface SavedFileSet {
  fileSetId: string;
  name: string;
  packageId: string;
  files: { fileId: string; name: string; path: string; size: number; sha256: string }[];
}

/** Undefined if the manifest does not know the file set. */
export function savedFileSet(
  fileSetId: string,
  manifest: Manifest,
  directory: string,
): SavedFileSet | undefined {
  const fileSet = manifest.fileSets.get(fileSetId);
  if (fileSet === undefined) return undefined;
  const files = [...filesIn(manifest, fileSetId).values()]
    .map(({ fileId, name, bytes, sha256 }) => ({
      fileId,
      name,
      path: join(directory, name),
      size: bytes,
      sha256,
    }))
    .sort((left, right) => naturalOrder(left.name, right.name));
  return { fileSetId, name: fileSet.name, packageId: fileSet.packageId, files };
}

/** What `cfs watch` reports; `--json` prints each as an object with this name. */
type WatchEvent =
  | "subscribed"
  | "listed"
  | "notified"
  | "ignored"
  | "unreadable"
  | "saved"
  | "failed"
  | "renewed"
  | "polling"
  | "listening"
  | "ran"
  | "command-failed";

export interface WatchReport {
  /** For people, a note with this text, or nothing without one. */
  event(event: WatchEvent, facts?: object, text?: string): void;
  /** Like `event`, but the text is also printed with `--quiet`. */
  problem(event: WatchEvent, facts: object, text: string): void;
  /** For people, the paths of the files. */
  saved(fileSet: SavedFileSet): void;
}

export function createWatchReport(
  json: boolean,
  { note, progress, warn }: Messages,
  call: Call,
): WatchReport {
  const output = createOutput(call.stdout);
  const print = (event: WatchEvent, facts: object) => {
    const atMs = call.nowMs();
    if (json)
      progress.above(() => output.json({ event, at: new Date(atMs).toISOString(), ...facts }));
  };
  return {
    event(event, facts = {}, text) {
      print(event, facts);
      if (text !== undefined && !json) note(text);
    },
    problem(event, facts, text) {
      print(event, facts);
      warn(text);
    },
    saved(fileSet) {
      print("saved", fileSet);
      if (json) return;
      progress.above(() => {
        for (const { path } of fileSet.files) output.line(path);
      });
    },
  };
}
