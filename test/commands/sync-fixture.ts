import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { bodyDigest, type NewFileSet, type SandboxFileSet } from "../../source/sandbox/sandbox.ts";
import { test } from "../support/test.ts";

const hourMs = 3_600_000;

/** Tests of `cfs sync` with one package, and a folder to bring up to date. */
export const syncTest = test
  .extend("packageId", { auto: true }, ({ sandbox: { catalogue } }) => {
    const bucketNames = ["bulk-A"];
    return catalogue.addPackage({ packageName: "Pack-A", bucketNames }).packageId;
  })
  /** The folder, which is not there yet. */
  .extend("out", ({ folder }) => join(folder, "out"))
  /** Lists one more file set of the package; its files are named. */
  .extend("offer", ({ packageId, sandbox }) => {
    return (
      name: string,
      ageHours: number,
      files: readonly string[],
      more: Partial<NewFileSet> = {},
    ) =>
      sandbox.catalogue.addFileSet({
        name,
        packageId,
        contentToMs: Date.now() - ageHours * hourMs,
        files: files.map((filename) => ({ filename, bytes: 3_000 })),
        ...more,
      });
  })
  .extend("sync", ({ out, program }) => {
    const call = ["sync", "bulk-A", "--package", "Pack-A", "-o", out];
    return (...words: string[]) => program.run([...call, ...words]);
  })
  /** How many requests came since the last call, by endpoint; sign-in is left out. */
  .extend("asked", ({ sandbox: { requests } }) => {
    let seen = 0;
    return () => {
      const counts: Record<string, number> = {};
      for (const { place } of requests.slice(seen))
        if (place !== "token") counts[place] = (counts[place] ?? 0) + 1;
      seen = requests.length;
      return counts;
    };
  })
  /** Expects these sets' files in the folder, with the right bytes, and nothing else. */
  .extend("expectWhole", ({ out, sandbox: { catalogue } }) => {
    return async (fileSets: readonly SandboxFileSet[]) => {
      const files = fileSets.flatMap((fileSet) => catalogue.filesOf(fileSet));
      const names = files.map(({ filename }) => filename);
      expect((await readdir(out)).sort()).toEqual([".cfs-sync", ...names].sort());
      for (const file of files) {
        const body = await readFile(join(out, file.filename));
        const sha256 = createHash("sha256").update(body).digest("hex");
        expect([file.filename, sha256]).toEqual([file.filename, await bodyDigest(file, "sha256")]);
      }
    };
  })
  /** Lists another file set with a file of the same name, all of whose times lie this long in the past. */
  .extend("add", ({ packageId, sandbox }) => {
    return (name: string, ageHours: number, more: Partial<NewFileSet> = {}) => {
      const atMs = Date.now() - ageHours * hourMs;
      return sandbox.catalogue.addFileSet({
        name,
        packageId,
        contentToMs: atMs,
        createdMs: atMs,
        modifiedMs: atMs,
        files: [{ filename: `${name}.csv.gz`, bytes: 3_000 }],
        ...more,
      });
    };
  })
  .extend(
    "filesOf",
    ({ sandbox }) =>
      (fileSet: SandboxFileSet) =>
        sandbox.catalogue.filesOf(fileSet),
  )
  .extend(
    "names",
    ({ out }) =>
      async () =>
        (await readdir(out)).filter((name) => name !== ".cfs-sync").sort(),
  )
  .extend(
    "saved",
    ({ sync }) =>
      async (...words: string[]) =>
        (await sync("--json", ...words)).objects().map(({ name }) => name),
  )
  /** The endpoints requested while `work` ran, in order, without token requests. */
  .extend("askedBy", ({ sandbox: { requests } }) => async (work: () => Promise<unknown>) => {
    const before = requests.length;
    await work();
    return requests
      .slice(before)
      .map(({ place }) => place)
      .filter((place) => place !== "token");
  });
