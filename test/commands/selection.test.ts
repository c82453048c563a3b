import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { readSelection } from "../../source/commands/resolve/selection.ts";
import { test } from "../support/test.ts";

const hourMs = 3_600_000;
const pit = ["Pit.2025.F.2026-11-22.zip", "Pit.2026.I.2026-11-22.zip", "readme.txt"];

const it = test
  .extend("runsHere", true)
  .extend("added", { auto: true }, ({ sandbox: { catalogue } }) => {
    const { packageId } = catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-S"] });
    const add = (name: string, ageHours: number, files: string[]) =>
      catalogue.addFileSet({
        name,
        packageId,
        contentToMs: Date.parse("2026-11-22T15:55:00Z") - ageHours * hourMs,
        files: files.map((filename) => ({ filename, bytes: 3_000 })),
      });
    for (const kind of ["Init", "Delta"])
      for (const format of ["Csv", "Jsonl"]) {
        const name = `Feed-${format}-${kind}`;
        add(`${name}-2026-11-22`, 0, [`${name}-2026-11-22.${format.toLowerCase()}.gz`]);
        add(`${name}-2026-11-15`, 168, [`${name}-2026-11-15.${format.toLowerCase()}.gz`]);
      }
    return { pit: add("Pit-2026-11-20", 48, pit) };
  })
  .extend("fileSets", ({ program }) => {
    return async (...words: string[]) => {
      const { code, stderr, objects } = await program.run([
        ...["file-sets", "bulk-S", "--json"],
        ...words,
      ]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return objects().map(({ name }) => name);
    };
  })
  .extend("get", ({ folder, program }) => {
    return async (...words: string[]) => {
      const out = join(folder, "out");
      const { code, stderr } = await program.run([
        ...["get", "--bucket", "bulk-S", "-o", out, "--quiet"],
        ...words,
      ]);
      return { code, stderr, names: (await readdir(out).catch(() => [])).sort() };
    };
  });

describe("cfs file-sets keeps", () => {
  it.for<[string, string[], string[]]>([
    [
      "a kind, from the names of files if the file set shows none",
      ["--kind", "Init"],
      [
        "Feed-Csv-Init-2026-11-22",
        "Feed-Jsonl-Init-2026-11-22",
        "Pit-2026-11-20",
        "Feed-Csv-Init-2026-11-15",
        "Feed-Jsonl-Init-2026-11-15",
      ],
    ],
    ["a format", ["--format", "zip"], ["Pit-2026-11-20"]],
    [
      "series that match a glob, in any case",
      ["--series", "feed-{csv,xml}", "--limit", "2"],
      ["Feed-Csv-Delta-2026-11-22", "Feed-Csv-Init-2026-11-22"],
    ],
    ["file sets with an included file", ["--include", "*.I.*"], ["Pit-2026-11-20"]],
    [
      "file sets with a file that is not excluded, up to the limit",
      ["--exclude", "*.gz", "--limit", "1"],
      ["Pit-2026-11-20"],
    ],
    [
      "what all options select",
      ["--kind", "delta", "--format", "csv", "--content-from", "2026-11-20", "--name", "feed"],
      ["Feed-Csv-Delta-2026-11-22"],
    ],
    ["nothing if exclude wins", ["--include", "*.zip", "--exclude", "Pit*"], []],
  ])("%s", async ([_, words, names], { fileSets }) => {
    expect(await fileSets(...words)).toEqual(names);
  });

  it("the same without an order", async ({ fileSets }) => {
    const names = await fileSets("--unsorted", "--exclude", "*.gz", "--limit", "2");
    expect(names).toEqual(["Pit-2026-11-20"]);
  });
});

describe("cfs get", () => {
  it("downloads the selected files of a file set, by id and by name", async ({ added, get }) => {
    const byName = await get("pit-2026", "--kind", "delta");
    expect(byName).toEqual({ code: 0, stderr: "", names: ["Pit.2026.I.2026-11-22.zip"] });
    const byId = await get(added.pit.id, "--include", "*.txt", "--include", "*.F.*");
    expect(byId).toEqual({ code: 0, stderr: "", names: pit });
  });

  it("looks names up among the selected file sets", async ({ get }) => {
    expect(await get("Feed-Csv", "--kind", "init", "--content-from", "2026-11-20")).toEqual({
      code: 0,
      stderr: "",
      names: ["Feed-Csv-Init-2026-11-22.csv.gz"],
    });
  });

  it("ends with 4 if the selection leaves out every file", async ({ get }) => {
    const { code, stderr, names } = await get("Pit-2026-11-20", "--format", "csv");
    expect({ code, names }).toEqual({ code: 4, names: [] });
    expect(stderr).toBe(
      "cfs: Pit-2026-11-20: the selection leaves out all 3 files.\n" +
        "cfs: Downloading: the selection leaves out every file. See cfs files for their names.\n",
    );
  });

  it("--latest ends with 2 if several have the newest date, and names the options that decide", async ({
    added,
    get,
  }) => {
    const { code, stderr, names } = await get("--latest");
    expect({ code, names }).toEqual({ code: 2, names: [] });
    expect(stderr).toBe(
      "cfs: Looking for the newest file set of bulk-S: 4 file sets are from 2026-11-22. " +
        "Choose with --format csv or jsonl, and --kind delta or init.\n",
    );
    const oneKind = await get("--latest", "--kind", "init");
    expect(oneKind.stderr).toContain("2 file sets are from 2026-11-22. Choose with --format csv");
    const chosen = await get("--latest", "--kind", "init", "--format", "jsonl");
    expect(chosen).toEqual({ code: 0, stderr: "", names: ["Feed-Jsonl-Init-2026-11-22.jsonl.gz"] });
    added.pit.contentToMs = Date.parse("2026-11-22T18:00:00Z");
    expect((await get("--latest")).stderr).toContain(
      "Choose with --series Pit or 'Feed-*', and --format csv or jsonl, and --kind delta or init.\n",
    );
    expect(await get("--latest", "--exclude", "*.gz", "--kind", "delta")).toMatchObject({
      code: 0,
      names: ["Feed-Jsonl-Init-2026-11-22.jsonl.gz", "Pit.2026.I.2026-11-22.zip"],
    });
  });

  it("--latest ends with 2 and the ids if two file sets are equally new", async ({
    added,
    get,
    sandbox: { catalogue },
  }) => {
    const { contentToMs, createdMs, name, packageId } = added.pit;
    const files = [{ filename: "again.zip", bytes: 10 }];
    const again = catalogue.addFileSet({ name, packageId, contentToMs, createdMs, files });
    const { code, stderr, names } = await get("--latest", "--series", "Pit");
    expect({ code, names }).toEqual({ code: 2, names: [] });
    expect(stderr).toMatch(/: 2 file sets are from 2026-11-20\. Give the id of one: .*\.\n$/);
    for (const { id } of [added.pit, again]) expect(stderr).toContain(`${name} (${id})`);
  });
});

describe("cfs files, url and peek accept names, and", () => {
  it("files lists the selected files of a file set", async ({ program }) => {
    const files = async (...words: string[]) =>
      (await program.run(["files", "--bucket", "bulk-S", "--json", ...words]))
        .objects()
        .map(({ filename }) => filename)
        .sort();
    expect(await files("pit-2026", "--format", "zip")).toEqual(pit.slice(0, 2));
    expect(await files("README.txt")).toEqual(["readme.txt"]);
    expect(await files("feed-csv", "pit", "--kind", "init", "--name", "2026-11-2")).toEqual([
      "Feed-Csv-Init-2026-11-22.csv.gz",
      pit[0],
    ]);
  });

  it("url prints the address of a file, or of each file of a file set", async ({ program }) => {
    const { code, stdout } = await program.run([
      ...["url", "--bucket", "bulk-S", "--package", "pack"],
      ...["readme.txt", "pit-2026"],
    ]);
    expect(code).toBe(0);
    const names = stdout
      .trimEnd()
      .split("\n")
      .map((line) => new URL(line).pathname.split("/").at(-1));
    expect(names.slice(0, 1)).toEqual(["readme.txt"]);
    expect(names.slice(1).sort()).toEqual(pit);
  });

  it("peek shows the records of a file", async ({ program }) => {
    const name = "Feed-Csv-Delta-2026-11-22.csv.gz";
    const { code, objects } = await program.run([
      ...["peek", "--bucket", "bulk-S", "-n", "1", "--json"],
      name,
    ]);
    expect(code).toBe(0);
    expect(objects().at(-1)).toMatchObject({ name, format: "csv", records: 1 });
  });

  it.for(["files", "url", "peek"])(
    "%s explains what an unknown word may be",
    async (command, { program }) => {
      const without = await program.run([command, "nonsense"]);
      expect(without).toMatchObject({
        code: 4,
        stderr:
          'cfs: Looking for "nonsense": no file set and no file has that id. For a name, add --bucket and --package.\n',
      });
      const within = await program.run([command, "nonsense", "--bucket", "bulk-S"]);
      expect(within).toMatchObject({
        code: 4,
        stderr:
          'cfs: Looking for "nonsense": no file set and no file has that name or id. See cfs file-sets and cfs files.\n',
      });
    },
  );
});

describe("a glob matches whole names", () => {
  it.for([
    ["*.csv.gz", "part0.CSV.gz", true],
    ["*.csv", "part0.csv.gz", false],
    ["part?.csv", "part0.csv", true],
    ["part[0-4].csv", "part5.csv", false],
    ["*.{csv,jsonl}.gz", "part0.jsonl.gz", true],
    ["*", ".hidden", true],
    ["same (2).csv", "same (2).csv", true],
    ["same (2).csv", "same 2.csv", false],
    ["!part", "part", false],
    ["2026-11-22T16:04:11.525Z.csv", "2026-11-22t16:04:11.525z.csv", true],
  ] as const)("%s and %s: %s", ([glob, filename, isIncluded]) => {
    expect(readSelection({ include: [glob] }).file({ filename }, undefined)).toBe(isIncluded);
    expect(readSelection({ exclude: [glob] }).file({ filename }, undefined)).toBe(!isIncluded);
  });
});
