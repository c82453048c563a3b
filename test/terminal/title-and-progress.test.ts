import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createTitleAndProgress } from "../../source/terminal/title-and-progress.ts";

function signalsIn(environment: Readonly<Record<string, string>>) {
  const terminal = new PassThrough();
  let written = "";
  terminal.on("data", (chunk) => {
    written += String(chunk);
  });
  return { signals: createTitleAndProgress(terminal, environment), written: () => written };
}

const xterm = { TERM: "xterm-256color" };

test("a title is written when it changes, and the old one is restored once", () => {
  const { signals, written } = signalsIn(xterm);
  signals.title("41% Files – cfs");
  signals.title("41% Files – cfs");
  signals.title("42% Files – cfs");
  signals.giveBack();
  signals.giveBack();
  expect(written()).toBe(
    "\u001b[22;0t\u001b]2;41% Files – cfs\u0007\u001b]2;42% Files – cfs\u0007\u001b[23;0t",
  );
});

test("names cannot end a title and start another code", () => {
  const { signals, written } = signalsIn(xterm);
  signals.title("a\u0007\u001b]52;c;Zm9v\u0007\u009c\u202eb");
  expect(written()).toBe("\u001b[22;0t\u001b]2;a]52;c;Zm9vb\u0007");
});

test.each<Record<string, string>>([
  { TERM: "linux" },
  { TERM: "dumb" },
  { TERM: "screen", STY: "1" },
  {},
])("no title is written where %j cannot give the old one back", (environment) => {
  const { signals, written } = signalsIn(environment);
  signals.title("Files");
  signals.giveBack();
  expect(written()).toBe("");
});

test.each<[Record<string, string>, "auto" | "bell" | "osc9", string]>([
  [xterm, "auto", "\u0007"],
  [{ TERM_PROGRAM: "WezTerm" }, "auto", "\u001b]9;done\u0007"],
  [{ TERM_PROGRAM: "WezTerm", TMUX: "1" }, "auto", "\u0007"],
  [{ TERM: "foot" }, "auto", "\u001b]777;notify;cfs;done\u0007"],
  [{ TERM_PROGRAM: "WezTerm" }, "bell", "\u0007"],
  [xterm, "osc9", "\u001b]9;done\u0007"],
])("in %j by %s the end is announced as %j", (environment, way, code) => {
  const { signals, written } = signalsIn(environment);
  signals.notify("done", way);
  expect(written()).toBe(code);
});

test("the task bar is cleared at a pause, and set again by the next change", () => {
  const { signals, written } = signalsIn({});
  signals.taskbar(0.415, false);
  signals.giveBack();
  signals.takeAgain();
  signals.taskbar(undefined, false);
  const clear = "\u001b]9;4;0\u0007";
  const bar = "\u001b]9;4;1;41\u0007";
  expect(written()).toBe(`${bar}${clear}${bar}${clear}`);
});

test("nothing is written while another program has the terminal", () => {
  const { signals, written } = signalsIn(xterm);
  signals.giveBack();
  signals.title("41% Files – cfs");
  signals.taskbar(0.41, false);
  signals.notify("done", "bell");
  expect(written()).toBe("");
  signals.takeAgain();
  expect(written()).toContain("41% Files");
});
