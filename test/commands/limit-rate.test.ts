import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { fileBytes } from "../../source/sandbox/sandbox.ts";
import { test as base } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

const wanted = "not a rate of at least 1k such as 500k or 20M, off, or times with rates";

const test = base
  /** A file set with files of these sizes. */
  .extend("offer", ({ sandbox: { catalogue } }) => (...sizes: number[]) => {
    const { packageId } = catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-A"] });
    const files = sizes.map((bytes, part) => ({ filename: `part${part}.csv`, bytes }));
    const fileSet = catalogue.addFileSet({ name: "Set", packageId, files });
    return { id: fileSet.id, files: catalogue.filesOf(fileSet) };
  })
  .extend("out", ({ folder }) => join(folder, "out"));

describe("a limit", () => {
  test.for([
    ["--limit-rate", ["--limit-rate", "1M"], {}],
    ["CFS_LIMIT_RATE", [], { CFS_LIMIT_RATE: "1M" }],
    ["--limit-rate before CFS_LIMIT_RATE", ["--limit-rate", "1M"], { CFS_LIMIT_RATE: "1k" }],
    ["a timetable", ["--limit-rate", "00:00-12:00 1M, 12:00-24:00 1M"], {}],
  ] as const)(
    "by %s slows get down, and the files are whole",
    async ([_, words, environment], { offer, out, program }) => {
      const { id, files } = offer(1_400_000, 100_000);
      const began = performance.now();
      const ended = await program.run(["get", id, "-o", out, ...words], { environment });
      const seconds = (performance.now() - began) / 1_000;
      expect(ended).toMatchObject({ code: 0 });
      // Without a limit it takes no second; a busy machine can only make it longer.
      expect(seconds).toBeGreaterThan(1);
      for (const file of files)
        expect((await readFile(join(out, file.filename))).equals(fileBytes(file))).toBe(true);
    },
  );

  test("in the settings file is that of sync, and off lifts it", async ({
    folder,
    offer,
    out,
    program,
  }) => {
    offer(1_500_000);
    await mkdir(join(folder, "settings"), { recursive: true });
    const settings = { limitRate: "1k" };
    await writeFile(join(folder, "settings", "config.json"), JSON.stringify({ settings }));
    const words = ["sync", "bulk-A", "--package", "Pack", "-o", out];
    const limited = await program.run([...words, "--max-duration", "2s"]);
    expect(limited.code).toBe(8);
    const lifted = await program.run([...words, "--limit-rate", "off"]);
    expect(lifted).toMatchObject({ code: 0 });
  });

  test.for(["get", "sync", "cat", "peek"])(
    "that is wrong in the settings file is reported by %s, with its line",
    async (command, { folder, offer, out, program }) => {
      const { id, files } = offer(2_000);
      await mkdir(join(folder, "settings"), { recursive: true });
      const settings = { theme: "pink", jobs: "4", limitRate: 5 };
      const text = JSON.stringify({ settings }, undefined, 2);
      await writeFile(join(folder, "settings", "config.json"), text);
      const words =
        {
          get: [id, "-o", out],
          sync: ["bulk-A", "--package", "Pack", "-o", out],
          cat: [files[0]?.id ?? ""],
          peek: [files[0]?.id ?? ""],
        }[command] ?? [];
      const { code, stderr } = await program.run([command, ...words]);
      expect(code).toBe(0);
      expect(stderr).toMatch(/^cfs: Settings file line \d+: jobs is "4", not a whole number/m);
      expect(stderr).toMatch(/^cfs: Settings file line \d+: limitRate is 5, not a rate/m);
      expect(stderr).not.toContain("theme");
    },
  );

  test("that is slower than the stall timeout is no stall", async ({
    offer,
    out,
    program,
    sandbox,
  }) => {
    const { id } = offer(10_000, 10_000);
    const running = program.start(["get", id, "-o", out, "--limit-rate", "1k"], {
      environment: { CFS_DEBUG: "1" },
      clockSeconds: 40,
    });
    const bodies = () => sandbox.requests.filter(({ place }) => place === "objects");
    const areSent = () => bodies().length === 2 && bodies().every(({ ended }) => ended);
    await waitUntil(areSent, "two whole bodies");
    // From here on only the limit takes time: each waits 40 seconds while the other has its turn.
    const passing = setInterval(() => running.pass(), 20);
    const ended = await running.ended;
    clearInterval(passing);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).not.toContain("no data for");
    expect(bodies()).toHaveLength(2);
  });

  test("holds for peek too", async ({ offer, program }) => {
    const { files } = offer(200_000);
    const fileId = files[0]?.id ?? "";
    const began = performance.now();
    const { code } = await program.run(["peek", fileId, "-n", "3", "--limit-rate", "40k"]);
    expect(code).toBe(0);
    // It reads the first 64 KiB.
    expect(performance.now() - began).toBeGreaterThan(1_000);
  });
});

describe("a wrong rate ends with 2", () => {
  test.for([
    ["get", "ID"],
    ["sync", "bulk-A", "--package", "P", "-o", "x"],
    ["peek", "ID"],
  ])("of cfs %s", async (words, { program }) => {
    const { code, stderr } = await program.run([...words, "--limit-rate", "20"]);
    expect(code).toBe(2);
    expect(stderr).toContain(wanted.slice(4));
  });

  test("in the environment", async ({ program }) => {
    const environment = { CFS_LIMIT_RATE: "fast" };
    const { code, stderr } = await program.run(["get", "ID"], { environment });
    expect(code).toBe(2);
    expect(stderr).toContain(`Reading CFS_LIMIT_RATE: "fast" is ${wanted}`);
  });

  test("of cfs config set", async ({ program }) => {
    const { code, stderr } = await program.run(["config", "set", "limitRate", "08:00 5M"]);
    expect(code).toBe(2);
    expect(stderr).toContain(`limitRate is "08:00 5M", ${wanted}`);
  });
});

test("cfs config shows the limit with its source", async ({ program }) => {
  const timetable = "08:00-18:00 5M, 20M";
  const limitRate = async (environment: Record<string, string> = {}) => {
    const shown = await program.run(["config", "--json"], { environment });
    return shown.objects().find(({ name }) => name === "limitRate");
  };
  expect(await limitRate()).toEqual({ name: "limitRate", value: "off", origin: "default" });
  await program.run(["config", "set", "limitRate", timetable]);
  expect(await limitRate()).toEqual({ name: "limitRate", value: timetable, origin: "file" });
  expect(await limitRate({ CFS_LIMIT_RATE: "1M" })).toEqual({
    name: "limitRate",
    value: "1M",
    origin: "environment",
    by: "CFS_LIMIT_RATE",
  });
});
