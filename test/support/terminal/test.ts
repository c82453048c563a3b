import { test as base } from "../test.ts";
import { runInTerminal, type TerminalOptions, type TerminalRun } from "./run-in-terminal.ts";

/** Tests with `open`, which runs the built program in a terminal until the test ends. */
export const test = base.extend("open", ({ folder, program }, { onCleanup }) => {
  const runs: TerminalRun[] = [];
  onCleanup(async () => {
    for (const run of runs) run.signal("SIGKILL");
    await Promise.all(runs.map(({ ended }) => ended));
  });
  return (options: Partial<TerminalOptions> = {}) => {
    const run = runInTerminal({ directory: folder, environment: program.environment, ...options });
    runs.push(run);
    return run;
  };
});
