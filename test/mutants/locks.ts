import type { Mutant } from "./mutant.ts";

const lockTest = "test/files/lock.test.ts";
const queueTest = "test/transfer/queue/queue-file.test.ts";

/** One process works at a time, and touches nothing of another process. */
export const lockMutants: readonly Mutant[] = [
  {
    name: "a lock is taken even if another process holds it",
    file: "source/files/lock.ts",
    replace: [
      'const fd = fileSystem.openSync(path, "wx", 0o600);',
      'const fd = fileSystem.openSync(path, "w", 0o600);',
    ],
    caughtBy: { file: lockTest, name: "has one holder and names it" },
  },
  {
    name: "a lock that another took over is removed at the end",
    file: "source/files/lock.ts",
    replace: [
      "// If this process was suspended, another may have taken the lock.\n    if ((await readLock(path))?.text === text)",
      "if (text)",
    ],
    caughtBy: { file: lockTest, name: "is left to a process that has taken it over" },
  },
  {
    name: "a lock is not touched while it is held",
    file: "source/files/lock.ts",
    replace: ["if (existing.toString() === text) fileSystem.writeSync(fd, text, 0);", ""],
    caughtBy: { file: lockTest, name: "is touched by the file system's clock" },
  },
  {
    name: "the guard of a process that died stays",
    file: "source/files/lock.ts",
    replace: ["  await fs.rm(guard, { force: true });\n}\n\n/** False if", "}\n\n/** False if"],
    caughtBy: { file: lockTest, name: "despite another dead process's guard" },
  },
  {
    name: "a reused process id counts as the old process",
    file: "source/files/process-identity.ts",
    replace: ["return isSame && isAlive(pid);", "return isAlive(pid);"],
    caughtBy: { file: lockTest, name: "where another process has the dead one's number" },
  },
  {
    name: "a killed process counts as running until its parent asks for its exit code",
    file: "source/files/process-identity.ts",
    replace: ["if (found !== undefined && isEnded(found.state)) return false;", ""],
    caughtBy: {
      file: "test/files/process-identity.test.ts",
      name: "has ended although its parent has not asked",
    },
  },
  {
    name: "a process id of another container is looked up in this one",
    file: "source/files/lock.ts",
    replace: ["return namespace !== undefined && namespace !== pidNamespace();", "return false;"],
    caughtBy: { file: lockTest, name: "of another container" },
  },
  {
    name: "a lock of another machine is taken even if it is new",
    file: "source/files/lock.ts",
    replace: [": ageMs < staleMs;", ": false;"],
    caughtBy: { file: lockTest, name: "of another machine holds as long as it is touched" },
  },
  {
    name: "a file is fetched without its lock",
    file: "source/transfer/file/fetch-file.ts",
    replace: ["await takeLock(paths.lock, file.name);", "{ release: async () => undefined };"],
    caughtBy: { file: "test/transfer/processes.test.ts", name: "the second names the holder" },
  },
  {
    name: "a file that appeared before the lock was taken is fetched again",
    file: "source/transfer/file/fetch-file.ts",
    replace: ["destination.present || existsSync(destination.path)", "destination.present"],
    caughtBy: {
      file: "test/transfer/engine.test.ts",
      name: "one that appeared in the folder meanwhile",
    },
  },
  {
    name: "a small file is saved without its lock",
    file: "source/transfer/verify/small-files.ts",
    replace: ["if (!tryLock(one.lock, first)) {", "if (tryLock(one.lock, first) === undefined) {"],
    caughtBy: {
      file: "test/transfer/verify/worker.test.ts",
      name: "saves no small file while another process fetches it",
    },
  },
  {
    name: "a small file replaces one that appeared meanwhile",
    file: "source/transfer/verify/small-files.ts",
    replace: ["hasPart || (!replaces && fs.existsSync(final))", "hasPart"],
    caughtBy: {
      file: "test/transfer/engine.test.ts",
      name: "one that appeared in the folder meanwhile",
    },
  },
  {
    name: "a cancelled download removes the partial file of another process",
    file: "source/transfer/file/discard.ts",
    replace: [
      "const lock = await lockUnlessFull(paths.lock, name);",
      "const lock = await lockUnlessFull(paths.lock, name).catch(() => undefined);",
    ],
    caughtBy: {
      file: "test/transfer/cancel.test.ts",
      name: "does not touch the download of another process",
    },
  },
  {
    name: "a cancelled download removes the part file of another file",
    file: "source/transfer/file/discard.ts",
    replace: [
      "if ((head?.fileId ?? fileId) === fileId) await removePart(paths);",
      "await removePart(paths);",
    ],
    caughtBy: {
      file: "test/transfer/cancel.test.ts",
      name: "does not touch the partial file of another file with that name",
    },
  },
  {
    name: "files in use by a running process are removed as left over",
    file: "source/files/leftovers.ts",
    replace: ["if (lock === undefined) return;", ""],
    caughtBy: {
      file: "test/files/leftovers.test.ts",
      name: "keeps files in use by a running process",
    },
  },
  {
    name: "a part file that can be resumed is removed as left over",
    file: "source/files/leftovers.ts",
    replace: ["if (existsSync(part) && existsSync(journal)) return;", ""],
    caughtBy: {
      file: "test/files/leftovers.test.ts",
      name: "keeps a part file that can be resumed",
    },
  },
  {
    name: "the queue of a running process is taken over",
    file: "source/transfer/queue/queue-file.ts",
    replace: ["if (isStillUsed(directory, name, queue)) return undefined;", ""],
    caughtBy: { file: queueTest, name: "offers the downloads of an ended process, once" },
  },
  {
    name: "the settings are changed without their lock",
    file: "source/config/state-store.ts",
    replace: [
      "const lock = await waitForLock(lockPath, waiting)",
      "const lock = await Promise.resolve({ release: async () => undefined })",
    ],
    caughtBy: { file: "test/config/state-store.test.ts", name: "runs one transaction at a time" },
  },
  {
    name: "a session is read although the lock is refused",
    file: "source/config/state-store.ts",
    replace: ["read: () => ({ ...read(), sessions: [] }),", "read,"],
    caughtBy: {
      file: "test/faults/disk.test.ts",
      name: "which is renewed under the lock only",
    },
  },
  {
    name: "the same disk space is reserved for two files",
    file: "source/files/free-space.ts",
    replace: ["free - (reserved.get(directory) ?? 0)", "free"],
    caughtBy: { file: "test/transfer/disk.test.ts", name: "with what others will still need" },
  },
  {
    name: "a link at the path of a part file is followed",
    file: "source/files/disk.ts",
    replace: ["flags | O_NOFOLLOW | O_NONBLOCK", "flags"],
    caughtBy: { file: "test/trust/links.test.ts", name: "a link at NAME.part of a" },
  },
];
