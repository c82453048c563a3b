import type { Settings } from "../domain/settings.ts";
import { checkFolder, createFolder, sizesOnDisk } from "../files/download-folder.ts";
import { askFreeBytes } from "../files/free-space.ts";
import type { Leaving, Services } from "../store/services.ts";
import { copyToClipboard } from "../terminal/clipboard.ts";
import { askForSize, stopForShell } from "../terminal/lifecycle.ts";
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

export interface Edges {
  lease: TerminalLease;
  leave: (leaving: Leaving) => void;
  settings: () => Settings;
  titleAndProgress: TitleAndProgress;
}

export function servicesFrom(
  parts: TerminalProgramParts,
  { leave, lease, settings, titleAndProgress }: Edges,
): Services {
  const { variables, stdout, workingDirectory } = parts;
  return {
    auth: parts.auth,
    fileStore: parts.fileStore,
    transfers: parts.transfers,
    openPreview: parts.openPreview,
    preferences: parts.preferences,
    catalogue: parts.catalogue,
    host: parts.host,
    nowMs: () => Date.now(),
    copyText: (text) => copyToClipboard(text, settings().clipboard, variables, stdout),
    checkFolder: (path) => checkFolder(path, workingDirectory, variables.HOME),
    createFolder,
    sizesOnDisk,
    freeBytes: askFreeBytes,
    suspend: () =>
      void lendTerminal(lease, async () => {
        titleAndProgress.giveBack();
        await stopForShell();
        askForSize();
        titleAndProgress.takeAgain();
      }),
    redraw: () => void lendTerminal(lease, async () => askForSize()),
    leave,
  };
}
