import fileSystem from "node:fs";
import fs from "node:fs/promises";
import path from "node:path";
import { expect, vi } from "vitest";
import { takeFolder } from "../../source/sync/folder-lock.ts";
import {
  type Fact,
  type FileRecord,
  type SyncPaths,
  syncPathsOf,
} from "../../source/sync/manifest.ts";
import { openManifest, readManifest } from "../../source/sync/manifest-file.ts";
import { test } from "../support/test.ts";

/** The manifest and the lock of a folder that this process has taken. */
const it = test.extend("paths", async ({ folder }, { onCleanup }) => {
  const paths = syncPathsOf(folder);
  const held = await takeFolder(paths);
  onCleanup(() => held.release());
  return paths;
});

const begun: Fact = {
  fact: "begun",
  fileSet: { id: "set", name: "Set", packageId: "p", awaited: ["a", "b"], complete: false },
};
const there = (fileId: string, more: Partial<FileRecord> = {}): Fact => ({
  fact: "there",
  file: {
    fileId,
    fileSetId: "set",
    name: `${fileId}.gz`,
    bytes: 7,
    sha256: "0".repeat(64),
    brought: true,
    ...more,
  },
});
const filesKept = async (paths: SyncPaths) =>
  (await fs.readdir(paths.folder)).filter((name) => name !== path.basename(paths.lock));
const fileIds = (paths: SyncPaths) => [
  ...(readManifest(paths).manifest.files.get("set")?.keys() ?? []),
];

it("keeps all facts after a crash and a truncated line", async ({ paths }) => {
  const first = openManifest(paths);
  for (const fact of [begun, there("a")]) first.record(fact);
  expect(fileIds(paths)).toEqual(["a"]);
  await fs.appendFile(paths.log, '{"fact":"there","file":{"fileI');
  const second = openManifest(paths);
  second.record(there("b"));
  second.record({ fact: "complete", fileSetId: "set" });
  expect(fileIds(paths)).toEqual(["a", "b"]);
  expect(readManifest(paths).manifest.fileSets.get("set")).toMatchObject({ complete: true });
});

it("syncs the facts every few seconds, not after each fact", ({ paths, onTestFinished }) => {
  onTestFinished(() => void vi.restoreAllMocks());
  const synced = vi.spyOn(fileSystem, "fdatasyncSync");
  const folderSynced = vi.spyOn(fileSystem, "fsyncSync");
  const now = vi.spyOn(performance, "now").mockReturnValue(0);
  const kept = openManifest(paths);
  for (const [atMs, syncs] of [
    [1_000, 0],
    [5_500, 1],
    [6_000, 1],
    [10_500, 2],
  ] as const) {
    now.mockReturnValue(atMs);
    kept.record(there(`at-${atMs}`));
    expect(synced).toHaveBeenCalledTimes(syncs);
    expect(folderSynced).toHaveBeenCalledTimes(syncs);
  }
});

it("is one file after saving, which only its owner can read", async ({ paths }) => {
  const kept = openManifest(paths);
  for (const fact of [begun, there("a")]) kept.record(fact);
  await kept.save();
  expect(await filesKept(paths)).toEqual(["manifest.json"]);
  expect((await fs.stat(paths.manifest)).mode & 0o777).toBe(0o600);
  expect(fileIds(paths)).toEqual(["a"]);
  const { mtimeMs } = await fs.stat(paths.manifest);
  await openManifest(paths).save();
  expect((await fs.stat(paths.manifest)).mtimeMs).toBe(mtimeMs);
});

it("keeps facts that are recorded while it is saved, also after a crash", async ({ paths }) => {
  const kept = openManifest(paths);
  kept.record(begun);
  const saving = kept.save();
  kept.record(there("a"));
  expect(fileIds(paths)).toEqual(["a"]);
  await saving;
  expect(fileIds(paths)).toEqual(["a"]);
  kept.record(there("b"));
  expect(fileIds(paths)).toEqual(["a", "b"]);
  await kept.save();
  expect(await filesKept(paths)).toEqual(["manifest.json"]);
  expect(fileIds(paths)).toEqual(["a", "b"]);
});

it("a save during another one writes what was recorded in between", async ({ paths }) => {
  const kept = openManifest(paths);
  kept.record(begun);
  const first = kept.save();
  kept.record(there("a"));
  await Promise.all([first, kept.save()]);
  expect(await filesKept(paths)).toEqual(["manifest.json"]);
  expect(fileIds(paths)).toEqual(["a"]);
});

it("knows which file sets are due for a command, until they were handed over", async ({
  paths,
}) => {
  const kept = openManifest(paths);
  const isDue = () => readManifest(paths).manifest.fileSets.get("set")?.isDue;
  kept.record(begun);
  kept.record({ fact: "due", fileSetId: "set" });
  kept.record({ fact: "complete", fileSetId: "set" });
  expect(isDue()).toBe(true);
  await kept.save();
  expect(isDue()).toBe(true);
  kept.record({ fact: "handed over", fileSetId: "set" });
  expect(isDue()).toBeUndefined();
});

it("is empty and undamaged if nothing was written", async ({ paths }) => {
  expect(readManifest(paths)).toMatchObject({ damage: undefined, manifest: { followed: [] } });
  expect((await fs.stat(paths.folder)).mode & 0o777).toBe(0o700);
});

it("does not count as empty if it cannot be read", async ({ paths }) => {
  await fs.mkdir(paths.manifest);
  expect(() => readManifest(paths)).toThrow(expect.objectContaining({ kind: "disk" }));
});

it("has a name that ends with a dot, and ignores the end of a file set it does not know", ({
  paths,
}) => {
  const kept = openManifest(paths);
  kept.record({ fact: "complete", fileSetId: "unknown" });
  kept.record(there("a", { name: "a." }));
  expect(fileIds(paths)).toEqual(["a"]);
  expect(readManifest(paths).manifest.fileSets.size).toBe(0);
});

it("is saved after an interrupted save", async ({ paths }) => {
  await fs.writeFile(`${paths.manifest}.new`, '{"version":1,"fo');
  const kept = openManifest(paths);
  kept.record(begun);
  await kept.save();
  expect(await filesKept(paths)).toEqual(["manifest.json"]);
});

it("keeps the facts if the disk refuses the manifest", async ({ paths }) => {
  await fs.mkdir(`${paths.manifest}.new`);
  const kept = openManifest(paths);
  for (const fact of [begun, there("a")]) kept.record(fact);
  await expect(kept.save()).rejects.toMatchObject({ kind: "disk" });
  expect(fileIds(paths)).toEqual(["a"]);
});

it.for(["", "{", '{"version":2}', '{"version":1,"followed":[],"fileSets":[],"files":[{}]}'])(
  "reports damage: %s",
  async (text, { paths }) => {
    await fs.writeFile(paths.manifest, text);
    const { manifest, damage } = openManifest(paths);
    expect(damage).toBeDefined();
    expect(manifest.files.size).toBe(0);
  },
);

it.for([
  ...["../x", "/etc/x", "a/b", "..", ".", "", "C:x", "a\\b", "nul\0"],
  ...["a\u001b[2J", "a\u202eb", "a".repeat(256)],
])(
  "ignores a name that leads out of the folder, controls a terminal or is too long: %j",
  async (name, { paths }) => {
    openManifest(paths).record(there("a", { name }));
    expect(readManifest(paths).manifest.files.size).toBe(0);
  },
);

it("refuses a folder of its own that is a link", async ({ folder, paths }) => {
  await fs.rm(paths.folder, { recursive: true });
  await fs.mkdir(path.join(folder, "elsewhere"));
  await fs.symlink(path.join(folder, "elsewhere"), paths.folder);
  await expect(takeFolder(paths)).rejects.toMatchObject({ kind: "disk" });
});
