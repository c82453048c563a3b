import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { bodyDigest, type NewFileSet, type SandboxFile } from "../../source/sandbox/sandbox.ts";
import type { Ended } from "../support/program/run.ts";
import { test } from "../support/test.ts";

const hourMs = 3_600_000;

/** Tests of `cfs plan` and `cfs get --plan` with one package. */
export const planTest = test
  .extend("packageId", { auto: true }, ({ sandbox: { catalogue } }) => {
    const bucketNames = ["bulk-A"];
    return catalogue.addPackage({ packageName: "Pack-A", bucketNames }).packageId;
  })
  /** The destination, which does not exist yet. */
  .extend("out", ({ folder }) => join(folder, "out"))
  /** Lists one more file set of the package and returns its files; each has a name and a size. */
  .extend("offer", ({ packageId, sandbox: { catalogue } }) => {
    return (
      name: string,
      ageHours: number,
      files: Readonly<Record<string, number>> | readonly (readonly [string, number])[],
      more: Partial<NewFileSet> = {},
    ): readonly SandboxFile[] => {
      const atMs = Date.now() - ageHours * hourMs;
      const sizes: readonly (readonly [string, number])[] = Array.isArray(files)
        ? files
        : Object.entries(files);
      const fileSet = catalogue.addFileSet({
        name,
        packageId,
        contentToMs: atMs,
        createdMs: atMs,
        files: sizes.map(([filename, bytes]) => ({ filename, bytes })),
        ...more,
      });
      return catalogue.filesOf(fileSet);
    };
  })
  /** Makes a plan into the destination; resolves with its text. */
  .extend("plan", ({ out, program }) => {
    return async (...words: string[]): Promise<string> => {
      const call = ["plan", "bulk-A", "--package", "Pack-A", "-o", out, ...words];
      const { code, stdout, stderr } = await program.run(call);
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
      return stdout;
    };
  })
  /** Carries out a plan. */
  .extend("getPlan", ({ program }) => {
    return (plan: string, ...words: string[]): Promise<Ended> =>
      program.run(["get", "--plan", "-", ...words], { input: plan });
  })
  .extend("check", ({ program }) => {
    return (plan: string, ...words: string[]): Promise<Ended> =>
      program.run(["plan", "--check", "-", ...words], { input: plan });
  })
  /** Expects these files in the destination with the right bytes, by name, and nothing else. */
  .extend("expectOnly", ({ out }) => {
    return async (files: Readonly<Record<string, SandboxFile>>) => {
      expect((await readdir(out)).toSorted()).toEqual(Object.keys(files).toSorted());
      for (const [name, file] of Object.entries(files)) {
        const found = createHash("sha256").update(await readFile(join(out, name)));
        expect([name, found.digest("hex")]).toEqual([name, await bodyDigest(file, "sha256")]);
      }
    };
  })
  /** How many requests came since the last call, by endpoint. */
  .extend("asked", ({ sandbox: { requests } }) => {
    let seen = 0;
    return () => {
      const counts: Record<string, number> = {};
      for (const { place } of requests.slice(seen)) counts[place] = (counts[place] ?? 0) + 1;
      seen = requests.length;
      return counts;
    };
  });

/** The lines of a plan as objects: the first, and those of the files. */
export function linesOf(plan: string): {
  head: Record<string, unknown>;
  files: Record<string, unknown>[];
} {
  const [head, ...files] = plan
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { head, files };
}
