import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { commandTree } from "../../source/commands/help-text.ts";
import { commandNames, findCommandName } from "../../source/main/command-names.ts";
import { isStandalone } from "../support/program/built-program.ts";
import type { RunOptions } from "../support/program/run.ts";
import { test } from "../support/test.ts";

const it = test
  .extend("sharesCode", false)
  .extend("codeFolder", ({ folder }) => join(folder, "settings", "cache", "compiled"))
  .extend("kept", ({ codeFolder }) => join(codeFolder, "packages.code"))
  .extend("list", ({ program, sandbox }) => {
    sandbox.catalogue.addPackage({ packageName: "Pack", bucketNames: ["bulk-A"] });
    return async (options?: RunOptions) => {
      const { code, stderr, stdout } = await program.run(["packages", "bulk-A", "--json"], options);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(JSON.parse(stdout)).toMatchObject({ packageName: "Pack" });
    };
  });

it("has the name of every command", () => {
  const names = commandTree().commands.map((command) => command.name());
  expect([...commandNames].sort()).toEqual(names.sort());
});

it.for([
  { line: "get 1", name: "get" },
  { line: "--ca-file own.pem file-sets bulk-ESG", name: "file-sets" },
  { line: "bulk-ESG", name: undefined },
  { line: "--fresh", name: undefined },
  { line: "", name: undefined },
])("finds the command of: cfs $line", ({ line, name }) => {
  expect(findCommandName(line.split(" "))).toBe(name);
});

// The single executable has no files whose code could be cached.
describe.skipIf(isStandalone)("the code of a command", () => {
  it("is kept by the first call, and used by the next", async ({ kept, codeFolder, list }) => {
    await list();
    const { ino, mode } = await stat(kept);
    expect(mode & 0o777).toBe(0o600);
    expect((await stat(codeFolder)).mode & 0o777).toBe(0o700);
    await list();
    expect((await stat(kept)).ino).toBe(ino);
    expect(await readdir(codeFolder)).toEqual(["packages.code"]);
  });

  it.for([
    [
      "has a wrong byte",
      async (path: string) => {
        const bytes = await readFile(path);
        const middle = bytes.length >> 1;
        bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle);
        await writeFile(path, bytes);
      },
    ],
    ["is cut off", (path: string) => truncate(path, 100_000)],
    ["is empty", (path: string) => truncate(path)],
    [
      "is a folder",
      async (path: string) => {
        await rm(path);
        await mkdir(join(path, "with", "more"), { recursive: true });
      },
    ],
  ] as const)("is not used if it %s", async ([, damage], { kept, list }) => {
    await list();
    await damage(kept);
    await list();
    await list();
  });

  it("is replaced if it is damaged", async ({ kept, list }) => {
    await list();
    const whole = await stat(kept);
    await truncate(kept, 100_000);
    await list();
    const { ino, size } = await stat(kept);
    expect(size).toBeGreaterThan(whole.size / 2);
    await list();
    expect((await stat(kept)).ino).toBe(ino);
  });

  it("matters to no call if it cannot be kept", async ({ codeFolder, list }) => {
    const failing = `import vm from "node:vm";
      vm.Script.prototype.createCachedData = () => { throw new Error("no memory"); };`;
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(failing)}`;
    await list({ environment: { NODE_OPTIONS } });
    await expect(readdir(codeFolder)).rejects.toThrow("ENOENT");
  });

  it.for([
    ["--demo", "packages", "bulk-ESG"],
    ["packages", "--help"],
    ["packages", "bulk-UNKNOWN"],
  ])("is not kept by: cfs %s %s %s", async (words, { codeFolder, program }) => {
    await program.run(words);
    await expect(readdir(codeFolder)).rejects.toThrow("ENOENT");
  });
});

it("opens the terminal program if the name of a command is unknown", async ({ program }) => {
  const { code, stderr } = await program.run(["--ca-file", "get"]);
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(/^cfs: Opening the terminal program: [^\n]+\n$/),
  });
});
