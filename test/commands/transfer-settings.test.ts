import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  namedFaults,
  type Sandbox,
  type SandboxFileSet,
  startSandbox,
} from "../../source/sandbox/sandbox.ts";
import { type Home, makeHome, run } from "../support/program/run.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";
import { keys, runInTerminal } from "../support/terminal/run-in-terminal.ts";

let sandbox: Sandbox;
let home: Home;
let folder: string;
let small: SandboxFileSet;
let large: SandboxFileSet;
let mixed: SandboxFileSet;
let turn = 0;

beforeAll(async () => {
  sandbox = await startSandbox({ empty: true });
  sandbox.assumptions.tokenRequestsPerMinute = Number.POSITIVE_INFINITY;
  const { catalogue } = sandbox;
  const { packageId } = catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-A"] });
  const add = (name: string, count: number, bytes: number) =>
    catalogue.addFileSet({
      name,
      packageId,
      files: Array.from({ length: count }, (_, part) => ({
        filename: `${name}-part${part}.csv`,
        bytes,
      })),
    });
  small = add("Small", 24, 2_000);
  large = add("Large", 8, 3_000_000);
  mixed = catalogue.addFileSet({
    name: "Mixed",
    packageId,
    files: Array.from({ length: 24 }, (_, part) => ({
      filename: `Mixed-part${part}.csv`,
      bytes: part % 8 === 0 ? 8_000_000 : 2_000,
    })),
  });
  home = await makeHome(credentialsOf(sandbox));
});

afterAll(async () => {
  await sandbox.close();
  await home.remove();
});

beforeEach(() => {
  turn += 1;
  folder = join(home.directory, `made-${turn}`);
  sandbox.faults.clear();
  sandbox.endSessions();
});

/** Settings of its own for each call: no session is there to be taken over. */
const environmentWith = (more: Record<string, string>) => ({
  ...home.environment,
  CFS_CONFIG_DIR: join(home.directory, `settings-${turn}`),
  ...more,
});

const get = (words: string[], more: Record<string, string>) =>
  run(["get", ...words, "-o", folder, "--quiet"], { environment: environmentWith(more) });

/** What the object store is sending at this moment. */
const underWay = () => sandbox.requests.filter(({ place, ended }) => place === "objects" && !ended);
const connections = () => underWay().length;
const files = () => new Set(underWay().map(({ path }) => path)).size;

/** Lets the object store answer nobody before `expected` are there at once; tells the most that ever were. */
function hold(count: () => number, expected: number): () => number {
  let most = 0;
  let open: () => void = () => undefined;
  const until = new Promise<void>((resolve) => {
    open = resolve;
  });
  sandbox.faults.add({
    on: "objects",
    when() {
      if (count() >= expected) open();
      return true;
    },
    effect: { kind: "hold", until },
  });
  sandbox.faults.add({ on: "objects", effect: { kind: "delay", ms: 50 } });
  // Not as a request arrives: the store may hear later of the end of the one before it.
  const look = () => {
    most = Math.max(most, count());
  };
  sandbox.faults.add({ on: "objects", effect: { kind: "meanwhile", run: look } });
  return () => most;
}

describe("CFS_JOBS", () => {
  it.each([1, 2, 5])("%i: so many files at a time, seen at the object store", async (jobs) => {
    const most = hold(files, jobs);
    const { code, stderr } = await get([large.id], { CFS_JOBS: String(jobs) });
    expect({ code, stderr, most: most() }).toEqual({ code: 0, stderr: "", most: jobs });
  });

  it("1: small files too come one after the other", async () => {
    const most = hold(files, 1);
    const { code, stderr } = await get([small.id], { CFS_JOBS: "1" });
    expect({ code, stderr, most: most() }).toEqual({ code: 0, stderr: "", most: 1 });
  });
});

describe("CFS_CONNECTIONS", () => {
  it.each([
    ["small", 1],
    ["small", 3],
    ["small", 8],
    ["large", 1],
    ["large", 3],
    ["mixed", 3],
    ["mixed", 8],
  ])("of %s files, %i: so many connections in all, seen there", async (kind, expected) => {
    const most = hold(connections, expected);
    const { code, stderr } = await get([{ small, large, mixed }[kind]?.id ?? ""], {
      CFS_CONNECTIONS: String(expected),
      CFS_JOBS: "4",
    });
    expect({ code, stderr, most: most() }).toEqual({ code: 0, stderr: "", most: expected });
  });
});

describe("CFS_RETRY_DELAY", () => {
  const absent = () => sandbox.faults.add({ on: "objects", effect: namedFaults.notThere() });
  const looks = () => sandbox.requests.filter(({ place }) => place === "objects").length;

  it.each([
    ["1000", 500, 1_000],
    ["86400", 43_200, 86_400],
  ])(
    "%s: half of it to all of it passes before the second look at an object that is not there",
    async (seconds, least, most) => {
      absent();
      const before = looks();
      const terminal = runInTerminal({
        words: ["get", sandbox.catalogue.filesOf(small)[0]?.id ?? "", "-o", folder],
        directory: home.directory,
        environment: environmentWith({ CFS_RETRY_DELAY: seconds }),
        columns: 160,
      });
      const shown = await terminal.shows(/next try in \d+ s/);
      const told = Number(/next try in (\d+) s/.exec(shown.join("\n"))?.[1]);
      expect(told).toBeGreaterThanOrEqual(least);
      expect(told).toBeLessThanOrEqual(most);
      const asked = looks() - before;
      terminal.press(keys.ctrlC);
      expect(await terminal.ended).toBe(130);
      expect(looks() - before).toBe(asked);
    },
  );

  it("0.05: all looks are over before the patience of a test is", async () => {
    absent();
    const before = looks();
    const [file] = sandbox.catalogue.filesOf(large);
    const { code, stderr } = await get([file?.id ?? ""], { CFS_RETRY_DELAY: "0.05" });
    expect(code).toBe(4);
    expect(stderr).toContain("The specified key does not exist.");
    expect(looks() - before).toBe(7);
  });
});

describe("--quiet", () => {
  it.each([
    ["before the command", (id: string) => ["--quiet", "get", id]],
    ["behind it", (id: string) => ["get", id, "--quiet"]],
  ])("%s: nothing but results on a terminal", async (_, words) => {
    const terminal = runInTerminal({
      words: [...words(large.id), "-o", folder],
      directory: home.directory,
      environment: environmentWith({}),
    });
    expect(await terminal.ended).toBe(0);
    expect(terminal.written()).not.toContain("\u001b[");
    const rows = terminal.screen().filter((row) => row !== "");
    expect(rows).toHaveLength(8);
    for (const row of rows) expect(row).toContain(folder);
  });
});
