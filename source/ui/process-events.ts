import { join } from "node:path";
import { localFileName } from "../domain/file-name.ts";
import { foldersText } from "../domain/folders.ts";
import { counted, readableBytes } from "../domain/readable.ts";
import { bindings } from "../keys/bindings.ts";
import { keymapWarnings } from "../keys/keymap.ts";
import type { Opening, Program } from "../store/program.ts";
import { errorText } from "../store/selectors/messages.ts";
import type { Leaving } from "../store/services.ts";
import type { Viewport } from "../store/state/state.ts";
import { watchInterruptions } from "../terminal/lifecycle.ts";
import type { TerminalStream } from "../terminal/render/screen-stream.ts";
import type { Transfer, TransfersSnapshot } from "../transfer/engine.ts";
import type { TerminalProgramParts } from "./parts.ts";

function sizeOf({ columns, rows }: TerminalStream): Viewport {
  return { columns: columns || 80, rows: rows || 24 };
}

export function openingOf(parts: TerminalProgramParts): Opening {
  const { bucket, demo, fresh, preferences, settings, stdout, workingDirectory } = parts;
  return {
    viewport: sizeOf(stdout),
    demo,
    directory: (fresh ? undefined : preferences.downloadDirectory()) ?? workingDirectory,
    fresh,
    bucket,
    package: parts.package,
    settings,
  };
}

/** Shows the warnings from before there was a screen. */
export function startNotices(
  { keyLines, notices }: TerminalProgramParts,
  { actions, store }: Program,
): void {
  const keyWarnings = keymapWarnings(store.getState().settings, bindings, keyLines);
  const warnings = [...notices, ...keyWarnings];
  // What was said aloud is heard already, and hides nothing that is told after it.
  const stays = store.getState().settings.accessible === "off";
  if (warnings.length > 0) actions.tell("warning", warnings.join(" "), stays);
}

/** Follows the size of the terminal, the transfers, and signals that end the program. */
export function followProcessEvents(
  { stdin, stdout, takesSignals }: TerminalProgramParts,
  { actions }: Program,
  lost: () => void,
): () => void {
  const resize = () => actions.resize(sizeOf(stdout));
  stdout.on("resize", resize);
  // Whoever stopped the program from outside left the terminal in another state.
  process.on("SIGCONT", actions.redraw);
  const unfollow = actions.follow();
  const unwatch = watchInterruptions({ stdin, stdout }, ({ error, exitCode, terminalLost }) => {
    if (terminalLost) lost();
    void actions.leave({ exitCode, error });
  });
  // Not before: a signal that nobody listens to ends the process where it is.
  takesSignals?.();
  return () => {
    stdout.off("resize", resize);
    process.off("SIGCONT", actions.redraw);
    unfollow();
    unwatch();
  };
}

export function printExitSummary(
  { demo, stdout, transfers }: TerminalProgramParts,
  { error }: Leaving,
  held: readonly string[],
): void {
  const lines = [...held, ...exitSummaryLines(transfers.snapshot(), demo)];
  if (error) lines.push(`cfs ended because of a fault. ${errorText(error)}`);
  if (lines.length > 0) stdout.write(`${lines.join("\n")}\n`);
}

/** More files than this are told by their number and folder alone. */
const mostTold = 20;

function pathOf({ directory, file, path }: Transfer): string {
  return path ?? join(directory, localFileName(file.name));
}

/** Each file where there are few, then one line: what was saved and where. Folders that lie in one are counted there. */
function savedLines(saved: readonly Transfer[]): string[] {
  if (saved.length === 0) return [];
  const bytes = saved.reduce((sum, { bytesTotal }) => sum + (bytesTotal ?? 0), 0);
  const where = foldersText(saved.map(({ directory }) => directory));
  const each = saved.length > mostTold ? [] : saved.map((one) => `Saved ${pathOf(one)}`);
  const all = `Saved ${counted(saved.length, "file")}, ${readableBytes(bytes)}, in ${where}`;
  return [...each, all];
}

/** The lines on the normal screen after the program: what is on disk, and what is not. */
export function exitSummaryLines({ transfers }: TransfersSnapshot, demo = false): string[] {
  const inState = (...states: Transfer["state"][]) =>
    transfers.filter(({ state }) => states.includes(state));
  const failed = inState("failed");
  const left = [
    ...inState("queued", "running", "paused", "verifying"),
    ...failed.filter(({ error }) => error?.mayPass),
  ];
  const later = demo
    ? "; the demo keeps nothing for a next start"
    : ", to be resumed at the next start";
  return [
    ...savedLines(inState("saved")),
    ...failed.map(({ error, file }) => `Failed: ${error?.message ?? file.name}`),
    ...(left.length > 0 ? [`${counted(left.length, "download")} not finished${later}.`] : []),
  ];
}
