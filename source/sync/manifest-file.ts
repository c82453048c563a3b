import fs from "node:fs";
import { errnoOf } from "../base/errors.ts";
import { readJson } from "../base/json.ts";
import { shareRuns } from "../base/shared-runs.ts";
import { diskError, syncDirectoryNow, writeAtomically } from "../files/disk.ts";
import {
  applyFact,
  emptyManifest,
  type Fact,
  factShape,
  type Manifest,
  manifestFrom,
  manifestShape,
  manifestText,
  type SyncPaths,
} from "./manifest.ts";

export interface ReadManifest {
  manifest: Manifest;
  /** Why the manifest on disk is ignored, if it exists. */
  damage: string | undefined;
}

/** The manifest of a folder while one process works on it. */
export interface ManifestFile extends ReadManifest {
  /**
   * Applies a fact and appends it to the log of the manifest: a killed process loses none, and a power loss
   * only those of the last seconds. `save` reports a failed write.
   */
  record(fact: Fact): void;
  /**
   * Replaces the manifest if it has changed: whole and durable, or not at all. Facts recorded meanwhile stay
   * in the log. A call during a save waits for the next one. Rejects with an AppError of kind disk.
   */
  save(): Promise<void>;
  /** Closes the log; a later `record` opens it again. */
  close(): void;
}

/** The folder's content as the last run recorded it; empty without a manifest. */
export function readManifest(paths: SyncPaths): ReadManifest {
  return read(paths).read;
}

const syncEveryMs = 5_000;

/** Like `readManifest`, for the process that holds the folder's lock and changes the manifest. */
export function openManifest(paths: SyncPaths): ManifestFile {
  const found = read(paths);
  const { manifest, damage } = found.read;
  let saved = found.text;
  let log: number | undefined;
  let syncedAtMs = performance.now();
  /** Facts recorded while the manifest is being replaced, which removes the log. */
  let late: Fact[] | undefined;

  const syncNowAndThen = (fd: number) => {
    if (performance.now() - syncedAtMs < syncEveryMs) return;
    fs.fdatasyncSync(fd);
    syncDirectoryNow(paths.folder);
    syncedAtMs = performance.now();
  };

  const close = () => {
    const fd = log;
    log = undefined;
    try {
      if (fd !== undefined) fs.closeSync(fd);
    } catch {
      // As in `record`.
    }
  };

  const append = (fact: Fact) => {
    try {
      log ??= openLog(paths.log);
      fs.writeSync(log, `${JSON.stringify(fact)}\n`);
      syncNowAndThen(log);
    } catch {
      // The next `save` writes the facts that the log lacks.
    }
  };

  return {
    manifest,
    damage,
    record(fact) {
      applyFact(manifest, fact);
      append(fact);
      late?.push(fact);
    },
    close,
    save: shareRuns(async () => {
      close();
      const text = manifestText(manifest);
      late = [];
      try {
        if (text !== saved) await writeAtomically(paths.manifest, text, { isDurable: true });
        saved = text;
        close();
        fs.rmSync(paths.log, { force: true });
        for (const fact of late) append(fact);
      } catch (thrown) {
        throw diskError(thrown, `Saving the manifest of ${paths.directory}`);
      } finally {
        late = undefined;
      }
    }),
  };
}

/** Ends a truncated last line first. */
function openLog(path: string): number {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW = 0 } = fs.constants;
  const fd = fs.openSync(path, O_APPEND | O_CREAT | O_WRONLY | O_NOFOLLOW, 0o600);
  try {
    if (fs.fstatSync(fd).size > 0) fs.writeSync(fd, "\n");
    return fd;
  } catch (thrown) {
    fs.closeSync(fd);
    throw thrown;
  }
}

function read(paths: SyncPaths): { read: ReadManifest; text: string } {
  const text = textOf(paths.manifest);
  const parsed = readJson(manifestShape, text ?? "");
  const manifest = parsed === undefined ? emptyManifest() : manifestFrom(parsed);
  for (const line of (textOf(paths.log) ?? "").split("\n")) {
    const fact = readJson(factShape, line);
    if (fact !== undefined) applyFact(manifest, fact);
  }
  const isDamaged = text !== undefined && parsed === undefined;
  const damage = isDamaged ? "its manifest is damaged" : undefined;
  return { read: { manifest, damage }, text: text ?? "" };
}

function textOf(path: string): string | undefined {
  try {
    return fs.readFileSync(path, "utf8");
  } catch (thrown) {
    if (errnoOf(thrown) === "ENOENT" || errnoOf(thrown) === "ENOTDIR") return undefined;
    throw diskError(thrown, `Reading ${path}`);
  }
}
