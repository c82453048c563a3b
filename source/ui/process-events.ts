import { join } from "node:path";
import { foldersText, localFileName } from "../domain/file-name.ts";
import { counted, readableBytes } from "../domain/readable.ts";
import { bindings } from "../keys/key-table.ts";
import { keymapWarnings } from "../keys/keymap.ts";
import type { Program, ProgramOptions } from "../store/program.ts";
import { errorText } from "../store/selectors/messages.ts";
import type { Leaving } from "../store/services.ts";
import type { Viewport } from "../store/state/state.ts";
import { blocksOf } from "../terminal/capabilities.ts";
import { watchInterruptions } from "../terminal/lifecycle.ts";
import type { TerminalStream } from "../terminal/render/screen-stream.ts";
import type { Transfer, TransfersSnapshot } from "../transfer/engine.ts";
import type { TerminalProgramParts } from "./parts.ts";

function sizeOf({ columns, rows }: TerminalStream): Viewport {
  return { columns: columns || 80, rows: rows || 24 };
}

export function programOptionsOf(parts: TerminalProgramParts): ProgramOptions {
  const { account, bucket, demo, fresh, profile, settings } = parts;
  const { stdout, variables, workingDirectory } = parts;
  return {
    viewport: sizeOf(stdout),
    blocks: blocksOf(variables),
    demo,
    profile,
    startDirectory: workingDirectory,
    pinnedDirectory: account.preferences.downloadDirectory(),
    fresh,
    bucket,
    package: parts.package,
    settings,
  };
}

export function startNotices(
  { keyLines, notices }: TerminalProgramParts,
  { actions, store }: Program,
): void {
  const keyWarnings = keymapWarnings(store.getState().settings, bindings, keyLines);
  const warnings = [...notices, ...keyWarnings];
  // Spoken notices were already heard, so they need not stay.
  const stays = store.getState().settings.accessible === "off";
  if (warnings.length > 0) actions.notify("warning", warnings.join(" "), { stays });
}

export function followProcessEvents(
  { stdin, stdout, takesSignals }: TerminalProgramParts,
  program: Program,
  lost: () => void,
): () => void {
  const resize = () => program.actions.resize(sizeOf(stdout));
  const redraw = () => program.actions.redraw();
  stdout.on("resize", resize);
  // A process stopped from outside finds the terminal in another state.
  process.on("SIGCONT", redraw);
  const unwatch = watchInterruptions({ stdin, stdout }, ({ error, exitCode, terminalLost }) => {
    if (terminalLost) lost();
    void program.actions.leave({ exitCode, error });
  });
  // Only now are signals handled here; until then a signal ends the process.
  takesSignals?.();
  return () => {
    stdout.off("resize", resize);
    process.off("SIGCONT", redraw);
    unwatch();
  };
}

export function printExitSummary(
  { demo, stdout }: TerminalProgramParts,
  transfers: readonly Transfer[],
  { error }: Leaving,
  held: readonly string[],
): void {
  const lines = [...held, ...exitSummaryLines({ transfers }, demo)];
  if (error) lines.push(`cfs ended because of a fault. ${errorText(error)}`);
  if (lines.length > 0) stdout.write(`${lines.join("\n")}\n`);
}

/** Above this many files only their number and folder are listed. */
const mostListed = 20;

function pathOf({ directory, file, path }: Transfer): string {
  return path ?? join(directory, localFileName(file.name));
}

/** Lists each file if they are few, then a summary line per common folder. */
function savedLines(saved: readonly Transfer[]): string[] {
  if (saved.length === 0) return [];
  const bytes = saved.reduce((sum, { bytesTotal }) => sum + (bytesTotal ?? 0), 0);
  const where = foldersText(saved.map(({ directory }) => directory));
  const each = saved.length > mostListed ? [] : saved.map((one) => `Saved ${pathOf(one)}`);
  const all = `Saved ${counted(saved.length, "file")}, ${readableBytes(bytes)}, in ${where}`;
  return [...each, all];
}

export function exitSummaryLines(
  { transfers }: Pick<TransfersSnapshot, "transfers">,
  demo = false,
): string[] {
  const inState = (...states: Transfer["state"][]) =>
    transfers.filter(({ state }) => states.includes(state));
  const failed = inState("failed");
  const unfinished = [
    ...inState("queued", "running", "paused", "verifying"),
    ...failed.filter(({ error }) => error?.mayPass),
  ];
  const later = demo
    ? "; the demo keeps nothing for a next start"
    : ", to be resumed at the next start";
  return [
    ...savedLines(inState("saved")),
    ...failed.map(({ error, file }) => `Failed: ${error?.message ?? file.name}`),
    ...(unfinished.length > 0
      ? [`${counted(unfinished.length, "download")} not finished${later}.`]
      : []),
  ];
}
