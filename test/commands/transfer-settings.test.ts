import { join } from "node:path";
import { describe, expect } from "vitest";
import { namedFaults } from "../../source/sandbox/sandbox.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";
import { keys, runInTerminal } from "../support/terminal/run-in-terminal.ts";
import { test } from "../support/test.ts";

const it = test
  .extend("variables", ({ sandbox }) => credentialsOf(sandbox))
  .extend("sets", ({ sandbox: { catalogue } }) => {
    const { packageId } = catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-A"] });
    const add = (name: string, sizes: readonly number[]) =>
      catalogue.addFileSet({
        name,
        packageId,
        files: sizes.map((bytes, part) => ({ filename: `${name}-part${part}.csv`, bytes })),
      });
    return {
      small: add("Small", Array(24).fill(2_000)),
      large: add("Large", Array(8).fill(3_000_000)),
      mixed: add(
        "Mixed",
        Array.from({ length: 24 }, (_, part) => (part % 8 === 0 ? 8_000_000 : 2_000)),
      ),
    };
  })
  .extend("small", ({ sets }) => sets.small)
  .extend("large", ({ sets }) => sets.large)
  .extend("out", ({ folder }) => join(folder, "out"))
  .extend(
    "get",
    ({ out, program }) =>
      (words: string[], environment: Record<string, string>) =>
        program.run(["get", ...words, "-o", out, "--quiet"], { environment }),
  )
  /** How often the object store was asked. */
  .extend(
    "looks",
    ({ sandbox: { requests } }) =>
      () =>
        requests.filter(({ place }) => place === "objects").length,
  )
  /** What the object store is sending at this moment. */
  .extend(
    "underWay",
    ({ sandbox: { requests } }) =>
      () =>
        requests.filter(({ place, ended }) => place === "objects" && !ended),
  )
  .extend(
    "connections",
    ({ underWay }) =>
      () =>
        underWay().length,
  )
  .extend(
    "files",
    ({ underWay }) =>
      () =>
        new Set(underWay().map(({ path }) => path)).size,
  )
  /** Makes the object store answer nobody before `expected` are there at once; tells the most that ever were. */
  .extend("hold", ({ sandbox: { faults } }) => (count: () => number, expected: number) => {
    let most = 0;
    let open: () => void = () => undefined;
    const until = new Promise<void>((resolve) => {
      open = resolve;
    });
    faults.add({
      on: "objects",
      when() {
        if (count() >= expected) open();
        return true;
      },
      effect: { kind: "hold", until },
    });
    faults.add({ on: "objects", effect: { kind: "delay", ms: 50 } });
    // Not as a request arrives: the store may hear later of the end of the one before it.
    const look = () => {
      most = Math.max(most, count());
    };
    faults.add({ on: "objects", effect: { kind: "meanwhile", run: look } });
    return () => most;
  });

describe("CFS_JOBS", () => {
  it.for([1, 2, 5] as const)(
    "%i: so many files at a time, seen at the object store",
    async (jobs, { large, get, files, hold }) => {
      const most = hold(files, jobs);
      const { code, stderr } = await get([large.id], { CFS_JOBS: String(jobs) });
      expect({ code, stderr, most: most() }).toEqual({ code: 0, stderr: "", most: jobs });
    },
  );

  it("1: small files too come one after the other", async ({ small, get, files, hold }) => {
    const most = hold(files, 1);
    const { code, stderr } = await get([small.id], { CFS_JOBS: "1" });
    expect({ code, stderr, most: most() }).toEqual({ code: 0, stderr: "", most: 1 });
  });
});

describe("CFS_CONNECTIONS", () => {
  it.for([
    ["small", 1],
    ["small", 3],
    ["small", 8],
    ["large", 1],
    ["large", 3],
    ["mixed", 3],
    ["mixed", 8],
  ] as const)(
    "of %s files, %i: so many connections in all, seen there",
    async ([kind, expected], { sets, get, connections, hold }) => {
      const most = hold(connections, expected);
      const { code, stderr } = await get([sets[kind].id], {
        CFS_CONNECTIONS: String(expected),
        CFS_JOBS: "4",
      });
      expect({ code, stderr, most: most() }).toEqual({ code: 0, stderr: "", most: expected });
    },
  );
});

const retryTime = /retrying in ([\dhms]+)/;

/** The seconds of a time such as "59s", "16m40s" or "23h59m". */
function secondsIn(text: string): number {
  const units: Record<string, number> = { h: 3_600, m: 60, s: 1 };
  return [...text.matchAll(/(\d+)([hms])/g)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (units[unit] ?? 0),
    0,
  );
}

describe("CFS_RETRY_DELAY", () => {
  it.for([
    ["1000", 500, 1_000],
    ["86400", 43_200, 86_400],
  ] as const)(
    "%s: half of it to all of it passes before the second look at an object that is not there",
    async ([seconds, least, most], { folder, program, sandbox, small, out, looks }) => {
      sandbox.faults.add({ on: "objects", effect: namedFaults.notThere() });
      const terminal = runInTerminal({
        words: ["get", sandbox.catalogue.filesOf(small)[0]?.id ?? "", "-o", out],
        directory: folder,
        environment: { ...program.environment, CFS_RETRY_DELAY: seconds },
        columns: 160,
      });
      const beganAtMs = performance.now();
      const shown = await terminal.shows(retryTime);
      const [, text = ""] = retryTime.exec(shown.join("\n")) ?? [];
      const told = secondsIn(text);
      // What has passed of it, and what is cut off: hours have no seconds.
      const lost = (performance.now() - beganAtMs) / 1_000 + (text.includes("h") ? 60 : 1);
      expect(told + lost).toBeGreaterThanOrEqual(least);
      expect(told).toBeLessThanOrEqual(most);
      const asked = looks();
      terminal.press(keys.ctrlC);
      expect(await terminal.ended).toBe(130);
      expect(looks()).toBe(asked);
    },
  );

  it("0.05: all looks are over before the patience of a test is", async ({
    sandbox,
    large,
    get,
    looks,
  }) => {
    sandbox.faults.add({ on: "objects", effect: namedFaults.notThere() });
    const [file] = sandbox.catalogue.filesOf(large);
    const environment = { CFS_RETRY_DELAY: "0.05", CFS_CONNECTIONS: "1" };
    const { code, stderr } = await get([file?.id ?? ""], environment);
    expect(code).toBe(4);
    expect(stderr).toContain("The specified key does not exist.");
    expect(looks()).toBe(7);
  });
});

describe("--quiet", () => {
  it.for([
    ["before the command", (id: string) => ["--quiet", "get", id]],
    ["behind it", (id: string) => ["get", id, "--quiet"]],
  ] as const)(
    "%s: nothing but results on a terminal",
    async ([_, words], { folder, program, large, out }) => {
      const terminal = runInTerminal({
        words: [...words(large.id), "-o", out],
        directory: folder,
        environment: program.environment,
      });
      expect(await terminal.ended).toBe(0);
      expect(terminal.written()).not.toContain("\u001b[");
      const rows = terminal.screen().filter((row) => row !== "");
      expect(rows).toHaveLength(8);
      for (const row of rows) expect(row).toContain(out);
    },
  );
});
