import { expect } from "vitest";
import { keys } from "../support/terminal/run-in-terminal.ts";
import { test } from "../support/terminal/test.ts";

test.override("variables", {});

/** The menu of a finished download, over the screen of the downloads. */
const it = test.extend("menuWith", ({ open }) => async (environment: Record<string, string>) => {
  const run = open({ words: ["--demo", "bulk-esg"], columns: 80, rows: 24, environment });
  await run.shows(/1\/\d+ packages/);
  run.press(keys.enter);
  await run.shows(/1\/\d+ file sets/);
  run.press(keys.enter);
  await run.shows(/1\/\d+ files? *$/m);
  run.press("d");
  await run.shows("Saved 1 file");
  run.press("t");
  await run.shows(/1\/1 done/);
  run.press(keys.enter);
  await run.shows("Open a shell in its folder");
  return run;
});

it("the pager shows the unpacked file, ^C is its own, and the screen comes back", async ({
  menuWith,
}) => {
  const run = await menuWith({ PAGER: "head -c 60; echo; echo paging; read -r _ < /dev/tty" });
  run.press(keys.enter);
  const shown = await run.shows("paging");
  expect(run.terminal.buffer.active.type).toBe("normal");
  expect(shown.join("\n")).toMatch(/[{,]/);
  run.press(keys.ctrlC);
  await run.shows(/1\/1 done/);
  expect(run.terminal.buffer.active.type).toBe("alternate");
  run.press("q");
  expect(await run.ended).toBe(0);
});

it("a shell runs in the folder of the file, with a terminal of its own", async ({
  folder,
  menuWith,
}) => {
  const run = await menuWith({ SHELL: "/bin/sh", PS1: "shell> " });
  run.press(`j${keys.enter}`);
  await run.shows(`Shell in ${folder}`);
  run.press("ls *.gz | wc -l\r");
  await run.shows(/^1$/m);
  run.press("exit\r");
  await run.shows(/1\/1 done/);
  run.press("q");
  expect(await run.ended).toBe(0);
});

it("a pager that does not exist is an error on the screen", async ({ menuWith }) => {
  const run = await menuWith({ PAGER: "no-such-pager" });
  run.press(keys.enter);
  await run.shows("Could not start the pager no-such-pager. Set PAGER to another one.");
  run.press("q");
  expect(await run.ended).toBe(0);
});
