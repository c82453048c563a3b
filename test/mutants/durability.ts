import { type Mutant, powerLoss } from "./mutant.ts";

/** What must be on disk, and in which order. */
export const durabilityMutants: readonly Mutant[] = [
  {
    name: "a part file gets its final name without a sync of its bytes",
    file: "source/transfer/part-file/part-file.ts",
    replace: ["if (done.bytes() > 0) await sync(isWhole);", ""],
    caughtBy: powerLoss("a download of bytes that nothing verifies"),
  },
  {
    name: "the final name comes before the sync of the bytes",
    file: "source/transfer/file/fetch-large.ts",
    replace: [
      "await part.close(true);\n    await fs.rename(paths.part, path);",
      "await fs.rename(paths.part, path);\n    await part.close(true);",
    ],
    caughtBy: powerLoss("a download in several segments"),
  },
  {
    name: "a file counts as saved before its name is synced",
    file: "source/transfer/file/fetch-large.ts",
    replace: [
      "await fs.rename(paths.part, path);\n    await context.syncDirectory(directory);",
      "await fs.rename(paths.part, path);",
    ],
    caughtBy: powerLoss("a download in several segments"),
  },
  {
    name: "the journal is removed before the final name is synced",
    file: "source/transfer/file/fetch-large.ts",
    replace: [
      "await context.syncDirectory(directory);\n    await fs.rm(paths.journal, { force: true });",
      "await fs.rm(paths.journal, { force: true });\n    await context.syncDirectory(directory);",
    ],
    caughtBy: powerLoss("a download in several segments"),
  },
  {
    name: "a file is overwritten before the removal of its old journal is synced",
    file: "source/transfer/file/fetch-large.ts",
    replace: [
      "if (left === undefined && existsSync(path)) await context.syncDirectory(directory);",
      "",
    ],
    caughtBy: {
      file: "test/transfer/overwriting.test.ts",
      name: "syncs the folder before it starts",
    },
  },
  {
    name: "a part file is not synced while it grows",
    file: "source/transfer/part-file/part-file.ts",
    replace: ["if (unsyncedBytes >= syncEveryBytes || isLate) syncBehind();", ""],
    caughtBy: powerLoss("a download in several segments"),
  },
  {
    name: "a journal claims bytes as synced without their sync",
    file: "source/transfer/part-file/part-file.ts",
    replace: ["await syncFile(fd);", ""],
    caughtBy: powerLoss("a download in several segments"),
  },
  {
    name: "a sync claims what was written while it ran",
    file: "source/transfer/part-file/part-file.ts",
    replace: ["await current.synced(claims);", "await current.synced(current.claims());"],
    caughtBy: {
      file: "test/transfer/part-file/part-file.test.ts",
      name: "none that arrived meanwhile",
    },
  },
  {
    name: "a journal claims bytes before they are written",
    file: "source/transfer/object/body-writer.ts",
    replace: [
      "sink.write(chunks, writtenTo, (error) => {",
      "sink.written(writtenTo, end);\n      sink.write(chunks, writtenTo, (error) => {",
    ],
    caughtBy: {
      file: "test/transfer/object/body-writer.test.ts",
      name: "claims bytes once the disk has written them",
    },
  },
  {
    name: "a journal is not synced",
    file: "source/transfer/part-file/journal.ts",
    replace: ["sync: () => syncFile(fd),", "sync: async () => undefined,"],
    caughtBy: powerLoss("a download in several segments"),
  },
  {
    name: "a journal replaces an earlier one before it is synced",
    file: "source/transfer/part-file/journal.ts",
    replace: [
      "await sync();\n    if (isOver || isNamed) return;\n    takePlace();",
      "takePlace();\n    await sync();\n    if (isOver || isNamed) return;",
    ],
    caughtBy: powerLoss("a resume after the machine was started again"),
  },
  {
    name: "the name of a journal is not synced",
    file: "source/transfer/part-file/journal.ts",
    replace: ["takePlace();\n    await syncDirectory(path.dirname(file));", "takePlace();"],
    caughtBy: powerLoss("a download in several segments"),
  },
  {
    name: "a shortened journal replaces the long one before it is synced",
    file: "source/transfer/part-file/journal.ts",
    replace: ["await fresh.sync();", ""],
    caughtBy: { file: "test/transfer/part-file/journal.test.ts", name: "has become long" },
  },
  {
    name: "bytes are replaced before the removal of their journal is synced",
    file: "source/transfer/part-file/journal.ts",
    replace: ["if (existing.length > 0) await syncDirectory(path.dirname(file));", ""],
    caughtBy: powerLoss("wrong bytes that are fetched again"),
  },
  {
    name: "bytes written before a restart of the machine count as synced",
    file: "source/transfer/part-file/journal.ts",
    replace: ["claim.boot === boot", "true"],
    caughtBy: { file: "test/transfer/part-file/journal.test.ts", name: "only what was synced" },
  },
  {
    name: "small files get their names without a sync of their bytes",
    file: "source/transfer/verify/small-files.ts",
    replace: ["await syncFile(one.fd);", ""],
    caughtBy: powerLoss("small files"),
  },
  {
    name: "small files get their names before the sync of their bytes",
    file: "source/transfer/verify/small-files.ts",
    replace: [
      "await Promise.all(unfinished.map(sync));\n    each(unfinished, finish);",
      "each(unfinished, ({ part, file }) => fs.renameSync(part, file.path));\n    await Promise.all(unfinished.map(sync));",
    ],
    caughtBy: powerLoss("small files"),
  },
  {
    name: "small files count as saved before their names are synced",
    file: "source/transfer/verify/small-files.ts",
    replace: ["    syncFolders(unfinished);\n", ""],
    caughtBy: powerLoss("small files"),
  },
  {
    name: "a file that ends during a sync of its folder does not wait for the next",
    file: "source/base/shared-runs.ts",
    replace: [
      "if (running === undefined) return next ?? run();",
      "if (next === undefined) return running ?? run();",
    ],
    caughtBy: {
      file: "test/transfer/disk.test.ts",
      name: "a folder is synced once for all that wait",
    },
  },
  {
    name: "a sync of a folder does nothing",
    file: "source/files/disk.ts",
    replace: ["await syncAll(fd);", ""],
    caughtBy: powerLoss("an unpacking"),
  },
  {
    name: "a new folder is not synced into its parent",
    file: "source/files/make-folder.ts",
    replace: ["await syncDirectory(path.dirname(folder)).catch(() => undefined);", ""],
    caughtBy: powerLoss("small files"),
  },
  {
    name: "the name of a folder that a killed process made is not synced",
    file: "source/files/make-folder.ts",
    replace: ["await syncDirectory(path.dirname(lowest)).catch(() => undefined);", ""],
    caughtBy: {
      file: "test/files/make-folder.test.ts",
      name: "as its creator may have been killed",
    },
  },
  {
    name: "a new settings folder is not synced into its parent",
    file: "source/files/make-folder.ts",
    replace: ["syncDirectoryNow(path.dirname(folder));", ""],
    caughtBy: powerLoss("a sign-in, and refreshes that rotate the token"),
  },
  {
    name: "a manifest replaces the earlier one without a sync",
    file: "source/files/disk.ts",
    replace: ["if (isDurable) await file.sync();", ""],
    caughtBy: powerLoss("a sync, and another after a change"),
  },
  {
    name: "the name of a manifest is not synced",
    file: "source/files/disk.ts",
    replace: ["if (isDurable) await syncDirectory(path.dirname(target));", ""],
    caughtBy: powerLoss("a sync, and another after a change"),
  },
  {
    name: "the log of a manifest is not synced",
    file: "source/sync/manifest-file.ts",
    replace: ["fs.fdatasyncSync(fd);", ""],
    caughtBy: {
      file: "test/sync/manifest-file.test.ts",
      name: "syncs the facts every few seconds",
    },
  },
  {
    name: "the name of a manifest's log is not synced",
    file: "source/sync/manifest-file.ts",
    replace: ["syncDirectoryNow(paths.folder);", ""],
    caughtBy: {
      file: "test/sync/manifest-file.test.ts",
      name: "syncs the facts every few seconds",
    },
  },
  {
    name: "the log is removed before the manifest is written",
    file: "source/sync/manifest-file.ts",
    replace: [
      "if (text !== saved) await",
      "fs.rmSync(paths.log, { force: true });\n        if (text !== saved) await",
    ],
    caughtBy: {
      file: "test/sync/manifest-file.test.ts",
      name: "keeps the facts if the disk refuses the manifest",
    },
  },
  {
    name: "a queue replaces the earlier one without a sync",
    file: "source/files/disk.ts",
    replace: ["if (isDurable) fs.fsyncSync(fd);", ""],
    caughtBy: powerLoss("a queue, and the one that takes it over"),
  },
  {
    name: "the name of a queue is not synced",
    file: "source/files/disk.ts",
    replace: ["if (isDurable) syncDirectoryNow(path.dirname(target));", ""],
    caughtBy: powerLoss("a queue, and the one that takes it over"),
  },
  {
    name: "the queue of an ended process is removed before its downloads are saved in the new one",
    file: "source/transfer/queue/queue-file.ts",
    replace: [
      "queue.save(recovered);\n  for (const { file } of left) fs.rmSync(file, { force: true });",
      "for (const { file } of left) fs.rmSync(file, { force: true });\n  queue.save(recovered);",
    ],
    caughtBy: powerLoss("a queue, and the one that takes it over"),
  },
  {
    name: "the settings folder is not synced after a refresh",
    file: "source/config/state-writer.ts",
    replace: ["if (!isDurable) return;", "return;"],
    caughtBy: powerLoss("a sign-in, and refreshes that rotate the token"),
  },
  {
    name: "the name of the settings folder is not synced after a refresh",
    file: "source/config/state-writer.ts",
    replace: ["syncNameOf(dirname(target));", ""],
    caughtBy: { file: "test/config/state-store.test.ts", name: "only for a session" },
  },
  {
    name: "a new refresh token is not synced",
    file: "source/config/state-store.ts",
    replace: ["!isDeepStrictEqual(read().sessions, state.sessions)", "false"],
    caughtBy: powerLoss("a sign-in, and refreshes that rotate the token"),
  },
  {
    name: "an unpacked file gets its name without a sync of its bytes",
    file: "source/unpack/extract-entry.ts",
    replace: ["await handle.datasync();", ""],
    caughtBy: powerLoss("an unpacking"),
  },
  {
    name: "the name of an unpacked gzip file is not synced",
    file: "source/unpack/gunzip-file.ts",
    replace: ["await syncDirectory(path.dirname(target));", ""],
    caughtBy: powerLoss("an unpacking"),
  },
  {
    name: "an unpacked folder gets its name before the names in it are synced",
    file: "source/unpack/unzip-file.ts",
    replace: ["      await syncFolders(part, placed);\n", ""],
    caughtBy: powerLoss("an unpacking"),
  },
  {
    name: "the name of an unpacked folder is not synced",
    file: "source/unpack/unzip-file.ts",
    replace: ["await syncDirectory(path.dirname(target));", ""],
    caughtBy: powerLoss("an unpacking"),
  },
];
