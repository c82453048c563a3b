import { describe, expect } from "vitest";
import { test as base } from "../support/test.ts";

const test = base.extend("sandboxOptions", { historyWeeks: 3 }).extend("runsHere", true);

const it = test
  .extend("manySets", 1_000)
  .extend("many", { auto: true }, ({ manySets, sandbox }) => {
    const owner = sandbox.catalogue.addPackage({
      packageName: "Many",
      packageId: "4aaa-0000-00000000-0000-000000000001",
      bucketNames: ["bulk-Many"],
    });
    const startMs = Date.UTC(2026, 0, 1);
    for (let count = 0; count < manySets; count += 1) {
      sandbox.catalogue.addFileSet({
        name: `Many-Delta-${count}`,
        packageId: owner.packageId,
        contentToMs: startMs + ((count * 7_919) % manySets) * 60_000,
        availableToMs: Date.now() + 86_400_000,
        attributes: [{ name: "Turn", value: count % 2 === 0 ? "even" : "odd" }],
      });
    }
  })
  .extend("rowsOf", ({ program }) => async (...words: string[]) => {
    const { code, stdout, stderr } = await program.run(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return stdout
      .replace(/\n$/, "")
      .split("\n")
      .map((line) => line.split("\t"));
  })
  /** How the names of many are spelled in listings and in completion. */
  .extend("remembered", ({ program, sandbox }) => async () => {
    sandbox.faults.add({
      on: "buckets",
      times: 1,
      effect: { kind: "edit", edit: (body) => ({ ...body, value: [] }) },
    });
    const { objects } = await program.run(["buckets", "--json"]);
    const listed = objects().map(({ name }) => String(name));
    const completed = (await program.run(["names", "buckets"])).stdout.trimEnd().split("\n");
    const isMany = (name: string) => name.toLowerCase() === "bulk-many";
    return [...listed.filter(isMany), ...completed.filter(isMany)];
  });

describe("cfs buckets", () => {
  it("has those that the service lists and those of known content sets, each once", async ({
    program,
    rowsOf,
  }) => {
    const rows = await rowsOf("buckets");
    const names = rows.map(([name = ""]) => name);
    expect(names).toEqual(expect.arrayContaining(["bulk-ESG", "bulk-Many", "bulk-FMRD"]));
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    const { objects } = await program.run(["buckets", "--json"]);
    expect(objects().map(({ name }) => name)).toEqual(names);
  });
});

describe("a bucket that was typed in another case", () => {
  it.for([
    ["packages", ["packages", "BULK-many"]],
    ["packages --name", ["packages", "BULK-many", "--name", "Many"]],
    ["file-sets", ["file-sets", "BULK-many", "--limit", "1"]],
  ] as const)(
    "is remembered by %s as the service spells it",
    async ([_, words], { program, remembered }) => {
      expect(await program.run(words)).toMatchObject({ code: 0, stderr: "" });
      expect(await remembered()).toEqual(["bulk-Many", "bulk-Many"]);
    },
  );

  it("keeps its spelling if an answer is empty", async ({ program, remembered }) => {
    await program.run(["packages", "bulk-Many"]);
    expect((await program.run(["file-sets", "BULK-many", "--name", "none"])).code).toBe(0);
    expect(await remembered()).toEqual(["bulk-Many", "bulk-Many"]);
  });
});

describe("cfs packages", () => {
  it("lists a bucket in any case, for people and for scripts", async ({ program, rowsOf }) => {
    const rows = await rowsOf("packages", "BULK-esg");
    expect(rows.map(([name]) => name)).toContain("RFT-ESG-PIT-SDI");
    const { objects } = await program.run(["packages", "bulk-ESG", "--name", "pit", "--json"]);
    expect(objects()).toEqual([
      expect.objectContaining({ packageName: "RFT-ESG-PIT-SDI", bucketNames: ["bulk-ESG"] }),
    ]);
    const kept = (await program.run(["names", "packages", "bulk-esg"])).stdout
      .trimEnd()
      .split("\n");
    expect(kept.sort()).toEqual(rows.map(([name]) => name).sort());
  });

  it("says so when nothing fits, and ends with 4 for an unknown bucket", async ({ program }) => {
    const none = await program.run(["packages", "bulk-ESG", "--name", "nonsense"]);
    expect(none).toMatchObject({ code: 0, stdout: "" });
    expect(none.stderr).toBe('bulk-ESG has no package with "nonsense" in its name.\n');
    const unknown = await program.run(["packages", "nonsense"]);
    expect(unknown).toMatchObject({ code: 4, stdout: "" });
    expect(unknown.stderr).toMatch(/^cfs: .*No resource found.*\(request .+\)\. .+\.\n$/);
  });
});

describe("cfs file-sets", () => {
  describe("of 5,000", () => {
    it.override("manySets", 5_000);

    it("are newest first, each once, with the service's own names, from 50 pages", async ({
      manySets,
      program,
      sandbox,
    }) => {
      const { code, objects } = await program.run(["file-sets", "bulk-Many", "--json"]);
      const sets = objects();
      expect(code).toBe(0);
      expect(new Set(sets.map(({ id }) => id)).size).toBe(manySets);
      const times = sets.map(({ contentTo }) => String(contentTo));
      expect(times).toEqual(times.toSorted().reverse());
      expect(Object.keys(sets[0] ?? {})).toEqual(
        expect.arrayContaining(["id", "name", "bucketName", "packageId", "attributes", "numFiles"]),
      );
      const asked = sandbox.requests.filter(({ place }) => place !== "token");
      expect(asked.map(({ place }) => place)).toEqual(Array(manySets / 100).fill("file-sets"));
      expect(new Set(asked.map(({ query }) => query.get("skipToken"))).size).toBe(manySets / 100);
    });
  });

  it("has the newest of all with --limit, though they lie on any page", async ({
    program,
    sandbox,
    rowsOf,
  }) => {
    const newest = sandbox.catalogue
      .sortedFileSets()
      .filter(({ bucketName }) => bucketName === "bulk-Many")
      .toSorted((left, right) => Number(right.contentToMs) - Number(left.contentToMs))
      .slice(0, 3);
    const { objects } = await program.run(["file-sets", "bulk-Many", "--limit", "3", "--json"]);
    expect(objects().map(({ name }) => name)).toEqual(newest.map(({ name }) => name));
    const [first] = await rowsOf("file-sets", "bulk-Many", "--limit", "1");
    expect(first?.[0]).toBe(newest[0]?.name);
  });

  it.for([["--json"], ["--columns", "id"], ["--output-format", "csv"]])(
    "with --unsorted prints each page as it comes, and asks for no more than --limit needs: %s",
    async (format, { manySets, program, sandbox }) => {
      let release = () => {};
      const until = new Promise<void>((resolve) => {
        release = resolve;
      });
      sandbox.faults.add({ on: "file-sets", after: 2, effect: { kind: "hold", until } });
      const running = program.start(["file-sets", "bulk-Many", "--unsorted", ...format]);
      await running.until(({ stdout }) => stdout.split("\n").length > 200);
      sandbox.faults.clear();
      release();
      const { code, stdout: whole } = await running.ended;
      const titles = format.includes("csv") ? 1 : 0;
      expect(code).toBe(0);
      expect(new Set(whole.trimEnd().split("\n")).size).toBe(manySets + titles);
      const pages = () => sandbox.requests.filter(({ place }) => place === "file-sets").length;
      const before = pages();
      const { stdout } = await program.run([
        "file-sets",
        "bulk-Many",
        ...format,
        "--unsorted",
        "--limit",
        "3",
      ]);
      expect(stdout.split("\n")).toHaveLength(4 + titles);
      expect(pages() - before).toBe(1);
    },
  );

  it("filters by package, attribute, status, name and times", async ({ manySets, program }) => {
    const count = async (...words: string[]) => {
      const { code, stderr, objects } = await program.run([
        "file-sets",
        "bulk-Many",
        "--json",
        ...words,
      ]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      return objects().length;
    };
    expect(await count("--attribute", "Turn=even")).toBe(manySets / 2);
    expect(await count("--package", "Many", "--name", "many-delta-49")).toBe(11);
    expect(await count("--status", "pending")).toBe(0);
    expect(await count("--created-since", "1h", "--modified-since", "2020-01-01")).toBe(manySets);
    expect(await count("--available-to", "2020-01-01T00:00:00Z")).toBe(0);
  });

  it.for([
    [["--modified-since", "soon"], /--modified-since: "soon" is neither .* Write it as 2026/],
    [["--status", "REDY"], /--status: "REDY" is not a status\. Write READY or PENDING\./],
    [["--attribute", "Turn"], /--attribute: "Turn" is not NAME=VALUE\. Write it as/],
    [["--limit", "0"], /argument '0' is invalid\. It is not a whole number of at least 1\. See/],
    [["--package", "nonsense"], /package "nonsense" in bulk-Many: no package has/],
  ] as const)("says what is wrong with %j", async ([words, sentence], { program }) => {
    const { code, stdout, stderr } = await program.run(["file-sets", "bulk-Many", ...words]);
    expect({ code, stdout }).toEqual({ code: words[0] === "--package" ? 4 : 2, stdout: "" });
    expect(stderr).toMatch(/^cfs: .+\.\n$/);
    expect(stderr).toMatch(sentence);
  });
});

describe("a listing in a pipe", () => {
  it("has exact values between tabs, without titles and padding", async ({ program, rowsOf }) => {
    const all = (await program.run(["packages", "bulk-ESG", "--json"])).objects();
    const rows = await rowsOf("packages", "bulk-ESG");
    const entitled = (wanted: boolean) =>
      all.filter(({ isEntitled }) => isEntitled === wanted).length;
    expect(rows.filter((cells) => cells[2] === "yes")).toHaveLength(entitled(true));
    expect(rows.filter((cells) => cells[2] === "no")).toHaveLength(entitled(false));
    const byId = new Map(all.map((item) => [item["packageId"], item]));
    for (const [name, type, , modified, id] of rows) {
      expect(byId.get(id)).toMatchObject({ packageName: name, packageType: type, modified });
    }
  });

  it("has the columns that --columns names, in that order", async ({ program, rowsOf }) => {
    const words = ["file-sets", "bulk-Many", "--limit", "2"];
    const sets = (await program.run([...words, "--json"])).objects();
    expect(await rowsOf(...words, "--columns", "id, Files,name")).toEqual(
      sets.map(({ id, name, numFiles }) => [id, String(numFiles), name]),
    );
  });

  it("is a table, csv or JSON if --output-format says so", async ({ program }) => {
    const words = ["file-sets", "bulk-Many", "--limit", "1"];
    const formatted = async (format: string, ...more: string[]) =>
      (await program.run([...words, "--output-format", format, ...more])).stdout;
    const [set] = (await program.run([...words, "--json"])).objects();
    expect(await formatted("json", "--json")).toBe(`${JSON.stringify(set)}\n`);
    expect(await formatted("csv", "--columns", "name,content-to")).toBe(
      `name,content-to\n${String(set?.["name"])},${String(set?.["contentTo"])}\n`,
    );
    expect(await formatted("table", "--columns", "status,kind")).toBe(
      "STATUS  KIND\nREADY   Delta\n",
    );
  });

  it.for([
    [
      ["--columns", "name,sise"],
      /Unknown column "sise" \(did you mean size\?\)\. Columns: name, size, id,/,
    ],
    [["--output-format", "yaml"], /Choose table, tsv, csv or json\./],
    [["--output-format", "csv", "--json"], /--json contradicts --output-format csv\./],
    [["--columns", "name", "--output-format", "json"], /--columns does not apply to JSON/],
  ] as const)("with wrong words is a usage error: %j", async ([words, sentence], { program }) => {
    const ended = await program.run(["files", "4000-none", ...words]);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(sentence);
  });
});

describe("cfs files and cfs url", () => {
  it("lists all 115 of a file set, whose record names 25", async ({ program, sandbox, rowsOf }) => {
    const [set] = (
      await program.run(["file-sets", "bulk-ESG", "--package", "PIT", "--json"])
    ).objects();
    const { objects } = await program.run(["files", String(set?.["id"]), "--json"]);
    expect(objects()).toHaveLength(115);
    expect(objects()[0]).toMatchObject({ filename: expect.any(String), md5: expect.any(String) });
    const rows = await rowsOf("files", String(set?.["id"]));
    const names = rows.map(([name]) => name);
    expect(names).toEqual(names.toSorted());
    const [, , id = ""] = rows[0] ?? [];
    const { stdout } = await program.run(["url", id]);
    expect((await fetch(stdout.trim())).status).toBe(200);
    const several = await program.run(["url", id, "-", "--json"], { input: `${rows[1]?.[2]}\n` });
    expect(several.objects()).toEqual(
      [id, rows[1]?.[2]].map((fileId) => ({
        fileId,
        url: expect.stringContaining(sandbox.objectHost),
      })),
    );
    const mixed = await program.run(["url", "nonsense", id, "neither"]);
    expect(mixed).toMatchObject({ code: 4, stdout: expect.stringMatching(/^http[^\n]+\n$/) });
    expect(mixed.stderr).toMatch(
      /^cfs: [^\n]+ "nonsense": [^\n]+\ncfs: [^\n]+ "neither": [^\n]+\n$/,
    );
  });

  it("lists several file sets in one call, in the order asked, with a column that names them", async ({
    program,
    sandbox,
  }) => {
    const { packageId } = sandbox.catalogue.addPackage({
      packageName: "Some",
      bucketNames: ["bulk-Some"],
    });
    const add = (name: string, filenames: string[]) =>
      sandbox.catalogue.addFileSet({
        name,
        packageId,
        files: filenames.map((filename) => ({ filename, bytes: 2_000 })),
      }).id;
    const [one, empty, other] = [add("One", ["b10", "b9"]), add("Empty", []), add("Other", ["a"])];
    const unknown = "4000-0000-00000000-0000-000000000000";
    const listed = await program.run(["files", one, empty, unknown, "-"], { input: `${other}\n` });
    expect(listed.code).toBe(4);
    const cells = listed.stdout.split("\n").map((line) => line.split("\t"));
    expect(cells.map(([name, , , fileSet]) => [name, fileSet])).toEqual([
      ["b9", one],
      ["b10", one],
      ["a", other],
      ["", undefined],
    ]);
    expect(listed.stderr.split("\n").sort()).toEqual([
      "",
      `cfs: ${empty}: The file set has no files yet.`,
      expect.stringMatching(/^cfs: Listing the files of 4000-[^\n]+No resource found/),
    ]);
    const { code, objects } = await program.run(["files", other, one, "--json"]);
    expect(code).toBe(0);
    expect(objects().map(({ filesetId }) => filesetId)).toEqual([other, one, one]);
  });

  it.for(["files", "url"] as const)(
    "ends with 4 for an unknown id: %s",
    async (command, { program }) => {
      const { code, stdout, stderr } = await program.run([
        command,
        "4000-0000-00000000-0000-000000000000",
      ]);
      expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
      expect(stderr).toMatch(/^cfs: .*No resource found.*\(request .+\)\. .+\n$/);
    },
  );
});
