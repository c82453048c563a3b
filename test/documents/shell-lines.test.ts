import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { commandTree } from "../../source/commands/help-text.ts";
import { buildProgram } from "../../source/commands/program.ts";
import { readEnvironment } from "../../source/config/environment.ts";
import { missingPrograms } from "../support/program/missing-programs.ts";
import { keys, runInTerminal } from "../support/terminal/run-in-terminal.ts";
import { type DocsRunner, openDocsRunner } from "./docs-runner.ts";
import { blocksOf, documents } from "./documents.ts";

/** Lines that are not run, each with the reason. */
const notRun: readonly [line: RegExp, why: string][] = [
  [/^npm (ci|run|test|link|install)/, "it builds what runs this test; .ci/run does it"],
  [
    /^(sudo (apt-get|dnf|zypper)|docker) /,
    "it changes the machine; test/release has the package and the Dockerfile",
  ],
  [
    /^(PREFIX=\S+ )?sh install\.sh /,
    "it needs a release; test/release/install-script.test.ts runs it",
  ],
  [/^cfs watch (?!.*--end)/, "it never ends by itself; test/commands/watch.test.ts ends one"],
  [/ --watch /, "it never ends by itself; test/commands/sync-killed.test.ts ends one"],
];

class Opened extends Error {}

/** True for a call that opens the terminal program. */
async function opensTerminalProgram(line: string): Promise<boolean> {
  const [name, ...words] = line
    .replace(/\s+#.*$/, "")
    .trim()
    .split(/\s+/);
  if (name !== "cfs") return false;
  const rest = words.filter((word) => !word.startsWith("--demo"));
  if (rest.length === 0) return true;
  const host = {
    call: {
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      environment: readEnvironment({}),
      signal: AbortSignal.abort(),
      nowMs: Date.now,
    },
    // Commands get no further than here.
    applyFlags: () => undefined,
    ready: async () => undefined,
    openTerminalProgram: async () => {
      throw new Opened();
    },
  };
  const program = buildProgram(host);
  if (program.commands.some((command) => rest.includes(command.name()))) return false;
  return program.parseAsync(rest, { from: "user" }).then(
    () => false,
    (thrown) => thrown instanceof Opened,
  );
}

async function openAndLeave(runner: DocsRunner, line: string): Promise<void> {
  const words = line.trim().split(/\s+/).slice(1);
  const run = runInTerminal({ words, directory: runner.home, environment: runner.environment });
  await run.shows(/Known buckets|\d packages?|\d file sets?|RFT-ESG-PIT-SDI/);
  run.press(keys.ctrlC + keys.ctrlC);
  expect(await run.ended).toBe(0);
}

const it = test
  /** One runner for each part of the documents. */
  .extend("runners", { scope: "file" }, ({}, { onCleanup }) => {
    const opened = new Map<string, Promise<DocsRunner>>();
    onCleanup(async () => {
      for (const runner of opened.values()) await (await runner).close();
    });
    return (part: string) => {
      const runner = opened.get(part) ?? openDocsRunner();
      opened.set(part, runner);
      return runner;
    };
  })
  .extend("part", "")
  /** Shared by the lines of a part, because a line may need the result of an earlier one. */
  .extend("runner", ({ part, runners }) => runners(part));

const shell = blocksOf("sh");

describe.each([...new Set(shell.map(({ path }) => path))])("the shell of %s", (path) => {
  it.override("part", path);

  const blocks = shell.filter((block) => block.path === path);
  it.for(blocks.map(({ text }) => [text.split("\n")[0] ?? "", text] as const))(
    "%s",
    async ([_, text], { runner }) => {
      // Time passes between the blocks, so no block uses the session of an earlier one.
      runner.sandbox.endSessions();
      const lines = runner.filledIn(text).split("\n");
      const left: string[] = [];
      for (const line of lines) {
        if (notRun.some(([pattern]) => pattern.test(line))) continue;
        if (await opensTerminalProgram(line)) await openAndLeave(runner, line);
        else left.push(line);
      }
      const { code, stderr } = await runner.run(left.join("\n"));
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    },
  );
});

const packageJson = v.object({ scripts: v.record(v.string(), v.string()) });

test("names only scripts in package.json", () => {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const { scripts } = v.parse(packageJson, JSON.parse(text));
  const named = documents.flatMap((document) =>
    [...document.text.matchAll(/npm run (?:--silent )?([\w:-]*\w)(?![\w:*])/g)].map(
      ([, name = ""]) => name,
    ),
  );
  expect(named.length).toBeGreaterThan(3);
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

describe("lines that other programs run", () => {
  it.override("part", "lines that other programs run");

  const crontab = blocksOf("text").flatMap(({ text }) =>
    [...text.matchAll(/^(?:\S+ ){5} *(cfs .*)$/gm)].map(([, line = ""]) => line),
  );
  const services = blocksOf("ini").flatMap(({ text }) =>
    [...text.matchAll(/^ExecStart=\S*\/(cfs .*)$/gm)].map(([, line = ""]) => line),
  );
  it("are there", () => {
    expect(crontab.length).toBeGreaterThan(0);
    expect(services.length).toBeGreaterThan(0);
  });
  const ending = [...crontab, ...services].filter(
    (line) => !notRun.some(([kind]) => kind.test(line)),
  );
  it.for(ending)("%s", async (line, { runner }) => {
    const { code, stdout, stderr } = await runner.run(
      runner.filledIn(line).replaceAll("%h", runner.home),
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    // A check that finds nothing prints nothing.
    expect(stdout !== "").toBe(line.startsWith("cfs sync "));
  });

  const units = documents.flatMap(({ text }) => [
    ...text.matchAll(/^`~\/\.config\/systemd\/user\/([^`]+)`.*:\n\n```ini\n([\s\S]*?)^```$/gm),
  ]);
  it.skipIf(missingPrograms("systemd-analyze"))(
    "systemd accepts every unit",
    async ({ runner }) => {
      expect(units).toHaveLength(blocksOf("ini").length);
      const folder = join(runner.home, ".config/systemd/user");
      await mkdir(folder, { recursive: true });
      for (const [, name = "", text = ""] of units) {
        const here = text.replaceAll("/usr/local/bin/cfs", join(runner.home, ".bin/cfs"));
        await writeFile(join(folder, name), here);
      }
      const names = units.map(([, name = ""]) => `'${name}'`).join(" ");
      const { code, stderr } = await runner.run(
        `cd ~/.config/systemd/user && XDG_RUNTIME_DIR=$HOME systemd-analyze verify --user ${names}`,
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    },
  );

  const snippets = blocksOf("python").map(({ text }) => text);
  it.skipIf(missingPrograms("python3")).for(snippets)("python: %s", async (snippet, { runner }) => {
    const scores =
      "cfs get --latest --bucket bulk-ESG --package Bulk-ESG-Global-Scores-Full-SchemeB-v1 --kind init --format csv -o scores";
    const { code, stderr } = await runner.run(`${scores}\npython3 - <<'END'\n${snippet}END\n`);
    expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  });
});

/** Every `cfs …` within a sentence. */
const mentioned = documents.flatMap(({ path, text }) =>
  [...text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/`cfs ([^`]+)`/g)].map(
    ([, words = ""]) => [`${path}: cfs ${words}`, words] as const,
  ),
);

test.each(mentioned)("%s is a valid call", (_, words) => {
  const program = commandTree();
  const [first = "", ...rest] = words.split(/\s+/).filter((word) => !word.startsWith("--demo"));
  const command = program.commands.find((one) => one.name() === first);
  const isPlace = first === "" || /^(…|[A-Z_]+|bulk-\S+|--\S+)/.test(first);
  expect(isPlace || command !== undefined, first).toBe(true);
  const flags = [first, ...rest].filter((word) => word.startsWith("--"));
  const known = [...program.options, ...(command?.options ?? [])].map(({ long }) => long);
  for (const flag of flags) expect([...known, "--help", "--version"]).toContain(flag);
});

test("describes every command in the README's table", () => {
  const [table = ""] = blocksOf("text")
    .filter(({ path }) => path === "README.md")
    .map(({ text }) => text);
  const program = commandTree();
  for (const command of program.createHelp().visibleCommands(program))
    expect(table).toMatch(new RegExp(`^cfs (.*\\| )?${command.name()}\\b`, "m"));
});

test("begins README with the demo and the tests, which need no other set-up", () => {
  const [first] = blocksOf("sh").filter(({ path }) => path === "README.md");
  const commands = first?.text
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/ *#.*/, ""));
  expect(commands).toEqual(["npm ci && npm run demo", "npm ci && npm test"]);
});
