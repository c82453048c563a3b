import assert from "node:assert/strict";
import { PassThrough, Writable } from "node:stream";
import { CommanderError } from "commander";
import { readDemo } from "../../../source/app/demo.ts";
import type { Call } from "../../../source/commands/console/call.ts";
import { buildProgram } from "../../../source/commands/program.ts";
import { readFilterOptions } from "../../../source/commands/resolve/file-set-filter.ts";
import { readSelection } from "../../../source/commands/resolve/selection.ts";
import { readEnvironment } from "../../../source/config/environment.ts";
import { toServiceTime } from "../../../source/domain/moment.ts";
import { onlyAppErrors, onlyAppErrorsOf } from "../oracle.ts";
import type { Target } from "../target.ts";

/* An input is the arguments of a call, one per line. The command is not run. */

/** Messages quote arguments, so they may be as long. */
const longestWord = 300;

class Understood extends Error {}

const nowMs = Date.UTC(2026, 0, 1);
const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
const call: Call = {
  stdin: new PassThrough(),
  stdout: nowhere,
  stderr: nowhere,
  environment: readEnvironment({}),
  signal: new AbortController().signal,
  nowMs: () => nowMs,
};

async function understand(words: readonly string[]): Promise<void> {
  const { rest } = readDemo(words);
  const program = buildProgram({
    call,
    applyFlags: () => undefined,
    async ready() {
      throw new Understood();
    },
    async openTerminalProgram() {},
  });
  try {
    await program.parseAsync([...rest], { from: "user" });
  } catch (thrown) {
    // --help and --version exit with 0.
    const isAnswered = thrown instanceof CommanderError && thrown.exitCode === 0;
    if (!isAnswered && !(thrown instanceof Understood)) throw thrown;
  }
}

/** Looks at one name with each option that takes a glob. */
function assertSelection(text: string): void {
  const selection = onlyAppErrors(() =>
    readSelection({ series: text, include: [text], exclude: [text] }),
  );
  // What is included is excluded too.
  assert.equal(selection?.file({ filename: text }, undefined) ?? false, false);
}

function assertFilter(text: string): void {
  const filter = onlyAppErrors(() =>
    readFilterOptions(
      "bulk-ESG",
      { contentFrom: text, attribute: [text], status: text, createdSince: text },
      nowMs,
    ),
  );
  for (const moment of [filter?.contentFrom, filter?.createdSince])
    if (moment !== undefined) assert.equal(toServiceTime(Date.parse(moment)), moment);
}

export const words: Target = {
  name: "words",
  isSlow: true,
  sources: [
    "source/commands/program.ts",
    "source/commands/register/transfer-commands.ts",
    "source/commands/register/command-builder.ts",
  ],
  seeds: () => [
    "get\nFILE_SET_ID\n-o\ndata\n--json\n--unpack",
    "sync\nbulk-ESG\n--package\nPack\n-o\npit\n--watch\n15m\n--content-from\n7d",
    "file-sets\nbulk-ESG\n--modified-since\n2026-01-31T09:00:00+01:00\n--attribute\na=b",
    "peek\nFILE_ID\n--records\n5",
    "--demo=slow\nbuckets",
    "help\nget",
    "staus",
    "sandbox\n--port\n0\n--fault\nx",
    "config\n--json",
    "--",
  ],
  async run(input) {
    const given = input
      .toString("utf8")
      .split("\n")
      .map((word) => word.slice(0, longestWord));
    for (const word of given.slice(0, 2)) {
      for (const text of [word, `2026-${word}`]) {
        onlyAppErrors(() => readFilterOptions("b", { modifiedSince: text }, nowMs));
        assertFilter(text);
        assertSelection(text);
      }
    }
    await onlyAppErrorsOf(understand(given));
  },
};
