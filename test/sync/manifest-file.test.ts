import fileSystem from "node:fs";
import fs from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Lock } from "../../source/files/lock.ts";
import { takeFolder } from "../../source/sync/folder-lock.ts";
import type { Fact, FileRecord } from "../../source/sync/manifest.ts";
import { openManifest, readManifest } from "../../source/sync/manifest-file.ts";
import { type SyncPaths, syncPathsOf } from "../../source/sync/query.ts";

let directory: string;
let paths: SyncPaths;
let held: Lock;

beforeEach(async () => {
  directory = await fs.mkdtemp(path.join(os.tmpdir(), "cfs-sync-"));
  paths = syncPathsOf(directory);
  held = await takeFolder(paths);
});

afterEach(async () => {
  await held.release();
  await fs.rm(directory, { recursive: true });
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
const filesKept = async () =>
  (await fs.readdir(paths.folder)).filter((name) => name !== path.basename(paths.lock));
const fileIds = () => [...(readManifest(paths).manifest.files.get("set")?.keys() ?? [])];

it("loses no fact to a kill, nor to a line that was cut off", async () => {
  const first = openManifest(paths);
  for (const fact of [begun, there("a")]) first.record(fact);
  expect(fileIds()).toEqual(["a"]);
  await fs.appendFile(paths.log, '{"fact":"there","file":{"fileI');
  const second = openManifest(paths);
  second.record(there("b"));
  second.record({ fact: "complete", fileSetId: "set" });
  expect(fileIds()).toEqual(["a", "b"]);
  expect(readManifest(paths).manifest.fileSets.get("set")).toMatchObject({ complete: true });
});

it("syncs the facts behind it after some seconds, and with none that come before", () => {
  const synced = vi.spyOn(fileSystem, "fdatasyncSync");
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
  }
  vi.restoreAllMocks();
});

it("is one whole file after saving, that only its owner can read", async () => {
  const kept = openManifest(paths);
  for (const fact of [begun, there("a")]) kept.record(fact);
  await kept.save();
  expect(await filesKept()).toEqual(["manifest.json"]);
  expect((await fs.stat(paths.manifest)).mode & 0o777).toBe(0o600);
  expect(fileIds()).toEqual(["a"]);
  const { mtimeMs } = await fs.stat(paths.manifest);
  await openManifest(paths).save();
  expect((await fs.stat(paths.manifest)).mtimeMs).toBe(mtimeMs);
});

it("is whole where a saving before was cut off", async () => {
  await fs.writeFile(`${paths.manifest}.new`, '{"version":1,"fo');
  const kept = openManifest(paths);
  kept.record(begun);
  await kept.save();
  expect(await filesKept()).toEqual(["manifest.json"]);
});

it.each(["", "{", '{"version":2}', '{"version":1,"followed":[],"fileSets":[],"files":[{}]}'])(
  "says so where it makes no sense: %s",
  async (text) => {
    await fs.writeFile(paths.manifest, text);
    const { manifest, damage } = openManifest(paths);
    expect(damage).toBeDefined();
    expect(manifest.files.size).toBe(0);
  },
);

it.each(["../x", "/etc/x", "a/b", "..", ".", "", "C:x", "a\\b", "nul\0"])(
  "takes no name that leads elsewhere: %j",
  async (name) => {
    openManifest(paths).record(there("a", { name }));
    expect(readManifest(paths).manifest.files.size).toBe(0);
  },
);

it("does not work through a link that leads elsewhere", async () => {
  await fs.rm(paths.folder, { recursive: true });
  await fs.mkdir(path.join(directory, "elsewhere"));
  await fs.symlink(path.join(directory, "elsewhere"), paths.folder);
  await expect(takeFolder(paths)).rejects.toMatchObject({ kind: "disk" });
});
