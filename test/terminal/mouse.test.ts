import { expect } from "vitest";
import { builtProgramInShell } from "../support/program/built-program.ts";
import { keys, type TerminalRun } from "../support/terminal/run-in-terminal.ts";
import { test as base } from "../support/terminal/test.ts";

/** Fewer rows than the demo has packages. */
const small = { columns: 80, rows: 20 };
const wheelDown = "\u001b[<65;10;10M";
const off = "\u001b[?1006l\u001b[?1000l";

/** Presses and releases the left button on the line that has this text. */
function click(run: TerminalRun, text: string): void {
  const row = run.screen().findIndex((line) => line.includes(text));
  const column = (run.screen()[row] ?? "").indexOf(text);
  const at = `\u001b[<0;${column + 1};${row + 1}`;
  run.press(`${at}M${at}m`);
}

const test = base.extend("variables", {});

async function turnOn(run: TerminalRun): Promise<void> {
  await run.shows(/1\/\d+ packages/);
  run.press(",");
  await run.shows("Mouse: off");
  const lines = run.screen();
  const first = lines.findIndex((line) => line.includes("Download folder"));
  run.press("j".repeat(lines.findIndex((line) => line.includes("Mouse: off")) - first));
  run.press(keys.enter);
  await run.shows("Mouse: on");
  run.press(keys.escape);
  await run.shows("? help");
}

const it = test.extend("opened", async ({ open }) => {
  const run = open({ words: ["--demo", "bulk-esg"], ...small });
  await turnOn(run);
  return run;
});

it("the wheel scrolls, and a click moves the cursor and then opens the row", async ({ opened }) => {
  opened.press(wheelDown.repeat(2));
  await opened.shows(/ 7\/\d+ packages/);
  const name = /^ {3}(\S+)/.exec(opened.screen()[4] ?? "")?.[1] ?? "";
  click(opened, name);
  await opened.shows(/ 9\/\d+ packages/);
  click(opened, name);
  await opened.shows(/file sets?$/m);
});

it("reports are kept apart from keys in the same packet, and a click on a hint does what its key does", async ({
  opened,
}) => {
  opened.press(`jj\u001b[<0;10;8M\u001b[<0;10;8mj${keys.down}`);
  await opened.shows(/ 8\/\d+ packages/);
  click(opened, "? help");
  await opened.shows("─ Help ─");
});

it("the setting turns it on and off at once, and a signal ends it before the screen is left", async ({
  opened,
}) => {
  opened.press(",");
  await opened.shows("Mouse: on");
  click(opened, "Mouse: on");
  opened.press(keys.enter);
  await opened.shows("Mouse: off");
  expect(opened.terminal.modes.mouseTrackingMode).toBe("none");
  opened.press(keys.enter);
  await opened.shows("Mouse: on");
  expect(opened.terminal.modes.mouseTrackingMode).toBe("vt200");
  opened.signal("SIGTERM");
  expect(await opened.ended).toBe(143);
  expect(opened.terminal.modes.mouseTrackingMode).toBe("none");
  expect(opened.written().lastIndexOf(off)).toBeLessThan(
    opened.written().lastIndexOf("\u001b[?1049l"),
  );
});

it("it is off while the program is stopped", async ({ folder, open, program }) => {
  const shell = open({
    program: ["bash", "--norc", "--noprofile", "-i"],
    environment: { ...program.environment, HOME: folder, PS1: "shell> " },
    ...small,
  });
  await shell.shows(/^shell>$/m);
  shell.press(`${builtProgramInShell} --demo bulk-esg\r`);
  await turnOn(shell);
  shell.press("\u001a");
  await shell.shows(/Stopped/);
  expect(shell.terminal.modes.mouseTrackingMode).toBe("none");
  shell.press("fg\r");
  await shell.shows(/1\/\d+ packages/);
  expect(shell.terminal.modes.mouseTrackingMode).toBe("vt200");
});
