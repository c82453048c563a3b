import { join } from "node:path";
import type { FileSet } from "../../domain/entities.ts";
import { naturalOrder } from "../../domain/ordering.ts";
import { filesIn, type Manifest } from "../../sync/manifest.ts";
import { type Call, createOutput } from "../console/call.ts";
import type { SavedJson, WatchJson } from "../console/json-records.ts";
import type { Messages } from "../console/messages.ts";

/** A file set that is in the folder, and its files. */
export function savedFileSet(
  { id: fileSetId, name, packageId }: Pick<FileSet, "id" | "name" | "packageId">,
  manifest: Manifest,
  directory: string,
): SavedJson {
  const files = [...filesIn(manifest, fileSetId).values()]
    .map((file) => ({
      fileId: file.fileId,
      name: file.name,
      path: join(directory, file.name),
      size: file.bytes,
      sha256: file.sha256,
    }))
    .sort((left, right) => naturalOrder(left.name, right.name));
  return { fileSetId, name, packageId, files };
}

/** An event of `--json` without its time. */
type WatchEvent = WithoutTime<WatchJson>;

type WithoutTime<Event> = Event extends unknown ? Omit<Event, "at"> : never;

export interface WatchReport {
  /** For people, a note with this text, or nothing without one. */
  event(event: WatchEvent, text?: string): void;
  /** Like `event`, but the text is also printed with `--quiet` and `--json`. */
  problem(event: WatchEvent, text: string): void;
  /** For people, the paths of the files. */
  saved(fileSet: SavedJson): void;
}

export function createWatchReport(
  json: boolean,
  { note, progress, warn }: Messages,
  call: Call,
): WatchReport {
  const output = createOutput(call.stdout);
  const print = ({ event, ...facts }: WatchEvent) => {
    if (!json) return;
    const at = new Date(call.nowMs()).toISOString();
    progress.above(() => output.json({ event, at, ...facts }));
  };
  return {
    event(event, text = event.event === "subscribed" ? subscribedText(event) : undefined) {
      print(event);
      if (text !== undefined && !json) note(text);
    },
    problem(event, text) {
      print(event);
      warn(text);
    },
    saved(fileSet) {
      print({ event: "saved", ...fileSet });
      if (json) return;
      progress.above(() => {
        for (const { path } of fileSet.files) output.line(path);
      });
    },
  };
}

/** Says how the subscription ends, which differs from the screens. */
function subscribedText({ subscriptionId: id, isNew }: { subscriptionId: string; isNew: boolean }) {
  return isNew
    ? `Made the subscription ${id}. It stays when this ends; --end removes it.`
    : `Listening to the subscription ${id}.`;
}
