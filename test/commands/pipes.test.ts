import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../source/sandbox/sandbox.ts";
import { builtProgram } from "../support/program/built-program.ts";
import { type Home, makeHome } from "../support/program/run.ts";
import { credentialsOf } from "../support/sandbox/credentials.ts";

let sandbox: Sandbox;
let home: Home;
let fileSetId: string;

beforeAll(async () => {
  sandbox = await startSandbox({ empty: true });
  const { packageId } = sandbox.catalogue.addPackage({
    packageName: "Pack",
    bucketNames: ["bulk-A"],
  });
  for (let count = 0; count < 2_000; count += 1) {
    sandbox.catalogue.addFileSet({ name: `Set-${count}`, packageId });
  }
  const files = Array.from({ length: 40 }, (_, part) => ({
    filename: `part${part}.csv.gz`,
    bytes: 400_000,
  }));
  fileSetId = sandbox.catalogue.addFileSet({ name: "Files", packageId, files }).id;
  home = await makeHome(credentialsOf(sandbox));
});

afterAll(async () => {
  await sandbox.close();
  await home.remove();
});

const [command, ...first] = builtProgram;

/** Runs the program until it has printed something, then takes its reader away, and says so. */
async function readABit(words: readonly string[], left = () => {}) {
  const child = spawn(command, [...first, ...words], {
    cwd: home.directory,
    env: { PATH: process.env["PATH"], ...home.environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stderr = text(child.stderr);
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  child.stdout.destroy();
  left();
  const [code] = await ended;
  return { code, stderr: await stderr };
}

describe("a reader that goes away", () => {
  it.each([["file-sets", "bulk-A"], ["file-sets", "bulk-A", "--json"], ["help"]])(
    "ends %s %s %s quietly with 0",
    async (...words) => {
      expect(await readABit(words)).toEqual({ code: 0, stderr: "" });
    },
  );

  it("ends a download quietly, which is not done then, and the same call goes on with it", async () => {
    let letGo = () => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    sandbox.faults.add({ on: "objects", effect: { kind: "slow", bytesPerSecond: 2_000_000 } });
    sandbox.faults.add({ on: "objects", after: 10, effect: { kind: "hold", until } });
    const words = ["get", fileSetId, "-o", "made", "--json"];
    const { code, stderr } = await readABit(words, letGo);
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
    const names = await readdir(`${home.directory}/made`);
    expect(names.filter((name) => name.endsWith(".lock"))).toEqual([]);
    expect(names.filter((name) => name.endsWith(".gz")).length).toBeLessThan(40);
    sandbox.faults.clear();
  });
});

describe("results that the disk refuses", () => {
  const fileId = () => sandbox.catalogue.filesOf(fileSet())[0]?.id ?? "";
  const fileSet = () => {
    const found = sandbox.catalogue.fileSets.get(fileSetId);
    if (found === undefined) throw new Error("The file set is not listed.");
    return found;
  };

  it.each([
    ["--version"],
    ["help"],
    ["help get"],
    ["status"],
    ["config"],
    ["buckets --json"],
    ["packages bulk-A"],
    ["file-sets bulk-A"],
    ["file-sets bulk-A --json"],
    ["files SET"],
    ["url FILE"],
    ["peek FILE"],
    ["get FILE -o refused"],
    ["sync bulk-A --package Pack --name Files -o dry --dry-run --json --quiet"],
    ["completion bash"],
    ["names buckets"],
    ["sandbox --json"],
  ])("are an error with words: cfs %s", async (line) => {
    const words = line.replace("SET", fileSetId).replace("FILE", fileId()).split(" ");
    const child = spawn(command, [...first, ...words], {
      cwd: home.directory,
      env: { PATH: process.env["PATH"], ...home.environment },
      stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
    });
    const stderr = child.stderr === null ? "" : text(child.stderr);
    const [code] = await once(child, "exit");
    expect({ code, stderr: await stderr }).toEqual({
      code: 7,
      stderr: expect.stringMatching(
        /^cfs: Writing the results to standard output: ENOSPC[^\n]+ Check the disk that it goes to, then start it again\.\n$/,
      ),
    });
  });
});
