import type { Settings } from "../domain/settings.ts";
import { checkFolder, createFolder, foldersAt, sizesOnDisk } from "../files/download-folder.ts";
import { askFreeBytes } from "../files/free-space.ts";
import type { AccountServices, Leaving, Profiles, Services } from "../store/services.ts";
import { copyToClipboard } from "../terminal/clipboard.ts";
import {
  askForSize,
  type ForegroundProgram,
  pagerFor,
  runInForeground,
  shellIn,
  stopForShell,
} from "../terminal/lifecycle.ts";
import type { Keyboard } from "../terminal/mouse-input.ts";
import type { TitleAndProgress } from "../terminal/title-and-progress.ts";
import type { TerminalProgramParts } from "./parts.ts";
import type { TerminalLease } from "./program-context.ts";

/** Redraws the whole screen afterwards. */
async function lendTerminal(lease: TerminalLease, meanwhile: () => Promise<void>): Promise<void> {
  if (lease.isLent || !lease.lend) return;
  lease.isLent = true;
  await lease.lend(meanwhile);
  lease.isLent = false;
}

/** A stream without listeners reads one more piece, which belongs to the other program. */
async function stopReading(stdin: Keyboard): Promise<void> {
  // The stream takes note of a removed listener on the next tick, and cannot be paused before.
  await new Promise((resolve) => setImmediate(resolve));
  stdin.pause();
}

/** What the services of an account do to the terminal, and to the other accounts. */
export interface ServiceHooks {
  lease: TerminalLease;
  leave: (leaving: Leaving) => void;
  settings: () => Settings;
  titleAndProgress: TitleAndProgress;
  profiles?: Profiles | undefined;
}

export function servicesFrom(
  account: AccountServices,
  { bandwidth, host, stdin, stdout, variables, workingDirectory }: TerminalProgramParts,
  { leave, lease, profiles, settings, titleAndProgress }: ServiceHooks,
): Services {
  const lend = (meanwhile: () => Promise<void>) =>
    lendTerminal(lease, async () => {
      titleAndProgress.giveBack();
      await meanwhile();
      askForSize();
      titleAndProgress.takeAgain();
    });

  async function run({ failed, ...command }: ForegroundProgram): Promise<string | undefined> {
    let exitCode: number | undefined;
    await lend(async () => {
      await stopReading(stdin);
      exitCode = await runInForeground(command);
    });
    return exitCode === undefined || exitCode === 127 ? failed : undefined;
  }

  return {
    ...account,
    bandwidth,
    profiles,
    host,
    nowMs: Date.now,
    copyText: (text) => copyToClipboard(text, settings().clipboard, variables, stdout),
    checkFolder: (path) => checkFolder(path, workingDirectory, variables.HOME),
    createFolder,
    foldersAt: (typed) => foldersAt(typed, workingDirectory, variables.HOME),
    sizesOnDisk,
    freeBytes: askFreeBytes,
    page: (path) => run(pagerFor(path, variables)),
    openShell: (directory) => run(shellIn(directory, variables)),
    suspend: () => void lend(stopForShell),
    redraw: () => void lendTerminal(lease, async () => askForSize()),
    leave,
  };
}
