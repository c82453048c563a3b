import { spawnSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { describe, expect } from "vitest";
import { cacheDirectory } from "../../source/base/directories.ts";
import { createListingCache } from "../../source/listing-cache/listing-cache.ts";
import { builtProgramInShell } from "../support/program/built-program.ts";
import { inheritedEnvironment } from "../support/program/inherited-environment.ts";
import { test as base } from "../support/test.ts";

const nasty = "Odd $(touch made-by-a-name) `name`";

const has = (shell: string) => spawnSync(shell, ["-c", "true"]).status === 0;

/** Keeps a listing of two packages in the cache of these settings, as after a visit. */
async function keepListing(settings: string): Promise<void> {
  const cache = createListingCache({ directory: cacheDirectory(settings), nowMs: Date.now });
  const account = { host: "https://api.example.com", kind: "password", user: "u" } as const;
  const items = ["RFT-ESG-PIT-SDI", nasty].map((packageName, index) => ({
    packageId: `4000-${index}`,
    packageName,
    bucketNames: ["bulk-Visited"],
  }));
  cache.put(
    account,
    { kind: "packages", bucket: "bulk-Visited" },
    { kind: "packages", items, listedAtMs: Date.now(), settled: false },
  );
  await cache.flush();
}

const it = base
  .extend("variables", {})
  /** The environment of a shell that finds this program as `cfs`. */
  .extend("environment", async ({ folder, program }) => {
    const bin = join(folder, "bin");
    await mkdir(bin);
    await writeFile(join(bin, "cfs"), `#!/bin/sh\nexec ${builtProgramInShell} "$@"\n`);
    await chmod(join(bin, "cfs"), 0o755);
    await keepListing(program.environment.CFS_CONFIG_DIR);
    return {
      ...inheritedEnvironment(),
      ...program.environment,
      PATH: `${bin}:${process.env["PATH"]}`,
      HOME: folder,
      TERM: "xterm",
    };
  })
  /** Runs a shell; resolves with its output lines. */
  .extend("lines", ({ environment, folder }) => {
    return (shell: string, ...words: string[]): string[] => {
      const { stdout, stderr } = spawnSync(shell, words, {
        cwd: folder,
        env: environment,
        encoding: "utf8",
      });
      expect(stderr).toBe("");
      return stdout.split("\n").filter((line) => line !== "");
    };
  });

describe("cfs completion", () => {
  it.for(["bash", "zsh", "fish"])(
    "prints the completion for %s",
    async (shell, { expect, program }) => {
      const { code, stdout, stderr } = await program.run(["completion", shell]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      await expect(stdout).toMatchFileSnapshot(`golden/completion.${shell}`);
    },
  );

  it.for(["tcsh", "constructor", "__proto__"])(
    "refuses the shell %s",
    async (shell, { program }) => {
      const { code, stderr } = await program.run(["completion", shell]);
      expect(code).toBe(2);
      expect(stderr).toBe(
        `cfs: Usage error: unknown shell "${shell}"; use bash, zsh or fish. See cfs completion --help.\n`,
      );
    },
  );
});

describe.skipIf(!has("bash"))("bash", () => {
  /** Each call's candidates, on a line of their own. */
  const script = `
    source <(cfs completion bash)
    t() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cfs; (IFS=,; echo "\${COMPREPLY[*]}"); }
    t cfs pac
    t cfs --demo get --la
    t cfs BULK-v
    t cfs file-sets bulk-F
    t cfs file-sets bulk-Visited --package RFT
    t cfs get --bucket bulk-Visited --package Odd
    t cfs file-sets bulk-ESG --status p
    t cfs completion z
    t cfs sandbox --fault url
    t cfs sandbox pu
    t cfs help pee`;

  it("completes commands, options, buckets and packages, and executes nothing in a name", ({
    folder,
    lines,
  }) => {
    expect(lines("bash", "--norc", "-c", script)).toEqual([
      "packages",
      "--latest",
      "bulk-Visited",
      "bulk-FMRD",
      "RFT-ESG-PIT-SDI",
      "Odd\\ \\$\\(touch\\ made-by-a-name\\)\\ \\`name\\`",
      "PENDING",
      "zsh",
      "url-expired",
      "publish",
      "peek",
    ]);
    expect(lines("ls", folder)).not.toContain("made-by-a-name");
  });
});

describe.skipIf(!has("fish"))("fish", () => {
  it("completes the same", ({ lines }) => {
    const script = `
      cfs completion fish | source
      complete -C 'cfs pac'
      complete -C 'cfs get --la'
      complete -C 'cfs file-sets bulk-F'
      complete -C 'cfs file-sets bulk-Visited --package RFT'
      complete -C 'cfs get --bucket bulk-Visited --package RFT'
      complete -C 'cfs completion z'
      complete -C 'cfs sandbox --fault url'
      complete -C 'cfs sandbox pu'`;
    expect(lines("fish", "--no-config", "-c", script).map((line) => line.split("\t")[0])).toEqual([
      "packages",
      "--latest",
      "bulk-FMRD",
      "RFT-ESG-PIT-SDI",
      "RFT-ESG-PIT-SDI",
      "zsh",
      "url-expired",
      "publish",
    ]);
  });
});

describe.skipIf(!has("zsh"))("zsh", () => {
  it("completes the same, in a terminal", async ({ folder, environment }) => {
    const screen = new xterm.Terminal({ cols: 120, rows: 10, allowProposedApi: true });
    const shell = spawn("zsh", ["-f", "-i"], { cwd: folder, env: environment, cols: 120 });
    let look: () => void = () => undefined;
    shell.onData((text) => screen.write(text, () => look()));
    const line = () => {
      const { active } = screen.buffer;
      return active.getLine(active.baseY + active.cursorY)?.translateToString(true) ?? "";
    };
    const shows = (text: string) =>
      new Promise<void>((resolve) => {
        look = () => {
          if (line().includes(text)) resolve();
        };
        look();
      });
    const start = "PROMPT='%% '; autoload -U compinit; compinit -u -D";
    shell.write(`${start}; source <(cfs completion zsh); PROMPT=rea''dy%%\n`);
    await shows("ready%");
    for (const [typed, shown] of [
      ["cfs pac", "cfs packages"],
      ["cfs get --lat", "cfs get --latest"],
      ["cfs file-sets bulk-F", "cfs file-sets bulk-FMRD"],
      ["cfs sandbox --fault url", "--fault url-expired"],
      ["cfs file-sets bulk-Visited --package RFT", "--package RFT-ESG-PIT-SDI"],
    ]) {
      shell.write(`\u0015${typed}\t`);
      await shows(shown ?? "");
    }
    shell.kill();
    expect(line()).toContain("RFT-ESG-PIT-SDI");
  });
});
