import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { afterEach, beforeEach, expect, test } from "vitest";
import { builtProgramInShell } from "../fixtures/built-program.ts";
import { type Home, makeHome } from "../fixtures/program.ts";
import { keys, runInTerminal, type TerminalRun } from "./terminal.ts";

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

test("^Z gives the terminal back to the shell, and fg brings the same screen", async () => {
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  const environment = { PATH: process.env.PATH ?? "", PS1: "shell> ", TERM: "xterm-256color" };
  const shell = spawn("bash", ["--norc", "--noprofile", "-i"], {
    name: "xterm-256color",
    cols: 80,
    rows: 24,
    cwd: home.directory,
    env: { ...environment, ...home.environment, HOME: home.directory },
  });
  const ended = new Promise((resolve) => shell.onExit(resolve));
  const text = () => {
    const { active } = terminal.buffer;
    return Array.from(
      { length: 24 },
      (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? "",
    ).join("\n");
  };
  const look = new Set<() => void>();
  let written = "";
  shell.onData((data) => {
    written += data;
    terminal.write(data, () => {
      for (const one of [...look]) one();
    });
  });
  const shows = (pattern: RegExp) =>
    new Promise<string>((resolve) => {
      const watch = () => {
        if (!pattern.test(text())) return;
        look.delete(watch);
        resolve(text());
      };
      look.add(watch);
      watch();
    });
  await shows(/shell> $/m);
  shell.write(`${builtProgramInShell} --demo bulk-esg\r`);
  await shows(/1\/\d+ packages/);
  shell.write("j");
  const before = await shows(/2\/\d+ packages/);
  shell.write("\u001a");
  const meanwhile = await shows(/Stopped/);
  expect(meanwhile).not.toContain("packages");
  expect(terminal.buffer.active.type).toBe("normal");
  expect(written.lastIndexOf("\u001b[?25h")).toBeGreaterThan(written.lastIndexOf("\u001b[?25l"));
  shell.write("echo typed in the shell\r");
  await shows(/^typed in the shell/m);
  shell.write("fg\r");
  expect(await shows(/2\/\d+ packages/)).toBe(before);
  expect(terminal.buffer.active.type).toBe("alternate");
  shell.write("q");
  const after = await shows(/shell> $/m);
  expect(after).toContain("typed in the shell");
  expect(terminal.buffer.active.type).toBe("normal");
  expect(written).not.toContain("\u001b[3J");
  shell.write("exit\r");
  await ended;
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
