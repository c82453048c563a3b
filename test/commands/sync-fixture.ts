import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import {
  bodyDigest,
  type NewFileSet,
  type Sandbox,
  type SandboxFileSet,
  type SandboxOptions,
  startSandbox,
} from "../../source/sandbox/sandbox.ts";
import {
  type Ended,
  type Home,
  makeHome,
  run,
  type Started,
  start,
} from "../support/program/run.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";

const hourMs = 3_600_000;

/** A sandbox with one empty package, and folders to bring up to date. */
export interface SyncFixture {
  sandbox: Sandbox;
  home: Home;
  /** A folder that is not there yet. */
  newFolder(): string;
  /** Lists one more file set of the package; its files are named. */
  offer(
    name: string,
    ageHours: number,
    files: readonly string[],
    more?: Partial<NewFileSet>,
  ): SandboxFileSet;
  sync(folder: string, ...words: string[]): Promise<Ended>;
  startSync(folder: string, ...words: string[]): Started;
  /** How many requests came since the last asking, by place; sign-in is left out. */
  asked(): Record<string, number>;
  /** Expects these sets' files in the folder, with the right bytes, and nothing else. */
  expectWhole(
    folder: string,
    fileSets: readonly SandboxFileSet[],
    others?: string[],
  ): Promise<void>;
  close(): Promise<void>;
}

export async function createSyncFixture(options: SandboxOptions = {}): Promise<SyncFixture> {
  const sandbox = await startSandbox({ empty: true, ...options });
  const { catalogue, requests } = sandbox;
  const { packageId } = catalogue.addPackage({ packageName: "Pack-A", bucketNames: ["bulk-A"] });
  const home = await makeHome({
    ...credentialsOf(sandbox),
    CFS_RETRY_DELAY: "0",
  });
  let folders = 0;
  let seen = 0;
  const call = (folder: string, words: readonly string[]) =>
    ["sync", "bulk-A", "--package", "Pack-A", "-o", folder, ...words] as const;
  return {
    sandbox,
    home,
    newFolder() {
      folders += 1;
      return join(home.directory, "made", `${folders}`);
    },
    offer: (name, ageHours, files, more = {}) =>
      catalogue.addFileSet({
        name,
        packageId,
        contentToMs: Date.now() - ageHours * hourMs,
        files: files.map((filename) => ({ filename, bytes: 3_000 })),
        ...more,
      }),
    sync: (folder, ...words) => run(call(folder, words), home),
    startSync: (folder, ...words) => start(call(folder, words), home),
    asked() {
      const counts: Record<string, number> = {};
      for (const { place } of requests.slice(seen))
        if (place !== "token") counts[place] = (counts[place] ?? 0) + 1;
      seen = requests.length;
      return counts;
    },
    async expectWhole(folder, fileSets, others = []) {
      const files = fileSets.flatMap((fileSet) => catalogue.filesOf(fileSet));
      expect((await readdir(folder)).sort()).toEqual(
        [".cfs-sync", ...others, ...files.map(({ filename }) => filename)].sort(),
      );
      for (const file of files) {
        const body = await readFile(join(folder, file.filename));
        const sha256 = createHash("sha256").update(body).digest("hex");
        expect([file.filename, sha256]).toEqual([file.filename, await bodyDigest(file, "sha256")]);
      }
    },
    async close() {
      await sandbox.close();
      await home.remove();
    },
  };
}
