import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { exitCodeRecords } from "../../source/commands/console/exit-codes.ts";
import { commandTree } from "../../source/commands/help-text.ts";
import { variableRecords } from "../../source/config/variables.ts";
import { sharedFiles } from "../../source/documents/shared-files.ts";
import { faultNames } from "../../source/domain/fault-names.ts";
import { keySections } from "../../source/keys/key-sections.ts";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { run } from "../support/program/run.ts";

const builtPath = fileURLToPath(new URL("../../dist/share/man/man1/cfs.1", import.meta.url));
const source = readFileSync(builtPath, "utf8");
/** The source without what is there for man alone. */
const text = source
  .replace(/\\f[BPIR]/g, "")
  .replaceAll("\\-", "-")
  .replaceAll("\\(aq", "'")
  .replaceAll("\n", " ");

describe("the manual page that is built", () => {
  it("has its sections in the order that man pages have them", () => {
    expect([...source.matchAll(/^\.SH (.*)$/gm)].map(([, title]) => title)).toEqual([
      "NAME",
      "SYNOPSIS",
      "DESCRIPTION",
      "OPTIONS",
      "COMMANDS",
      "ENVIRONMENT",
      "EXIT STATUS",
      "FILES",
      "KEYS",
      "EXAMPLES",
      "NOTES",
      "SEE ALSO",
    ]);
  });

  it("describes every command with all its options", () => {
    const program = commandTree();
    for (const command of program.createHelp().visibleCommands(program)) {
      expect(text).toContain(`cfs ${command.name()}`);
      for (const { flags } of program.createHelp().visibleOptions(command))
        expect(text).toContain(flags);
    }
    for (const { flags } of program.options) expect(text).toContain(flags);
  });

  it("lists every variable, every exit code and every key's id", () => {
    for (const name of variableRecords.flatMap(({ names }) => names)) expect(text).toContain(name);
    for (const code of exitCodeRecords.flatMap(({ codes }) => codes))
      expect(source).toMatch(new RegExp(`\\\\fB${code}\\\\fP`));
    for (const { id } of keySections().flatMap(({ commands }) => commands))
      expect(text).toContain(`(${id}).`);
  });

  it("lists every fault of the sandbox by its name", () => {
    for (const [name, does] of Object.entries(faultNames)) {
      expect(source).toContain(`\n\\fB${name.replaceAll("-", "\\-")}\\fP\n`);
      expect(text.toLowerCase()).toContain(does.toLowerCase());
    }
  });

  it("is what the package installs", () => {
    const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    // npm links the pages of a list only.
    expect(JSON.parse(manifest).man).toEqual(["dist/share/man/man1/cfs.1"]);
  });
});

it.each([
  ["bash", "bash-completion/completions/cfs"],
  ["zsh", "zsh/site-functions/_cfs"],
  ["fish", "fish/vendor_completions.d/cfs.fish"],
])("the completion file of %s is what the command prints", async (shell, path) => {
  const file = sharedFiles("2026-01-01").find((one) => one.path === path);
  const { code, stdout } = await run(["completion", shell]);
  expect(code).toBe(0);
  expect(file?.text).toBe(stdout);
});

it.skipIf(missingPrograms("man"))("man reads the page without a complaint", () => {
  const env = { ...process.env, MANWIDTH: "80", LC_ALL: "C.UTF-8" };
  const words = ["--warnings", "-l", builtPath];
  const { stderr, stdout } = spawnSync("man", words, { env, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^CFS\(1\)/);
  expect(stdout).toContain("cfs - browse and pull files of LSEG's Client File Store");
});

it.skipIf(missingPrograms("mandoc"))("mandoc finds nothing to warn of", () => {
  expect(
    execFileSync("mandoc", ["-T", "lint", "-W", "warning", builtPath], { encoding: "utf8" }),
  ).toBe("");
});
