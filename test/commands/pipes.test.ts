import { spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { describe, expect } from "vitest";
import { builtProgram } from "../support/program/built-program.ts";
import { callHere } from "../support/program/call-here.ts";
import { test } from "../support/test.ts";
import { waitUntil } from "../support/wait-until.ts";

const [command, ...first] = builtProgram;

const it = test
  .extend("fileSet", { auto: true }, ({ sandbox: { catalogue } }) => {
    const { packageId } = catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-A"] });
    for (let count = 0; count < 2_000; count += 1) {
      catalogue.addFileSet({ name: `Set-${count}`, packageId });
    }
    const files = Array.from({ length: 40 }, (_, part) => ({
      filename: `part${part}.csv.gz`,
      bytes: 400_000,
    }));
    return catalogue.addFileSet({ name: "Files", packageId, files });
  })
  .extend("file", ({ fileSet, sandbox }) => {
    const [file] = sandbox.catalogue.filesOf(fileSet);
    if (file === undefined) throw new Error("No file.");
    return file;
  })
  /** Runs the program until it has printed something, then takes its reader away, and says so. */
  .extend(
    "readABit",
    ({ folder, program }) =>
      async (words: readonly string[], left = () => {}) => {
        const child = spawn(command, [...first, ...words], {
          cwd: folder,
          env: { PATH: process.env["PATH"], ...program.environment },
          stdio: ["ignore", "pipe", "pipe"],
        });
        const stderr = text(child.stderr);
        const ended = once(child, "exit");
        await once(child.stdout, "data");
        child.stdout.destroy();
        left();
        const [code] = await ended;
        return { code, stderr: await stderr };
      },
  );

describe("a reader that goes away", () => {
  it.for([["file-sets", "bulk-A"], ["file-sets", "bulk-A", "--json"], ["help"]] as const)(
    "ends %s %s %s quietly with 0",
    async (words, { readABit }) => {
      expect(await readABit(words)).toEqual({ code: 0, stderr: "" });
    },
  );

  it("ends an incomplete download quietly, and the same call continues it", async ({
    folder,
    program,
    sandbox,
    fileSet,
    readABit,
  }) => {
    let leave = () => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const hold = (until: Promise<void>) => ({ kind: "hold", until }) as const;
    const never = new Promise<void>(() => {});
    // One more file ends after the reader has left, so that its line cannot be written.
    sandbox.faults.add({ on: "objects", after: 10, times: 1, effect: hold(left) });
    sandbox.faults.add({ on: "objects", after: 11, effect: hold(never) });
    const words = ["get", fileSet.id, "-o", "made", "--json"];
    expect(await readABit(words, leave)).toEqual({ code: 130, stderr: "" });
    const names = await readdir(`${folder}/made`);
    expect(names.filter((name) => name.endsWith(".lock"))).toEqual([]);
    expect(names.filter((name) => name.endsWith(".gz")).length).toBeLessThan(40);
    sandbox.faults.clear();
    expect(await program.run(words)).toMatchObject({ code: 0 });
    expect(await readdir(`${folder}/made`)).toHaveLength(40);
  });
});

describe("a reader that is slow", () => {
  it("gets every line and the exit code, although all other work is done", async ({
    folder,
    program,
    sandbox,
  }) => {
    // Long enough that the messages about them fill any pipe.
    const ids = Array.from({ length: 300 }, (_, count) => `unknown-${count}-${"x".repeat(2_000)}`);
    const child = spawn(command, [...first, "url", ...ids], {
      cwd: folder,
      env: { PATH: process.env["PATH"], ...program.environment },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const ended = once(child, "exit");
    const answered = () =>
      sandbox.requests.filter(({ place, ended }) => place === "stream" && ended).length;
    await waitUntil(() => answered() === ids.length);
    const lines = (await text(child.stderr)).trimEnd().split("\n");
    expect({ code: (await ended)[0], count: lines.length }).toEqual({ code: 4, count: ids.length });
  });
});

describe("results that the disk refuses", () => {
  it.for([
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
    ["cat FILE"],
    ["get FILE -o refused"],
    ["sync bulk-A --package Pack --name Files -o dry --dry-run --json --quiet"],
    ["completion bash"],
    ["names buckets"],
    ["sandbox --json"],
  ] as const)(
    "are an error with words: cfs %s",
    async ([line], { folder, program, fileSet, file }) => {
      const words = line.replace("SET", fileSet.id).replace("FILE", file.id).split(" ");
      const child = spawn(command, [...first, ...words], {
        cwd: folder,
        env: { PATH: process.env["PATH"], ...program.environment },
        stdio: ["ignore", openSync("/dev/full", "w"), "pipe"],
      });
      const stderr = child.stderr === null ? "" : text(child.stderr);
      const [code] = await once(child, "exit");
      expect({ code, stderr: await stderr }).toEqual({
        code: 7,
        stderr:
          "cfs: Writing the results to standard output: the disk is full. Free some space, then try again.\n",
      });
    },
  );
});

describe("a signal while standard input is read", () => {
  it.for([
    ["login", "--username", "GE-A-1", "--app-key", "key", "--password-stdin"],
    ["get", "--plan", "-"],
    ["plan", "--check", "-"],
  ])("ends %s %s %s", async (words, { folder }) => {
    const variables = { CFS_CONFIG_DIR: folder };
    const ending = new AbortController();
    const stdin = new PassThrough();
    stdin.on("newListener", (event) => {
      if (event === "readable") ending.abort();
    });
    const { signal } = ending;
    const call = callHere(words, { stdin, signal, variables });
    await expect(call).rejects.toMatchObject({ name: "AbortError" });
  });
});
