import type { Mutant } from "./mutant.ts";

const manifest = "test/sync/manifest-file.test.ts";
const prune = { file: "test/commands/sync-prune.test.ts" };
const sync = { file: "test/commands/sync.test.ts" };
const syncFailures = { file: "test/commands/sync-failures.test.ts" };

/** The manifest of a synced folder is right, and no file is removed that is wanted or that cfs did not fetch. */
export const folderMutants: readonly Mutant[] = [
  {
    name: "files are pruned after a failure",
    file: "source/commands/sync/sync-once.ts",
    replace: ["if (failures.length === 0) {", "if (failures.length >= 0) {"],
    caughtBy: { ...prune, name: "removes nothing after a failure" },
  },
  {
    name: "a file that the user changed is pruned",
    file: "source/sync/prune.ts",
    replace: [
      "if (!isChanged) onDisk(parts, record, fs.unlinkSync);",
      "onDisk(parts, record, fs.unlinkSync);",
    ],
    caughtBy: { ...sync, name: "removes with --prune what it brought" },
  },
  {
    name: "a file from before the first sync is pruned",
    file: "source/sync/prune.ts",
    replace: ["({ brought, name }) => brought && !wantedNames", "({ name }) => !wantedNames"],
    caughtBy: { ...sync, name: "removes with --prune what it brought" },
  },
  {
    name: "a file that another file set has too is pruned",
    file: "source/sync/prune.ts",
    replace: ["brought && !wantedNames.has(fileNameKey(name))", "brought"],
    caughtBy: { ...prune, name: "keeps a file that another file set has too" },
  },
  {
    name: "an empty listing prunes everything",
    file: "source/sync/prune.ts",
    replace: [
      "followedAfter.retired.length > 0 && followedAfter.wanted.length > 0",
      "followedAfter.retired.length > 0",
    ],
    caughtBy: { ...prune, name: "removes nothing if nothing is listed any more" },
  },
  {
    name: "a file set with an incomplete listing counts as complete",
    file: "source/sync/missing-files.ts",
    replace: [
      "if (files.length < fileSet.numFiles) fail(shortError(fileSet, files.length));\n        else {",
      "{",
    ],
    caughtBy: { ...syncFailures, name: "lists fewer files than it reports" },
  },
  {
    name: "a file set of which only selected files were fetched counts as complete",
    file: "source/sync/missing-files.ts",
    replace: ["part: isWhole ? undefined : selection.key", "part: undefined"],
    caughtBy: {
      file: "test/sync/missing-files.test.ts",
      name: "a selection is complete without the files that it leaves out",
    },
  },
  {
    name: "a file that the user changed is overwritten by a newer one",
    file: "source/sync/folder-state.ts",
    replace: ['return (await view.byContent(record, signal)) === "present";', "return true;"],
    caughtBy: { file: "test/commands/sync-changes.test.ts", name: "stays" },
  },
  {
    name: "--verify compares sizes only",
    file: "source/sync/folder-state.ts",
    replace: [
      '(await sha256Of(file, signal)) === record.sha256 ? "present" : "damaged"',
      '"present"',
    ],
    caughtBy: {
      ...sync,
      name: "repairs with --verify a file that only its bytes show to be damaged",
    },
  },
  {
    name: "a name in a manifest may lead out of the folder",
    file: "source/sync/manifest.ts",
    replace: ["path.win32.basename(name) === name &&", ""],
    caughtBy: { file: manifest, name: "leads out of the folder" },
  },
  {
    name: "the facts behind a manifest are not read",
    file: "source/sync/manifest-file.ts",
    replace: ["if (fact !== undefined) applyFact(manifest, fact);", ""],
    caughtBy: { file: manifest, name: "keeps all facts after a crash" },
  },
  {
    name: "two processes sync one folder at once",
    file: "source/sync/folder-lock.ts",
    replace: [
      "const held = await acquireLock(lock);",
      "const held = { release: async () => undefined };",
    ],
    caughtBy: { ...syncFailures, name: "reports that another process is syncing the folder" },
  },
  {
    name: "file sets that were PENDING are not looked for again",
    file: "source/sync/plan.ts",
    replace: [
      "Math.min(markMs - overlapMs, ...pending.map((time) => Date.parse(time)))",
      "markMs - overlapMs",
    ],
    caughtBy: {
      file: "test/sync/listing-since.test.ts",
      name: "from the oldest set that was PENDING",
    },
  },
  {
    name: "a changed plan is carried out",
    file: "source/plan/read-plan.ts",
    replace: [' || digest.digest("hex") !== id)', ")"],
    caughtBy: { file: "test/plan/read-plan.test.ts", name: "with another destination" },
  },
  {
    name: "a plan can name a file outside the folder",
    file: "source/plan/plan.ts",
    replace: ["localFileName(sanitizeName(name)) === name,", 'name !== "",'],
    caughtBy: { file: "test/plan/read-plan.test.ts", name: "with a name out of the folder" },
  },
  {
    name: "the split of a plan depends on the order of its lines",
    file: "source/plan/shards.ts",
    replace: [" || compare(left.name, right.name)", ""],
    caughtBy: {
      file: "test/plan/shards.test.ts",
      name: "however the lines of the plan are ordered",
    },
  },
  {
    name: "a file of the user under a name of the plan is numbered around",
    file: "source/transfer/file/destination.ts",
    replace: [
      "for (let number = 2; !keepsName; number += 1)",
      "for (let number = 2; ; number += 1)",
    ],
    caughtBy: {
      file: "test/transfer/kept-names.test.ts",
      name: "fails if another file has the name",
    },
  },
];
