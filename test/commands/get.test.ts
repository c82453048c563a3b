import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { switchFault } from "../../source/sandbox/named-faults.ts";
import {
  fileBytes,
  namedFaults,
  type Sandbox,
  type SandboxFile,
  type SandboxFileSet,
  startSandbox,
} from "../../source/sandbox/sandbox.ts";
import { type Home, makeHome, run } from "../support/program/run.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";

let sandbox: Sandbox;
let home: Home;
let folder: string;
let turn = 0;
let large: SandboxFileSet;
let newest: SandboxFileSet;

const hourMs = 3_600_000;

beforeAll(async () => {
  sandbox = await startSandbox({ empty: true });
  const { catalogue } = sandbox;
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
  large = add(
    "Large-2026-01-01",
    300,
    Array.from({ length: 115 }, (_, part) => `Large-2026-01-01-part${part}.csv.gz`),
  );
  add("Feed-Delta-2026-01-11", 20, ["Feed-Delta-2026-01-11.csv.gz"]);
  newest = add("Feed-Delta-2026-01-12", 10, ["Feed-Delta-2026-01-12.csv.gz"], {
    attributes: [{ name: "Kind", value: "Plain" }],
  });
  add("Feed-Delta-2026-01-13", 1, ["Feed-Delta-2026-01-13.csv.gz"], { status: "PENDING" });
  add("Twin-2026-02-01", 400, ["same.csv.gz"]);
  add("Twin-2026-02-02", 401, ["same.csv.gz"]);
  home = await makeHome({
    ...credentialsOf(sandbox),
    CFS_RETRY_DELAY: "0",
  });
});

afterAll(async () => {
  await sandbox.close();
  await home.remove();
});

beforeEach(() => {
  turn += 1;
  folder = join(home.directory, "made", `${turn}`);
  sandbox.faults.clear();
});

const get = (words: string[], input = "") =>
  run(["get", ...words, "-o", folder], { ...home, input });
const filesOf = (fileSet: SandboxFileSet): readonly SandboxFile[] =>
  sandbox.catalogue.filesOf(fileSet);
const fileOf = (fileSet: SandboxFileSet) => {
  const [file] = filesOf(fileSet);
  if (file === undefined) throw new Error("The file set has no file.");
  return file;
};
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const bytesOf = (file: SandboxFile) => fileBytes(file, 0, file.bytes - 1);
const saved = () => readdir(folder).then((names) => names.sort());

describe("cfs get", () => {
  it("says of a file set without files what `files` says, and fetches nothing", async () => {
    const empty = sandbox.catalogue.addFileSet({
      name: "Empty-2025-01-01",
      packageId: newest.packageId,
      contentToMs: Date.now() - 900 * hourMs,
      files: [],
    });
    const { code, stdout, stderr } = await get([empty.id]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    expect(stderr).toBe(`cfs: ${empty.id}: The file set has no files yet.\n`);
    expect(await get(["--bucket", "bulk-A", empty.name])).toMatchObject({
      code: 0,
      stderr: `cfs: ${empty.name}: The file set has no files yet.\n`,
    });
    const listed = await run(["files", empty.id], home);
    expect(listed).toMatchObject({ code: 0, stderr: "The file set has no files yet.\n" });
    expect(existsSync(folder)).toBe(false);
    sandbox.faults.add({ on: "files", effect: namedFaults.emptyList() });
    const unknown = await get(["typo"]);
    expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining("has that id") });
  });

  it("fetches all 115 files of a set, one object for each, and nothing twice", async () => {
    const { code, stderr, objects } = await get([large.id, large.id, fileOf(large).id, "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const records = new Map(objects().map((record) => [record["fileId"], record]));
    expect(objects()).toHaveLength(115);
    for (const file of filesOf(large)) {
      const path = join(folder, file.filename);
      expect(records.get(file.id)).toEqual({
        fileId: file.id,
        fileSetId: large.id,
        name: file.filename,
        path,
        size: file.bytes,
        sha256: sha256(bytesOf(file)),
        verifiedBy: "md5",
        status: "saved",
        bytesFetched: file.bytes,
        seconds: expect.any(Number),
      });
      expect(sha256(await readFile(path))).toBe(sha256(bytesOf(file)));
    }
    expect(await saved()).toHaveLength(115);
  });

  it("prints paths for people, skips what is there, and replaces it when told to", async () => {
    const file = fileOf(newest);
    const path = join(folder, file.filename);
    expect(await get([file.id])).toMatchObject({ code: 0, stdout: `${path}\n`, stderr: "" });
    expect((await get([file.id, "--json"])).objects()).toEqual([
      expect.objectContaining({ path, status: "skipped", bytesFetched: 0 }),
    ]);
    await writeFile(path, "another");
    await get([file.id]);
    expect(await saved()).toHaveLength(2);
    await get([file.id, "--overwrite"]);
    expect(sha256(await readFile(path))).toBe(sha256(bytesOf(file)));
  });

  it("takes ids from standard input", async () => {
    const input = `\n${newest.id}\n  ${fileOf(large).id}  \n${newest.id}\n`;
    const { code, objects } = await get(["-", "--json"], input);
    expect(code).toBe(0);
    expect(
      objects()
        .map(({ fileId }) => fileId)
        .sort(),
    ).toEqual([fileOf(newest).id, fileOf(large).id].sort());
  });

  it("takes names within a bucket or package, of file sets and of files", async () => {
    const within = ["--bucket", "BULK-a", "--package", "pack-a"];
    const names = [newest.name.toUpperCase(), "delta-2026-01-11", "large-2026-01-01-PART7.csv.gz"];
    const { code, stderr } = await get([...within, ...names]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await saved()).toEqual([
      "Feed-Delta-2026-01-11.csv.gz",
      "Feed-Delta-2026-01-12.csv.gz",
      "Large-2026-01-01-part7.csv.gz",
    ]);
  });

  it("ends with 2 and the candidates where several fit, with 4 where none does", async () => {
    const several = await get(["--bucket", "bulk-A", "Twin"]);
    expect(several).toMatchObject({ code: 2, stdout: "" });
    expect(several.stderr).toMatch(
      /^cfs: Looking for "Twin": 2 fit: Twin-2026-02-01 \(\S+\), Twin-2026-02-02 \(\S+\)\. Give the id .+\n$/,
    );
    expect((await get(["--bucket", "bulk-A", "same.csv.gz"])).stderr).toContain(
      "2 fit: same.csv.gz (",
    );
    const none = await get(["--bucket", "bulk-A", "--package", "Pack-B", newest.name]);
    expect(none.code).toBe(4);
    expect(none.stderr).toContain("no file set and no file has that name or id");
    const outside = await get([newest.name]);
    expect(outside.code).toBe(4);
    expect(outside.stderr).toContain("say where it is, with --bucket and --package");
  });

  it("fetches the newest set that is READY and fits", async () => {
    const latest = async (...words: string[]) => {
      const { code, objects } = await get(["--latest", "--bucket", "bulk-A", "--json", ...words]);
      expect(code).toBe(0);
      return objects().map(({ name }) => name);
    };
    expect(await latest("--package", "Pack-A")).toEqual(["Feed-Delta-2026-01-12.csv.gz"]);
    expect(await latest("--attribute", "Kind=Plain")).toEqual(["Feed-Delta-2026-01-12.csv.gz"]);
    expect(await latest("--name", "Feed-Delta-2026-01-11")).toEqual([
      "Feed-Delta-2026-01-11.csv.gz",
    ]);
    const none = await get(["--latest", "--bucket", "bulk-A", "--package", "Pack-B"]);
    expect(none).toMatchObject({ code: 4, stdout: "" });
    expect(none.stderr).toContain("none that is READY fits");
  });

  it("keeps two different files of one name, and nothing but files in the folder", async () => {
    const twins = [...sandbox.catalogue.fileSets.values()].filter(({ name }) =>
      name.startsWith("Twin"),
    );
    expect((await get(twins.map(({ id }) => id))).code).toBe(0);
    expect(await saved()).toEqual(["same (2).csv.gz", "same.csv.gz"]);
    const sums = await Promise.all(
      (await saved()).map(async (name) => sha256(await readFile(join(folder, name)))),
    );
    expect(sums.sort()).toEqual(twins.map((twin) => sha256(bytesOf(fileOf(twin)))).sort());
  });

  it("says when a named set may still grow", async () => {
    const { stderr } = await get(["--bucket", "bulk-A", "2026-01-13"]);
    expect(stderr).toContain("cfs: Feed-Delta-2026-01-13 is PENDING: more files may come.\n");
  });

  it("writes what is packed beside it with --unpack", async () => {
    const file = fileOf(newest);
    const { code, objects } = await get([newest.id, "--unpack", "--json"]);
    const target = join(folder, "Feed-Delta-2026-01-12.csv");
    expect(code).toBe(0);
    expect(objects()).toEqual([expect.objectContaining({ status: "saved", unpacked: [target] })]);
    expect(await readFile(target, "utf8")).toBe(gunzipSync(bytesOf(file)).toString());
    expect(await saved()).toEqual(["Feed-Delta-2026-01-12.csv", "Feed-Delta-2026-01-12.csv.gz"]);
    await rm(target);
    const again = await get([newest.id, "--unpack"]);
    expect(again.stdout).toBe(`${target}.gz\n${target}\n`);
  });
});

describe("a file whose record the service does not have", () => {
  /** A set whose listing takes more than one page, and the file in it. */
  const addSet = (filename: string, more: object = {}) => {
    const others = Array.from({ length: 120 }, (_, part) => `Other-${part}.csv`);
    const set = sandbox.catalogue.addFileSet({
      name: filename.replace(".csv", ""),
      packageId: newest.packageId,
      contentToMs: Date.now() - 950 * hourMs,
      files: [
        ...others.map((name) => ({ filename: name, bytes: 100 })),
        { filename, bytes: 3_000, ...more },
      ],
    });
    return filesOf(set).find((file) => file.filename === filename) ?? fileOf(set);
  };

  it("is verified by the md5 that its set lists", async () => {
    const file = addSet("Plain-2025-03-01.csv");
    switchFault(sandbox.faults, "file-not-found");
    const { code, objects } = await get([file.id, "--json"]);
    expect(code).toBe(0);
    expect(objects()).toEqual([
      expect.objectContaining({ name: file.filename, fileSetId: file.filesetId }),
    ]);
    await rm(folder, { recursive: true });
    sandbox.faults.add({ on: "objects", effect: { kind: "corrupt", at: 7 } });
    const wrong = await get([file.id]);
    expect(wrong).toMatchObject({ code: 6, stderr: expect.stringContaining("its md5 is") });
    expect(await saved()).toEqual([]);
  });

  it("is verified by the size that its set lists", async () => {
    const file = addSet("Plain-2025-03-02.csv", { listedMd5: "missing", listedSize: "wrong" });
    switchFault(sandbox.faults, "file-not-found");
    const wrong = await get([file.id]);
    expect(wrong).toMatchObject({ code: 6, stderr: expect.stringContaining("the service lists") });
    expect(await saved()).toEqual([]);
  });

  it.each([404, 403])("is fetched too where its set is refused with %i", async (status) => {
    switchFault(sandbox.faults, "file-not-found");
    sandbox.faults.add({ on: "files", effect: { kind: "answer", status } });
    expect(await get([fileOf(newest).id])).toMatchObject({ code: 0 });
    expect(await saved()).toEqual([fileOf(newest).filename]);
  });

  it("is not fetched unverified while its set cannot be listed", async () => {
    switchFault(sandbox.faults, "file-not-found");
    sandbox.faults.add({
      on: "files",
      when: ({ query }) => query.get("filesetId") === newest.id,
      effect: { kind: "answer", status: 418 },
    });
    const { code, stderr } = await get([fileOf(newest).id]);
    expect(code).toBe(5);
    expect(stderr).toMatch(
      /^cfs: Listing the files of [\w-]+: the service answered 418\.[^\n]+\n$/,
    );
    expect(stderr).not.toContain("X-Amz");
  });
});

describe("how a file was verified", () => {
  const addUnlisted = (names: string[], more: object = {}) =>
    sandbox.catalogue.addFileSet({
      name: names.join("-"),
      packageId: newest.packageId,
      contentToMs: Date.now() - 960 * hourMs,
      files: names.map((filename) => ({ filename, bytes: 3_000, listedMd5: "missing", ...more })),
    });

  it("stands in each object, and a note says when it was by size only", async () => {
    const set = addUnlisted(["v.csv.gz", "v.zip", "v1.csv", "v2.csv"]);
    const { code, stderr, objects } = await get([set.id, fileOf(newest).id, "--json"]);
    expect(code).toBe(0);
    const by = objects().map(({ name, verifiedBy }) => [name, verifiedBy]);
    expect(Object.fromEntries(by)).toEqual({
      "v.csv.gz": "gzip",
      "v.zip": "zip",
      "v1.csv": "size",
      "v2.csv": "size",
      [fileOf(newest).filename]: "md5",
    });
    expect(stderr).toMatch(/^cfs: v[12]\.csv was verified by its size only: [^\n]+\n$/);
    const again = await get([set.id, "--json"]);
    expect(again.stderr).toBe("");
    const skipped = again.objects().map(({ name, verifiedBy }) => [name, verifiedBy]);
    // The object store's tag is the MD5 of a plain file; of a packed one size and end are compared.
    expect(Object.fromEntries(skipped)).toEqual({
      "v.csv.gz": "size",
      "v.zip": "size",
      "v1.csv": "md5",
      "v2.csv": "md5",
    });
    await rm(folder, { recursive: true });
    expect(await get([set.id, "--quiet"])).toMatchObject({ code: 0, stderr: "" });
  });

  it("is left out where there is nothing to verify by, and said with --quiet too", async () => {
    const set = addUnlisted(["w1.csv", "w2.csv"], { listedSize: "missing" });
    sandbox.faults.add({ on: "objects", effect: { kind: "noLength" } });
    sandbox.faults.add({ on: "objects", effect: { kind: "ignoreRange" } });
    const { code, stderr, objects } = await get([set.id, "--json", "--quiet"]);
    expect(code).toBe(0);
    expect(objects()).toHaveLength(2);
    for (const object of objects()) {
      expect(object).toMatchObject({ status: "saved", size: 3_000 });
      expect(object).not.toHaveProperty("verifiedBy");
    }
    expect(stderr).toMatch(/^cfs: w[12]\.csv could not be verified: [^\n]+\n$/);
  });
});

describe("of several failures", () => {
  it("each is told, the rest is fetched, and the highest code is the exit code", async () => {
    const broken = fileOf(newest);
    sandbox.faults.add({
      on: "objects",
      when: ({ path }) => path.includes(encodeURIComponent(broken.filename)),
      effect: { kind: "corrupt", at: 7 },
    });
    const unknown = "4000-0000-00000000-0000-000000000000";
    const { code, stderr, objects } = await get([unknown, broken.id, fileOf(large).id, "--json"]);
    expect(code).toBe(6);
    expect(objects().map(({ fileId, status, error }) => ({ fileId, status, error }))).toEqual(
      expect.arrayContaining([
        { fileId: broken.id, status: "failed", error: expect.stringContaining("md5") },
        { fileId: fileOf(large).id, status: "saved", error: undefined },
      ]),
    );
    const sentences = stderr.trimEnd().split("\n");
    expect(sentences).toHaveLength(2);
    for (const sentence of sentences) expect(sentence).toMatch(/^cfs: .+\.$/);
    expect(await saved()).toEqual([fileOf(large).filename]);
  });

  it("says of which file it is, whoever refuses it", async () => {
    const [one, other] = filesOf(large);
    for (const [on, { id, filename }] of [
      ["objects", one ?? fileOf(large)],
      ["stream", other ?? fileOf(large)],
    ] as const) {
      sandbox.faults.add({ on, effect: namedFaults.urlExpired() });
      const { code, stderr, objects } = await get([id, "--json"]);
      sandbox.faults.clear();
      expect(code).toBeGreaterThan(3);
      expect(stderr).toMatch(/^cfs: Fetching \S+: the [^\n]+ answered 403, [^\n]+$/m);
      expect(stderr).toContain(`Fetching ${filename}: `);
      expect(objects()).toEqual([
        expect.objectContaining({ fileId: id, error: expect.stringContaining(filename) }),
      ]);
    }
  });

  it("4 where a file is refused, 5 where the service fails", async () => {
    sandbox.faults.add({ on: "stream", effect: { kind: "answer", status: 403 } });
    const refused = await get([fileOf(newest).id, "--json"]);
    expect(refused.code).toBe(4);
    expect(refused.objects()).toEqual([expect.objectContaining({ status: "failed" })]);
    expect(refused.stderr).toMatch(/^cfs: .+\.\n$/);
    sandbox.faults.add({ on: "files", effect: { kind: "answer", status: 418 } });
    const failed = await get([newest.id]);
    expect(failed).toMatchObject({ code: 5, stdout: "" });
    expect(failed.stderr).toMatch(/^cfs: Listing the files of .+: the service answered 418\..+\n$/);
  });

  it("7 where the folder cannot be made", async () => {
    await writeFile(join(home.directory, "file"), "");
    const { code, stderr } = await run(["get", newest.id, "-o", "file/below"], home);
    expect(code).toBe(7);
    expect(stderr).toMatch(/^cfs: Saving .+: it is not a folder\. .+\n$/);
  });
});
