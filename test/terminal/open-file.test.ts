import { expect } from "vitest";
import { keys } from "../support/terminal/run-in-terminal.ts";
import { test as base } from "../support/terminal/test.ts";

const test = base.extend("variables", {});

/** Downloads with one finished file under the cursor. */
const it = test.extend("downloaded", ({ open }) => async (environment: Record<string, string>) => {
  const run = open({ words: ["--demo", "bulk-esg"], columns: 80, rows: 24, environment });
  await run.shows(/1\/\d+ packages/);
  run.press(keys.enter);
  await run.shows(/1\/\d+ file sets/);
  run.press(keys.enter);
  await run.shows(/1\/1 file\b/);
  run.press("d");
  await run.shows("Saved 1 file");
  run.press("t");
  await run.shows(/1\/1 done/);
  return run;
});

it("a finished file opens in the preview, in the pager and in a shell, each with the screen after it", async ({
  folder,
  downloaded,
}) => {
  const run = await downloaded({
    PAGER: "head -c 60; echo; echo paging; read -r _ < /dev/tty",
    SHELL: "/bin/sh",
    PS1: "shell> ",
  });
  const choose = async (keysOfChoice: string) => {
    run.press(keys.enter);
    await run.shows("Open a shell in its folder");
    run.press(keysOfChoice + keys.enter);
  };

  await choose("");
  await run.shows(/first \d+ records|all \d+ records/);
  run.press(keys.escape);
  await run.shows(/1\/1 done/);

  await choose("j");
  const paged = await run.shows("paging");
  expect(run.terminal.buffer.active.type).toBe("normal");
  expect(paged.join("\n")).toMatch(/[{,]/);
  run.press(keys.ctrlC);
  await run.shows(/1\/1 done/);
  expect(run.terminal.buffer.active.type).toBe("alternate");

  await choose("jj");
  await run.shows(`Shell in ${folder}`);
  await run.shows("shell>");
  run.press("ls *.gz | wc -l\r");
  await run.shows(/^(shell> )?1$/m);
  run.press("exit\r");
  await run.shows(/1\/1 done/);
  run.press("q");
  expect(await run.ended).toBe(0);
});
