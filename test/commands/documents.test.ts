import { readFileSync } from "node:fs";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { buildProgram } from "../../source/commands/program.ts";
import { readEnvironment } from "../../source/config/environment.ts";

class WordsAreRight extends Error {}

const call = {
  stdin: new PassThrough(),
  stdout: new PassThrough(),
  stderr: new PassThrough(),
  environment: readEnvironment({}),
  signal: AbortSignal.abort(),
  nowMs: () => 0,
};

const program = () =>
  buildProgram({
    call,
    prepare: async () => {
      throw new WordsAreRight();
    },
    openTerminalProgram: async () => undefined,
  });

/** The calls of `cfs` within the shell blocks of a document, each as its words. */
function callsIn(path: string): string[][] {
  const text = readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
  const blocks = [...text.matchAll(/^```(?:sh|text|ini)\n([\s\S]*?)^```/gm)].map(
    ([, block = ""]) => block,
  );
  return blocks
    .flatMap((block) => [...block.matchAll(/(?:^|[|=/("\s])cfs( [^|>)\n]+)/gm)])
    .map(([, words = ""]) =>
      [...words.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
        (found) => found.slice(1).find(Boolean) ?? "",
      ),
    );
}

const known = new Set(program().commands.map((command) => command.name()));
const calls = callsIn("docs/recipes.md").filter(([name = ""]) => known.has(name));

describe("a call in the recipes", () => {
  it("is found at all", () => {
    expect(calls.length).toBeGreaterThan(8);
  });

  it.each(calls.map((words) => [words.join(" "), words] as const))("cfs %s", async (_, words) => {
    await expect(program().parseAsync(words, { from: "user" })).rejects.toThrow(WordsAreRight);
  });
});
