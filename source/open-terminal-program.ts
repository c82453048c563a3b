import { isatty, type ReadStream } from "node:tty";
import type { Call } from "./commands/call.ts";
import type { Interruption } from "./commands/interruption.ts";
import { AppError } from "./errors.ts";
import { version } from "./version.ts";

export interface TerminalProgramCall {
  call: Call;
  interruption: Interruption;
  bucket: string | undefined;
  demo: boolean;
}

/** Builds the parts and runs the terminal program until the person leaves it. Resolves with the exit code. */
export async function openTerminalProgram({
  call,
  interruption,
  bucket,
  demo,
}: TerminalProgramCall): Promise<number> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) throw needsTerminal();
  // The screens give the terminal back themselves when a signal comes.
  interruption.release();
  // Before anything is loaded: the terminal would show what is typed ahead, a password too.
  stdin.setRawMode(true);
  try {
    return await runScreens({ call, bucket, demo });
  } finally {
    giveBack(stdin);
  }
}

/** A terminal that is gone needs nothing back. */
function giveBack(stdin: ReadStream): void {
  if (isatty(0)) stdin.setRawMode(false);
}

async function runScreens({
  call,
  bucket,
  demo,
}: Omit<TerminalProgramCall, "interruption">): Promise<number> {
  const { stdin, stdout } = process;
  const notices: string[] = [];
  const [{ compose, composeTransfers }, { startTerminalProgram }] = await Promise.all([
    import("./compose.ts"),
    import("./ui/start.tsx"),
  ]);
  const { environment } = call;
  const parts = compose(environment, (text) => notices.push(text));
  const transfers = composeTransfers(environment, parts, { keepsQueue: true });
  try {
    return await startTerminalProgram({
      auth: parts.auth,
      fileStore: parts.fileStore,
      preferences: parts.preferences,
      catalogue: parts.catalogue,
      transfers,
      host: environment.host,
      version,
      workingDirectory: process.cwd(),
      notices,
      stdin,
      stdout,
      environment: process.env,
      demo,
      ...(bucket === undefined ? {} : { bucket }),
    });
  } finally {
    await transfers.stop();
    await parts.auth.settled();
    await parts.preferences.flush();
    await parts.catalogue.flush();
  }
}

function needsTerminal(): AppError {
  return new AppError({
    kind: "usage",
    tried: "Opening the terminal program",
    answered: "standard input and output are not both a terminal",
    advice: "In scripts use the commands, such as cfs packages BUCKET --json; cfs help lists them.",
  });
}
