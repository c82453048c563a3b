import { isatty, type ReadStream } from "node:tty";
import type { Call } from "./commands/call.ts";
import type { Interruption } from "./commands/interruption.ts";
import type { StartFlags } from "./commands/program.ts";
import { readSettings } from "./config/read-settings.ts";
import { parsePlacePath } from "./domain/place-path.ts";
import { AppError } from "./errors.ts";
import { version } from "./version.ts";

export interface TerminalProgramCall {
  call: Call;
  interruption: Interruption;
  /** "bulk-ESG", or with a package behind it: "bulk-ESG/Bulk-ESG-Global". */
  place: string | undefined;
  flags: StartFlags;
  demo: boolean;
}

/** Builds the parts and runs the terminal program until the person leaves it. Resolves with the exit code. */
export async function openTerminalProgram({
  call,
  interruption,
  place,
  flags,
  demo,
}: TerminalProgramCall): Promise<number> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) throw needsTerminal();
  // The screens give the terminal back themselves when a signal comes.
  interruption.release();
  // Before anything is loaded: the terminal would show what is typed ahead, a password too.
  stdin.setRawMode(true);
  try {
    return await runScreens({ call, place, flags, demo });
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
  place,
  flags,
  demo,
}: Omit<TerminalProgramCall, "interruption">): Promise<number> {
  const { stdin, stdout } = process;
  const notices: string[] = [];
  // Both are wanted soon: one is read from the disk while the other is.
  const [{ compose, composeTransfers }, { startTerminalProgram }] = await Promise.all([
    import("./compose.ts"),
    import("./ui/start.ts"),
  ]);
  const { environment } = call;
  const opening = place === undefined ? {} : parsePlacePath(place);
  const parts = await compose(environment, (text) => notices.push(text));
  const { keyLines, settings, warnings } = readSettings(parts.preferences, parts.settingsPath, {
    flags,
    variables: process.env,
  });
  const transfers = composeTransfers(environment, parts, { keepsQueue: true });
  try {
    const start =
      settings.accessible === "on"
        ? (await import("./ui/plain/start-plain.ts")).startPlainProgram
        : startTerminalProgram;
    return await start({
      auth: parts.auth,
      fileStore: parts.fileStore,
      preferences: parts.preferences,
      catalogue: parts.catalogue,
      transfers,
      async openPreview(file, signal) {
        const { openPreview } = await import("./preview/open-preview.ts");
        const { stallTimeoutMs } = environment;
        return openPreview(file, { source: parts.objects, stallTimeoutMs }, signal);
      },
      host: environment.host,
      version,
      workingDirectory: process.cwd(),
      settings,
      keyLines,
      notices: [...notices, ...warnings],
      stdin,
      stdout,
      environment: process.env,
      demo,
      fresh: flags.fresh === true,
      ...opening,
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
