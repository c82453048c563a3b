import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { commandTree } from "../../source/commands/help-text.ts";
import { examplesOf } from "../../source/commands/register/command-builder.ts";
import { type DocsRunner, openDocsRunner } from "./docs-runner.ts";
import { blocksOf } from "./documents.ts";

/** Examples that are not run, each with the reason. */
const notRun: readonly [example: RegExp, why: string][] = [
  [/^cfs( bulk-\S+| --demo)? *(#|$)/, "shell-lines.test.ts opens the terminal program"],
  [/^cfs login *#/, "it asks on a terminal; test/commands/terminal.test.ts answers"],
  [
    /^cfs (watch |sync .*--watch)/,
    "it never ends by itself; watch.test.ts and sync-killed.test.ts",
  ],
  [/^cfs sandbox|cfs sandbox --env/, "it never ends by itself; test/commands/sandbox.test.ts"],
  [/^kill /, "it ends what an example that is not run starts"],
  [/^cfs subscriptions rm/, "it needs a subscription; test/commands/watch.test.ts"],
  [/archive/, "it needs a second account; test/commands/profiles.test.ts"],
  [/^cfs doctor --push/, "it asks a host of Amazon; test/doctor/network.test.ts"],
  [/ -o s3:/, "it needs an object store; test/s3 has one"],
  [/^cfs table (rows|esg)/, "it needs another folder; test/commands/current-table.test.ts"],
];

const scores = "Bulk-ESG-Global-Scores-Full-SchemeB-v1";

/** What the examples of a command take for granted. */
const before: Readonly<Record<string, string>> = {
  get: "cfs plan bulk-ESG --package RFT-ESG-PIT-SDI -o plan-data > plan.jsonl",
  // zcat reports that head has read enough.
  cat: "set +o pipefail",
  plan: "export JOB_COMPLETION_INDEX=0 CFS_SHARDS=2",
  expect: "cfs sync bulk-ESG --package RFT-ESG-PIT-SDI -o pit/ --quiet",
  verify: "cfs sync bulk-ESG --package RFT-ESG-PIT-SDI -o pit/ --quiet",
  table: `rm -rf scores && cfs sync bulk-ESG --package ${scores} -o scores/ --format csv --quiet`,
  completion:
    "mkdir -p ~/.local/share/bash-completion/completions ~/.zfunc ~/.config/fish/completions",
};

/** Commands that use the session itself. */
const ofSession = ["cfs", "login", "logout", "status", "token", "profiles", "doctor"];

/** With one access token for all, no command waits for its turn to sign in. */
const withToken = [
  "test -s ~/token.json || cfs token --json > ~/token.json",
  'export CFS_TOKEN_COMMAND="cat $HOME/token.json"',
];

async function openHelpRunner(): Promise<DocsRunner> {
  const runner = await openDocsRunner();
  const { catalogue } = runner.sandbox;
  const packageName = "Bulk-ESG-Global-Scores-Full-v1";
  const { packageId } = catalogue.addPackage({ packageName, bucketNames: ["bulk-ESG"] });
  catalogue.addFileSet({
    packageId,
    name: `${packageName}-Csv-Init-2026-11-18T16:04:11.525Z`,
    files: [{ filename: "Full-Csv-Init-2026-11-18.csv.gz", bytes: 20_000, kind: "esg-scores" }],
  });
  return runner;
}

const it = test.extend("runner", { scope: "file" }, async ({}, { onCleanup }) => {
  const runner = await openHelpRunner();
  onCleanup(() => runner.close());
  return runner;
});

const program = commandTree();
/** What ends the session is last. */
const withExamples = [program, ...program.commands]
  .filter((command) => examplesOf(command).length > 0)
  .sort((one, other) => Number(one.name() === "logout") - Number(other.name() === "logout"));

const withoutNote = (line: string) => line.replace(/ +#.*$/, "");
/** shell-lines.test.ts runs these. */
const inDocuments = new Set(
  blocksOf("sh").flatMap(({ text }) => text.split("\n").map(withoutNote)),
);

function linesOf(command: Command): string[] {
  return examplesOf(command).filter(
    (line) =>
      !inDocuments.has(withoutNote(line)) && !notRun.some(([pattern]) => pattern.test(line)),
  );
}

describe("the examples of help", () => {
  it.for(withExamples.filter((command) => linesOf(command).length > 0).map((one) => one.name()))(
    "%s",
    async (name, { runner }) => {
      const command = withExamples.find((one) => one.name() === name);
      const lines = [
        ...(ofSession.includes(name) ? [] : withToken),
        before[name] ?? "true",
        ...(command ? linesOf(command) : []),
      ];
      const script = runner
        .filledIn(lines.join("\n"))
        .replace(/\bGE-A-01234567-8-9012\b/g, runner.sandbox.username)
        .replace("=U ", `=${runner.sandbox.username} `)
        .replace("=P ", `=${runner.sandbox.password} `)
        .replace("=K ", `=${runner.sandbox.appKey} `)
        .replaceAll("/data/pit", `${runner.home}/pit`);
      const { code, stderr } = await runner.run(script);
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    },
  );

  test("that are not run exist", () => {
    const lines = withExamples.flatMap(examplesOf);
    for (const [pattern] of notRun) expect(lines.some((line) => pattern.test(line))).toBe(true);
  });
});
