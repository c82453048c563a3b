import { setTimeout as wait } from "node:timers/promises";
import { keys, runInTerminal, type TerminalRun } from "../support/terminal/run-in-terminal.ts";

/** A key to press once a text is shown. */
export interface Step {
  shows: string | RegExp;
  press: string;
}

export interface ScreenRun {
  program: string;
  words: readonly string[];
  directory: string;
  environment: Readonly<Record<string, string>>;
  steps: readonly Step[];
}

export interface ScreenEnd {
  code: number | null;
  /** The output after the screen is closed, without escape codes. */
  told: string;
  /** True if the terminal's screen was restored. */
  isRestored: boolean;
  hung: boolean;
}

/** After a fault a step may never be shown: a program without output for this long counts as idle. */
const restMs = 15_000;
const lookAgainMs = 20;

/** Runs the terminal program, presses the keys of the steps, and quits from whatever screen is shown. */
export async function runScreens({ program, steps, ...options }: ScreenRun): Promise<ScreenEnd> {
  const run = runInTerminal({ program: [process.execPath, program], ...options });
  let code: number | undefined;
  void run.ended.then((found) => {
    code = found;
  });
  const isOver = () => code !== undefined;
  for (const { press, shows } of steps) {
    if (!(await comes(run, () => isOver() || isShown(run, shows)))) break;
    if (!isOver()) run.press(press);
  }
  // The second key answers a possible question.
  for (const press of ["q", keys.ctrlC, keys.enter]) {
    if (isOver() || (await comes(run, isOver))) break;
    run.press(press);
  }
  const hung = !isOver() && !(await comes(run, isOver));
  if (hung) run.signal("SIGKILL");
  await run.ended;
  const written = run.written();
  const [last = ""] = written.split("\u001b[?1049l").slice(-1);
  return {
    code: hung ? null : (code ?? null),
    told: last.replaceAll(/\u001b(\[[0-9;?]*[a-zA-Z]|\][^\u0007]*\u0007)/g, "").trim(),
    isRestored: !written.includes("\u001b[?1049h") || written.includes("\u001b[?1049l"),
    hung,
  };
}

function isShown(run: TerminalRun, text: string | RegExp): boolean {
  const screen = run.screen().join("\n");
  return typeof text === "string" ? screen.includes(text) : text.test(screen);
}

/** False once the program is idle without showing it. */
async function comes(run: TerminalRun, holds: () => boolean): Promise<boolean> {
  let written = run.written().length;
  for (let restsMs = 0; restsMs < restMs; restsMs += lookAgainMs) {
    if (holds()) return true;
    await wait(lookAgainMs);
    if (run.written().length !== written) restsMs = 0;
    written = run.written().length;
  }
  return holds();
}
