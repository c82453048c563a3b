import { afterEach, beforeEach, expect, test } from "vitest";
import { builtProgramInShell } from "../support/program/built-program.ts";
import { type Home, makeHome } from "../support/program/run.ts";
import { keys, runInTerminal, type TerminalRun } from "../support/terminal/run-in-terminal.ts";

let home: Home;
let run: TerminalRun | undefined;

beforeEach(async () => {
  home = await makeHome();
});

afterEach(async () => {
  run?.signal("SIGKILL");
  await run?.ended;
  run = undefined;
  await home.remove();
});

async function opened(): Promise<TerminalRun> {
  const { directory, environment } = home;
  run = runInTerminal({ directory, environment, words: ["--demo"], columns: 80, rows: 24 });
  await run.shows("Known buckets");
  run.press(`bulk-esg${keys.enter}`);
  await run.shows(/1\/\d+ packages/);
  return run;
}

/** A shell in which the program can be stopped, and brought back by fg. */
async function shellOpened(): Promise<TerminalRun> {
  const { directory, environment } = home;
  const program = ["bash", "--norc", "--noprofile", "-i"] as const;
  const own = { ...environment, HOME: directory, PS1: "shell> " };
  run = runInTerminal({ directory, environment: own, program, columns: 80, rows: 24 });
  await run.shows(/^shell>$/m);
  return run;
}

test("^Z gives the terminal back to the shell, and fg brings the same screen", async () => {
  const shell = await shellOpened();
  const { terminal } = shell;
  shell.press(`${builtProgramInShell} --demo bulk-esg\r`);
  await shell.shows(/1\/\d+ packages/);
  shell.press("j");
  const before = await shell.shows(/2\/\d+ packages/);
  shell.press("\u001a");
  const meanwhile = await shell.shows(/Stopped/);
  expect(meanwhile.join("\n")).not.toContain("packages");
  expect(terminal.buffer.active.type).toBe("normal");
  expect(shell.written().lastIndexOf("\u001b[?25h")).toBeGreaterThan(
    shell.written().lastIndexOf("\u001b[?25l"),
  );
  shell.press("echo typed in the shell\r");
  await shell.shows(/^typed in the shell/m);
  shell.press("fg\r");
  expect(await shell.shows(/2\/\d+ packages/)).toEqual(before);
  expect(terminal.buffer.active.type).toBe("alternate");
  shell.press("q");
  const after = await shell.shows(/^shell>$/m);
  expect(after.join("\n")).toContain("typed in the shell");
  expect(terminal.buffer.active.type).toBe("normal");
  expect(shell.written()).not.toContain("\u001b[3J");
});

test("a terminal that changed its size meanwhile has a screen of that size after fg", async () => {
  const shell = await shellOpened();
  shell.press(`${builtProgramInShell} --demo bulk-esg\r`);
  await shell.shows(/1\/\d+ packages/);
  shell.press("\u001a");
  await shell.shows(/Stopped/);
  shell.resize(60, 15);
  shell.press("fg\r");
  // The header, counts that end one cell before the edge, and the last row behind them.
  await shell.shows(/^ cfs {2}\S[\s\S]*^(?=.{59}$).* 1\/\d+ packages\n.+(?![\s\S])/m);
});

test("q and ^C give back the screen that was there before", async () => {
  for (const key of ["q", keys.ctrlC]) {
    const one = await opened();
    expect(one.terminal.buffer.active.type).toBe("alternate");
    one.press(key);
    expect(await one.ended).toBe(0);
    expect(one.terminal.buffer.active.type).toBe("normal");
    expect(one.terminal.modes.bracketedPasteMode).toBe(false);
    expect(one.written()).not.toContain("\u001b[3J");
  }
});

test("an arrow that a slow link cuts in two loses nothing that one key cannot get back", async () => {
  const one = await opened();
  one.press("j");
  await one.shows(/2\/\d+ packages/);
  one.press("\u001b");
  await one.shows("Known buckets");
  one.press("[B");
  one.press(keys.enter);
  await one.shows(/2\/\d+ packages/);
});

test("bursts and pastes arrive whole in lists and fields", async () => {
  const one = await opened();
  one.press(keys.down.repeat(10));
  await one.shows(/11\/\d+ packages/);
  one.press("kkkkk");
  await one.shows(/6\/\d+ packages/);
  one.press("/Scorx\u007fe");
  await one.shows("filter: Score");
  one.press(`${"\u007f".repeat(5)}Symb`);
  await one.shows("filter: Symb");
  one.press("\u001b[200~ology\nInstrument\u001b[201~");
  await one.shows("filter: Symbology Instrument");
});

test("a signal while the program is still being loaded gives the terminal back", async () => {
  const { directory, environment } = home;
  run = runInTerminal({ directory, environment, columns: 80, rows: 24 });
  await run.shows("App key");
  run.signal("SIGTERM");
  expect(await run.ended).toBe(143);
  expect(run.written()).toContain("\u001b[?1049l");
  expect(run.written().lastIndexOf("\u001b[?25h")).toBeGreaterThan(
    run.written().lastIndexOf("\u001b[?25l"),
  );
});

test("what is typed before the demo is signed in goes into its first screen", async () => {
  const { directory, environment } = home;
  run = runInTerminal({ directory, environment, words: ["--demo"], columns: 80, rows: 24 });
  await run.shows("Known buckets");
  run.press(`bulk-esg${keys.enter}`);
  await run.shows(/1\/\d+ packages/);
});
