import { expect } from "vitest";
import { builtProgramInShell } from "../support/program/built-program.ts";
import { keys } from "../support/terminal/run-in-terminal.ts";
import { test as base } from "../support/terminal/test.ts";

const small = { columns: 80, rows: 24 };

const test = base.extend("variables", {});

const it = test
  .extend("opened", ({ open }) => async () => {
    const run = open({ words: ["--demo"], ...small });
    await run.shows("Known buckets");
    run.press(`bulk-esg${keys.enter}`);
    await run.shows(/1\/\d+ packages/);
    return run;
  })
  /** A shell in which the program can be stopped, and continued by fg. */
  .extend("shell", async ({ folder, open, program }) => {
    const shell = open({
      program: ["bash", "--norc", "--noprofile", "-i"],
      environment: { ...program.environment, HOME: folder, PS1: "shell> " },
      ...small,
    });
    await shell.shows(/^shell>$/m);
    return shell;
  });

it("^Z returns to the shell, and fg restores the same screen", async ({ shell }) => {
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

it("fg draws a screen of the size that the terminal has by then", async ({ shell }) => {
  shell.press(`${builtProgramInShell} --demo bulk-esg\r`);
  await shell.shows(/1\/\d+ packages/);
  shell.press("\u001a");
  await shell.shows(/Stopped/);
  shell.resize(60, 15);
  shell.press("fg\r");
  // The header, counts that end one cell before the edge, and the last row behind them.
  await shell.shows(/^ cfs {2}\S[\s\S]*^(?=.{59}$).* 1\/\d+ packages\n.+(?![\s\S])/m);
});

it("q and ^C restore the previous screen", async ({ opened }) => {
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

it("an arrow key that arrives in two parts goes back, and Enter returns to the same row", async ({
  opened,
}) => {
  const one = await opened();
  one.press("j");
  await one.shows(/2\/\d+ packages/);
  one.press("\u001b");
  await one.shows("Known buckets");
  one.press("[B");
  one.press(keys.enter);
  await one.shows(/2\/\d+ packages/);
});

it("bursts of keys and pastes are not lost in lists and fields", async ({ opened }) => {
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

it("a signal while the program is loading restores the terminal", async ({ open }) => {
  const run = open(small);
  await run.shows("App key");
  run.signal("SIGTERM");
  expect(await run.ended).toBe(143);
  expect(run.written()).toContain("\u001b[?1049l");
  expect(run.written().lastIndexOf("\u001b[?25h")).toBeGreaterThan(
    run.written().lastIndexOf("\u001b[?25l"),
  );
});

it("keys that are typed before the demo is signed in reach its first screen", async ({
  opened,
}) => {
  await opened();
});
