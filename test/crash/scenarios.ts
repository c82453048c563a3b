import { fileURLToPath } from "node:url";
import type { NewFile } from "../../source/sandbox/sandbox.ts";
import { buildPrograms } from "../transfer/built.ts";
import { type Scenario, scenario } from "./stage.ts";

const kilobyte = 1024;

const large = { filename: "large.csv.gz", bytes: 2_500 * kilobyte, listedMd5: "missing" } as const;
const slow = { bytesPerSecond: 700 * kilobyte };
const threeConnections = { CFS_CONNECTIONS: "3" };
const one = { CFS_CONNECTIONS: "1" };

const several: readonly NewFile[] = Array.from({ length: 8 }, (_, index) => ({
  filename: `small-${index}.csv.gz`,
  bytes: 3_000 + 900 * index,
}));

export const scenarios: readonly Scenario[] = [
  scenario("a download in several segments", {
    files: [large],
    ...slow,
    environment: threeConnections,
    record: async ({ get, run }) => void (await run(get)),
    again: ({ get }) => get,
  }),
  scenario("a download of bytes that nothing verifies", {
    files: [{ filename: "plain.csv", bytes: 1_200 * kilobyte, listedMd5: "missing" }],
    ...slow,
    environment: one,
    async record({ get, kill, run }) {
      await kill(get, "plain.csv", 700 * kilobyte);
      await run(get);
    },
    again: ({ get }) => get,
  }),
  scenario("a resume after a kill", {
    files: [large],
    ...slow,
    environment: threeConnections,
    async record({ get, kill, run }) {
      await kill(get, large.filename, 900 * kilobyte);
      await kill(get, large.filename, 1_600 * kilobyte);
      await run(get);
    },
    again: ({ get }) => get,
  }),
  scenario("a resume after the machine was started again", {
    files: [large],
    ...slow,
    environment: one,
    async record({ get, kill, restart, run }) {
      await kill(get, large.filename, 1_200 * kilobyte);
      restart();
      await run(get);
    },
    again: ({ get }) => get,
  }),
  scenario("wrong bytes that are fetched again", {
    files: [{ filename: "a.csv", bytes: 900 * kilobyte, listedMd5: "true" }],
    ...slow,
    environment: one,
    async record({ corrupt, get, run }) {
      corrupt("a.csv");
      await run(get);
    },
    again: ({ get }) => get,
  }),
  scenario("an overwriting", {
    files: [
      { filename: "a.csv.gz", bytes: 700 * kilobyte },
      { filename: "b.csv.gz", bytes: 9_000 },
    ],
    async record({ change, get, run }) {
      await run(get);
      change("a.csv.gz");
      change("b.csv.gz");
      await run([...get, "--overwrite"]);
    },
    again: ({ get }) => [...get, "--overwrite"],
  }),
  scenario("small files", {
    files: several.slice(),
    record: async ({ get, run }) => void (await run(get)),
    again: ({ get }) => get,
  }),
  scenario("several at once, zip and gzip without an md5", {
    files: [
      ...several.slice(0, 3),
      { filename: "a.zip", bytes: 400 * kilobyte, listedMd5: "missing" },
      { filename: "b.jsonl.gz", bytes: 500 * kilobyte, listedMd5: "missing" },
      { filename: "c.csv.gz", bytes: 300 * kilobyte, listedMd5: "missing", listedSize: "missing" },
    ],
    record: async ({ get, run }) => void (await run(get)),
    again: ({ get }) => get,
  }),
  scenario("an unpacking", {
    files: [
      { filename: "a.csv.gz", bytes: 60 * kilobyte },
      { filename: "b.zip", bytes: 50 * kilobyte, listedMd5: "missing" },
    ],
    unpacks: true,
    record: async ({ get, run }) => void (await run([...get, "--unpack"])),
    again: ({ get }) => [...get, "--unpack"],
  }),
  scenario("a sync, and another after a change", {
    files: [...several.slice(0, 3), { filename: "d.csv.gz", bytes: 400 * kilobyte }],
    async record({ change, folder, run, sandbox }) {
      await run(syncWords(folder));
      change("d.csv.gz");
      for (const fileSet of sandbox.catalogue.fileSets.values()) modify(fileSet);
      await run(syncWords(folder));
    },
    again: ({ folder }) => syncWords(folder),
  }),
  scenario("a sign-in, and refreshes that rotate the token", {
    files: several.slice(0, 1),
    account: "password",
    async record({ get, login, run }) {
      await login();
      await run(get);
      await run(get);
      await run(["buckets"]);
    },
    again: ({ get }) => get,
  }),
  scenario("a queue, and the one that takes it over", {
    files: [...several.slice(0, 5), { filename: "d.csv.gz", bytes: 600 * kilobyte }],
    ...slow,
    async record({ files, folder, kill, run }) {
      const programs = await buildPrograms({
        queue: "test/crash/queue-program.ts",
        "verify-worker": "source/transfer/verify/worker.ts",
      });
      try {
        const ids = files.map(({ id }) => id).join(",");
        const program = fileURLToPath(programs.url("queue"));
        const options = { program, environment: { DIRECTORY: folder, CFS_CONNECTIONS: "1" } };
        await kill([], "d.csv.gz", 100 * kilobyte, {
          ...options,
          environment: { ...options.environment, FILE_IDS: ids },
        });
        await run([], 0, options);
      } finally {
        await programs.remove();
      }
    },
    again: ({ get }) => get,
  }),
];

/** The service reports the time of a change in whole seconds, and both states may fall into the same second. */
export function modify(fileSet: { modifiedMs: number }): void {
  fileSet.modifiedMs = Math.max(Date.now(), fileSet.modifiedMs + 1_000);
}

export function syncWords(folder: string): readonly string[] {
  return ["sync", "bulk-A", "--package", "Pack", "-o", folder, "--json", "--quiet"];
}
