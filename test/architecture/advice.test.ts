import { expect, test } from "vitest";
import { commandTree } from "../../source/commands/help-text.ts";
import { adviceIn } from "./read-advice.ts";

/** Folders whose errors only commands show; the errors of all others are shown by screens too. */
const ofCommands = /^source\/(app|checksums|commands|current-table|doctor|main|plan|sync|unpack)\//;

/** Advice for commands that screens replace, each with what they show in its place. */
const replaced: readonly [advice: RegExp, shown: string][] = [
  [/Sign in again: cfs login\.$/, "the sign-in form, with: Your session has expired."],
  [/cfs login --take-over\)?\.$/, "the question whether to take over the session"],
];

const all = adviceIn("source").filter(({ path }) => !/^source\/(keys|store|ui)\//.test(path));
const texts = (wanted: typeof all) => wanted.map(({ path, text }) => `${path}: ${text}`);

test("advice is found in every layer", () => {
  const folders = new Set(all.map(({ path }) => path.split("/")[1]));
  const layers = ["api", "commands", "files", "network", "objects", "transfer"];
  expect([...folders]).toEqual(expect.arrayContaining(layers));
});

test("advice that screens show too names no command and no new start", () => {
  const shared = all.filter(
    ({ path, text }) => !ofCommands.test(path) && !replaced.some(([own]) => own.test(text)),
  );
  expect(texts(shared.filter(({ text }) => /\bcfs [a-z]|start it again/i.test(text)))).toEqual([]);
});

test("no advice names a key: commands show it too", () => {
  expect(texts(all.filter(({ text }) => /\bpress\b|\([a-zA-Z]\)/.test(text)))).toEqual([]);
});

test("advice names commands and options that exist", () => {
  const program = commandTree();
  const commands = program.commands.map((command) => command.name());
  const ofProgram = [program, ...program.commands].flatMap(({ options }) => options);
  const flags = ["--help", ...ofProgram.map(({ long }) => long)];
  const unknown = all.filter(
    ({ text }) =>
      [...text.matchAll(/\bcfs ([a-z][\w-]*)/g)].some(
        ([, name = ""]) => !commands.includes(name),
      ) || [...text.matchAll(/--[a-z][\w-]*/g)].some(([flag]) => !flags.includes(flag)),
  );
  expect(texts(unknown)).toEqual([]);
});

test("advice is whole sentences", () => {
  const isWhole = /^(["A-Z…]|cfs ).*([.?:}]|…)$/s;
  expect(texts(all.filter(({ text }) => !isWhole.test(text)))).toEqual([]);
});
