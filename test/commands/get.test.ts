import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect } from "vitest";
import { fileBytes, namedFaults, type SandboxFile } from "../../source/sandbox/sandbox.ts";
import { getTest as it } from "./get-fixture.ts";

const hourMs = 3_600_000;

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const bytesOf = (file: SandboxFile) => fileBytes(file, 0, file.bytes - 1);

describe("cfs get", () => {
  it("says of a file set without files what `files` says, and fetches nothing", async ({
    program,
    sandbox,

    newest,
    out,
    get,
  }) => {
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
    const shown = await program.run(["files", empty.id]);
    expect(shown).toMatchObject({ code: 0, stderr: "The file set has no files yet.\n" });
    expect(existsSync(out)).toBe(false);
    sandbox.faults.add({ on: "files", effect: namedFaults.emptyList() });
    const unknown = await get(["typo"]);
    expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining("has that id") });
  });

  it("fetches all 115 files of a set, one object for each, and nothing twice", async ({
    large,
    out,
    get,
    saved,
    filesOf,
    fileOf,
  }) => {
    const ids = [large.id, large.id, fileOf(large).id];
    // Without --quiet a slow machine would print progress.
    const { code, stderr, objects } = await get([...ids, "--json", "--quiet"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const records = new Map(objects().map((record) => [record["fileId"], record]));
    expect(objects()).toHaveLength(115);
    for (const file of filesOf(large)) {
      const path = join(out, file.filename);
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

  it("prints paths for people, skips existing files, and replaces them with --overwrite", async ({
    newest,
    out,
    get,
    saved,
    fileOf,
  }) => {
    const file = fileOf(newest);
    const path = join(out, file.filename);
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

  it("takes ids from standard input", async ({ large, newest, get, fileOf }) => {
    const input = `\n${newest.id}\n  ${fileOf(large).id}  \n${newest.id}\n`;
    const { code, objects } = await get(["-", "--json"], input);
    expect(code).toBe(0);
    expect(
      objects()
        .map(({ fileId }) => fileId)
        .sort(),
    ).toEqual([fileOf(newest).id, fileOf(large).id].sort());
  });

  it("takes names within a bucket or package, of file sets and of files", async ({
    newest,
    get,
    saved,
  }) => {
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

  it("ends with 5 if the service lists fewer files than it reports", async ({
    newest,
    sandbox,
    get,
    program,
    saved,
  }) => {
    sandbox.faults.add({
      on: "file-sets",
      effect: {
        kind: "edit",
        edit: ({ value }) => ({
          value: [value].flat().map((one) => Object.assign({}, one, { numFiles: 200 })),
        }),
      },
    });
    const problem = `cfs: Listing the files of ${newest.name}: the service reports 200 files but lists 1.`;
    const words = ["--bucket", "bulk-A", newest.name];
    const got = await get(words);
    expect(got.code).toBe(5);
    expect(got.stderr).toContain(problem);
    expect(await saved()).toHaveLength(1);
    const latest = ["--latest", "--bucket", "bulk-A", "--series", "Feed*", "--include", "*"];
    expect(await get(latest)).toMatchObject({ code: 5 });
    const cat = await program.run(["cat", ...words]);
    expect(cat.code).toBe(5);
    expect(cat.stderr).toContain(problem);
    expect(cat.stdout).not.toBe("");
  });

  it("ends with 2 and the candidates where several fit, with 4 where none does", async ({
    newest,
    get,
  }) => {
    const several = await get(["--bucket", "bulk-A", "Twin"]);
    expect(several).toMatchObject({ code: 2, stdout: "" });
    expect(several.stderr).toMatch(
      /^cfs: Looking for "Twin": 2 match: Twin-2026-02-01 \(\S+\), Twin-2026-02-02 \(\S+\)\. Give more of the name, or an id\.\n$/,
    );
    expect((await get(["--bucket", "bulk-A", "same.csv.gz"])).stderr).toContain(
      "2 match: same.csv.gz (",
    );
    const none = await get(["--bucket", "bulk-A", "--package", "Pack-B", newest.name]);
    expect(none.code).toBe(4);
    expect(none.stderr).toContain("no file set and no file has that name or id");
    const outside = await get([newest.name]);
    expect(outside.code).toBe(4);
    expect(outside.stderr).toContain("For a name, add --bucket and --package");
  });

  it("fetches the newest set that is READY and fits", async ({ get }) => {
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
    expect(none.stderr).toContain("no READY file set matches");
  });

  it("keeps two different files of one name, and nothing but files in the folder", async ({
    sandbox,
    out,
    get,
    saved,
    fileOf,
  }) => {
    const twins = [...sandbox.catalogue.fileSets.values()].filter(({ name }) =>
      name.startsWith("Twin"),
    );
    expect((await get(twins.map(({ id }) => id))).code).toBe(0);
    expect(await saved()).toEqual(["same (2).csv.gz", "same.csv.gz"]);
    const sums = await Promise.all(
      (await saved()).map(async (name) => sha256(await readFile(join(out, name)))),
    );
    expect(sums.sort()).toEqual(twins.map((twin) => sha256(bytesOf(fileOf(twin)))).sort());
  });

  it.for([
    ["a PENDING file set", "2026-01-13"],
    ["a file of a PENDING file set", "Feed-Delta-2026-01-13.csv.gz"],
  ] as const)("refuses %s by its name, and fetches the rest", async ([, name], { get, saved }) => {
    const { code, stderr } = await get(["--bucket", "bulk-A", name, "2026-01-12"]);
    expect(code).toBe(4);
    expect(stderr).toContain(
      "cfs: Fetching files of Feed-Delta-2026-01-13: the file set is PENDING: its publisher is still adding files. Try again when it is READY, or let cfs sync --watch fetch it then.\n",
    );
    expect(await saved()).toEqual(["Feed-Delta-2026-01-12.csv.gz"]);
  });

  it.for(["cat", "peek", "url"])(
    "%s refuses a file of a PENDING file set by its name, as get does",
    async (command, { program }) => {
      const words = [command, "--bucket", "bulk-A", "Feed-Delta-2026-01-13.csv.gz"];
      const { code, stdout, stderr } = await program.run(words);
      expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
      expect(stderr).toContain("Fetching files of Feed-Delta-2026-01-13: the file set is PENDING");
    },
  );

  it("writes what is packed beside it with --unpack", async ({
    newest,
    out,
    get,
    saved,
    fileOf,
  }) => {
    const file = fileOf(newest);
    const { code, objects } = await get([newest.id, "--unpack", "--json"]);
    const target = join(out, "Feed-Delta-2026-01-12.csv");
    expect(code).toBe(0);
    expect(objects()).toEqual([expect.objectContaining({ status: "saved", unpacked: [target] })]);
    expect(await readFile(target, "utf8")).toBe(gunzipSync(bytesOf(file)).toString());
    expect(await saved()).toEqual(["Feed-Delta-2026-01-12.csv", "Feed-Delta-2026-01-12.csv.gz"]);
    await rm(target);
    const again = await get([newest.id, "--unpack"]);
    expect(again.stdout).toBe(`${target}.gz\n${target}\n`);
  });
});

describe("of several failures", () => {
  it("each is reported, the rest is fetched, and the highest code is the exit code", async ({
    sandbox,
    large,
    newest,
    get,
    saved,
    fileOf,
  }) => {
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

  it("names the file, whether the service or the store refuses it", async ({
    sandbox,
    large,
    get,
    filesOf,
    fileOf,
  }) => {
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

  it("is 4 if a file is refused, and 5 if the service fails", async ({
    sandbox,
    newest,
    get,
    fileOf,
  }) => {
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

  it("is 7 if the folder cannot be made", async ({ folder, program, newest }) => {
    await writeFile(join(folder, "file"), "");
    const { code, stderr } = await program.run(["get", newest.id, "-o", "file/below"]);
    expect(code).toBe(7);
    expect(stderr).toMatch(/^cfs: Saving .+: it is not a folder\. .+\n$/);
  });

  it("is 7 if the folder refuses every file, with one error and the number of the others", async ({
    folder,
    program,
    large,
  }) => {
    await writeFile(join(folder, "file"), "");
    const words = ["get", large.id, "-o", "file/below", "--quiet"];
    const { code, stderr } = await program.run(words);
    expect(code).toBe(7);
    expect(stderr).toMatch(
      /^cfs: Saving .+: it is not a folder\. .+\ncfs: Not saved for the same reason: 114 more files\.\n$/,
    );
    const { objects } = await program.run([...words, "--json"]);
    expect(objects().map(({ error }) => error)).toEqual(
      Array.from({ length: 115 }, () => expect.stringContaining("it is not a folder")),
    );
  });
});
