import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxFile, SandboxFileSet } from "../../source/sandbox/sandbox.ts";
import { test } from "../support/test.ts";

const hourMs = 3_600_000;

/** A fixture for tests of `cfs get`, with two packages and a download folder. */
export const getTest = test
  .extend("listed", { auto: true }, ({ sandbox: { catalogue } }) => {
    const { packageId } = catalogue.addPackage({ packageName: "Pack-A", bucketNames: ["bulk-A"] });
    catalogue.addPackage({ packageName: "Pack-B", bucketNames: ["bulk-A"] });
    const add = (name: string, ageHours: number, files: string[], more: object = {}) =>
      catalogue.addFileSet({
        name,
        packageId,
        contentToMs: Date.now() - ageHours * hourMs,
        files: files.map((filename) => ({ filename, bytes: 3_000 })),
        ...more,
      });
    const large = add(
      "Large-2026-01-01",
      300,
      Array.from({ length: 115 }, (_, part) => `Large-2026-01-01-part${part}.csv.gz`),
    );
    add("Feed-Delta-2026-01-11", 20, ["Feed-Delta-2026-01-11.csv.gz"]);
    const newest = add("Feed-Delta-2026-01-12", 10, ["Feed-Delta-2026-01-12.csv.gz"], {
      attributes: [{ name: "Kind", value: "Plain" }],
    });
    add("Feed-Delta-2026-01-13", 1, ["Feed-Delta-2026-01-13.csv.gz"], { status: "PENDING" });
    add("Twin-2026-02-01", 400, ["same.csv.gz"]);
    add("Twin-2026-02-02", 401, ["same.csv.gz"]);
    return { large, newest };
  })
  .extend("large", ({ listed }) => listed.large)
  .extend("newest", ({ listed }) => listed.newest)
  /** A folder that does not exist yet. */
  .extend("out", ({ folder }) => join(folder, "out"))
  .extend(
    "get",
    ({ out, program }) =>
      (words: string[], input = "") =>
        program.run(["get", ...words, "-o", out], { input }),
  )
  .extend(
    "saved",
    ({ out }) =>
      async () =>
        (await readdir(out)).sort(),
  )
  .extend(
    "filesOf",
    ({ sandbox }) =>
      (fileSet: SandboxFileSet): readonly SandboxFile[] =>
        sandbox.catalogue.filesOf(fileSet),
  )
  .extend("fileOf", ({ filesOf }) => (fileSet: SandboxFileSet) => {
    const [file] = filesOf(fileSet);
    if (file === undefined) throw new Error("The file set has no file.");
    return file;
  });
