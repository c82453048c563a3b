import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { NewFileSet } from "../../source/sandbox/sandbox.ts";
import { test } from "../support/test.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const it = test
  .extend("runsHere", true)
  .extend("packageId", { auto: true }, ({ sandbox: { catalogue } }) => {
    const bucketNames = ["bulk-A"];
    return catalogue.addPackage({ packageName: "Pack-A", bucketNames }).packageId;
  })
  /** Lists a delivery that came that many days ago. */
  .extend("offer", ({ packageId, sandbox: { catalogue } }) => {
    return (name: string, ageDays: number, files: number, more: Partial<NewFileSet> = {}) => {
      const atMs = Date.now() - ageDays * dayMs;
      return catalogue.addFileSet({
        name,
        packageId,
        contentFromMs: atMs - 7 * dayMs,
        contentToMs: atMs,
        createdMs: atMs,
        modifiedMs: atMs,
        files: Array.from({ length: files }, (_, part) => ({
          filename: `${name}-part${part}.csv`,
          bytes: 100 + part,
        })),
        ...more,
      });
    };
  })
  .extend("expects", ({ program }) => {
    const words = ["expect", "bulk-A", "--package", "Pack-A"];
    return (...more: string[]) => program.run([...words, ...more]);
  });

describe("the newest file set", () => {
  it("is as expected if it is younger than --max-age", async ({ expects, offer }) => {
    offer("Feed-2026-01-01", 5, 1);
    expect(await expects("--max-age", "6d")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: "cfs: 1 file set as expected, the newest 5d old.\n",
    });
  });

  it("is late if it is older", async ({ expects, offer }) => {
    offer("Feed-2026-01-01", 9, 1);
    offer("Feed-2026-01-08", 1, 1, { status: "PENDING" });
    expect(await expects("--max-age", "8d")).toMatchObject({
      code: 9,
      stdout:
        "late: the newest READY file set, Feed-2026-01-01, is 9d old, 1d00h over the limit of 8d\n",
      stderr: "",
    });
  });

  it("says how late it is if its age reads as the limit", async ({ expects, offer }) => {
    offer("Feed-2026-01-01", 8 + 2.5 / 24, 1);
    const { stdout } = await expects("--max-age", "8d");
    expect(stdout).toMatch(/is 8d old, 2h3\dm over the limit of 8d/);
  });

  it("is late if nothing matches", async ({ expects, offer }) => {
    offer("Feed-2026-01-01", 1, 1);
    expect(await expects("--max-age", "8d", "--series", "Other*")).toMatchObject({
      code: 9,
      stdout: "late: no READY file set matches\n",
    });
  });

  it("is missing if nothing matches, without --max-age too", async ({ expects, offer }) => {
    offer("Feed-2026-01-01", 1, 1, { status: "PENDING" });
    expect(await expects()).toMatchObject({
      code: 9,
      stdout: "late: no READY file set matches\n",
      stderr: "",
    });
  });

  it("is found among the selected ones only", async ({ expects, offer }) => {
    offer("Feed-Init-2026-01-01", 20, 1);
    offer("Feed-Delta-2026-01-20", 1, 1, { contentFromMs: Date.now() - 20 * dayMs });
    const { code, objects } = await expects("--max-age", "8d", "--kind", "init", "--json");
    expect(code).toBe(9);
    expect(objects()).toMatchObject([{ check: "late", name: "Feed-Init-2026-01-01" }]);
  });

  it("is reported if it has fewer files than the four before", async ({ expects, offer }) => {
    offer("Feed-Delta-2025-12-18", 28, 5);
    offer("Feed-Delta-2025-12-25", 21, 3);
    offer("Feed-Delta-2026-01-01", 14, 3);
    offer("Feed-Delta-2026-01-08", 7, 4);
    const { id } = offer("Feed-Delta-2026-01-15", 0, 2);
    const { code, objects } = await expects("--json");
    expect(code).toBe(9);
    expect(objects()).toEqual([
      {
        check: "fewer-files",
        fileSetId: id,
        name: "Feed-Delta-2026-01-15",
        message: "Feed-Delta-2026-01-15 has 2 files; the 4 before had at least 3",
      },
    ]);
  });

  it("is not reported if it has fewer files that are not selected", async ({ expects, offer }) => {
    for (const day of [1, 2, 3, 4]) offer(`Feed-Delta-2026-01-0${day}`, 7 - day, 3);
    offer("Feed-Delta-2026-01-05", 2, 2);
    expect(await expects("--include", "*-part0.csv")).toMatchObject({ code: 0, stdout: "" });
    expect(await expects("--exclude", "*-part0.csv")).toMatchObject({ code: 9 });
  });

  it("is not reported if it has fewer files than three before, which may be chance", async ({
    expects,
    offer,
  }) => {
    offer("Feed-Delta-2025-12-25", 21, 3);
    offer("Feed-Delta-2026-01-01", 14, 3);
    offer("Feed-Delta-2026-01-08", 7, 4);
    offer("Feed-Delta-2026-01-15", 0, 2);
    expect(await expects()).toMatchObject({ code: 0, stdout: "" });
  });
});

it("reports a gap in the chain of Init and Deltas", async ({ expects, offer }) => {
  offer("Feed-Init-2026-01-01", 28, 1);
  offer("Feed-Delta-2026-01-08", 21, 1);
  offer("Feed-Delta-2026-01-22", 7, 1);
  const { code, stdout } = await expects();
  expect(code).toBe(9);
  expect(stdout).toMatch(/^gap: Feed: 7 days missing, \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d\n$/);
});

describe("what expires soon", () => {
  const soon = { availableToMs: Date.now() + 30 * hourMs };
  const words = ["-o", "out", "--expires-within", "2d"];

  it("is reported if the folder lacks files of it", async ({ expects, offer }) => {
    offer("Feed-2026-01-01", 1, 2, soon);
    const { code, stdout } = await expects(...words);
    expect(code).toBe(9);
    expect(stdout).toMatch(/^expiring: Feed-2026-01-01 expires in \d\dh, and .*out lacks files/);
  });

  it("is not reported if sync or get fetched it", async ({ expects, folder, offer, program }) => {
    const { id } = offer("Feed-2026-01-01", 1, 2, soon);
    await program.run(["sync", "bulk-A", "--package", "Pack-A", "-o", "out"]);
    expect(await expects(...words)).toMatchObject({ code: 0 });
    await program.run(["get", id, "-o", "got"]);
    const inGot = ["-o", "got", "--expires-within", "2d"];
    expect(await expects(...inGot)).toMatchObject({ code: 0 });
    await writeFile(join(folder, "got", "Feed-2026-01-01-part1.csv"), "cut");
    expect(await expects(...inGot)).toMatchObject({ code: 9 });
  });

  it.for(["sync", "get"])(
    "is not reported if %s fetched all that the selection keeps",
    async (command, { expects, folder, offer, program }) => {
      offer("Feed-2026-01-01", 1, 3, soon);
      const selection = ["--include", "*-part[01].csv"];
      const from = command === "get" ? ["--latest", "--bucket", "bulk-A"] : ["bulk-A"];
      const more = ["--package", "Pack-A", "-o", "out", ...selection];
      expect(await program.run([command, ...from, ...more])).toMatchObject({ code: 0 });
      expect(await expects(...words, ...selection)).toMatchObject({ code: 0, stdout: "" });
      expect(await expects(...words)).toMatchObject({ code: 9 });
      await rm(join(folder, "out", "Feed-2026-01-01-part1.csv"));
      expect(await expects(...words, ...selection)).toMatchObject({ code: 9 });
    },
  );

  it("is not reported if it expires later or has expired", async ({ expects, offer }) => {
    offer("Feed-2026-01-01", 1, 1, { availableToMs: Date.now() + 3 * dayMs });
    offer("Other-2026-01-01", 9, 1, { availableToMs: Date.now() - hourMs });
    expect(await expects(...words)).toMatchObject({ code: 0 });
  });
});

it.for([
  [["--max-age", "soon"], '"soon" is not a span'],
  [["-o", "out"], "-o and --expires-within need each other"],
  [["--expires-within", "2d"], "-o and --expires-within need each other"],
] as const)("does not accept %s", async ([words, text], { expects }) => {
  const { code, stderr } = await expects(...words);
  expect(code).toBe(2);
  expect(stderr).toContain(text);
});
