import { runCall } from "./run-call.ts";

/** Runs a call without the terminal program: undefined if the call is for that. Else the exit code. */
export async function runWithoutScreens(words: readonly string[]): Promise<number | undefined> {
  let isCommand = true;
  const exitCode = await runCall(words, async ({ interruption }) => {
    isCommand = false;
    interruption.release();
    return 0;
  });
  return isCommand ? exitCode : undefined;
}
