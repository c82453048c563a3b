import { render } from "ink";
import type { Auth, FileStore } from "../api/service.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Preferences } from "../config/preferences.ts";
import type { Settings } from "../domain/settings.ts";
import { bindings } from "../keys/bindings.ts";
import { keymapWarnings } from "../keys/keymap.ts";
import { errorText } from "../store/actions/notices.ts";
import { paced } from "../store/paced.ts";
import { createProgram, type Program } from "../store/program.ts";
import type { Leaving } from "../store/services.ts";
import type { Viewport } from "../store/state.ts";
import { holdConsole } from "../terminal/held-console.ts";
import { letGoOfTerminal, watchInterruptions } from "../terminal/lifecycle.ts";
import { ScreenStream, type TerminalStream } from "../terminal/screen-stream.ts";
import { createSignals } from "../terminal/signals.ts";
import type { TransferEngine } from "../transfer/engine.ts";
import { App } from "./app.tsx";
import { farewellLines } from "./farewell.ts";
import { followSignals } from "./follow-signals.ts";
import { type Lending, SurroundingsContext } from "./program-context.ts";
import { servicesFrom } from "./services-from.ts";

export interface TerminalProgramParts {
  auth: Auth;
  fileStore: FileStore;
  transfers: TransferEngine;
  preferences: Preferences;
  catalogue: Catalogue;
  /** Origin of the service. */
  host: string;
  version: string;
  workingDirectory: string;
  /** Bucket to open first. */
  bucket?: string;
  /** Id or name of the package to open in it. */
  package?: string;
  /** True: nothing of the last time is taken up again, but unfinished downloads. */
  fresh?: boolean;
  /** What a person chose; as at first where it is left out. */
  settings?: Settings;
  /** Sentences to show first, such as that the settings were damaged. */
  notices: readonly string[];
  stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  stdout: TerminalStream;
  environment: Readonly<Record<string, string | undefined>>;
  demo: boolean;
}

function sizeOf({ columns, rows }: TerminalStream): Viewport {
  return { columns: columns || 80, rows: rows || 24 };
}

/** Follows what happens outside of the program: its size, its transfers, its end. */
function followOutside(
  { stdin, stdout }: TerminalProgramParts,
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
    void actions.leave(error ? { exitCode, error } : { exitCode });
  });
  return () => {
    stdout.off("resize", resize);
    process.off("SIGCONT", actions.redraw);
    unfollow();
    unwatch();
  };
}

function sayFarewell(
  { stdout, transfers }: TerminalProgramParts,
  { error }: Leaving,
  held: readonly string[],
): void {
  const lines = [...held, ...farewellLines(transfers.snapshot())];
  if (error) lines.push(`cfs ended because of a fault. ${errorText(error)}`);
  if (lines.length > 0) stdout.write(`${lines.join("\n")}\n`);
}

/**
 * Runs the terminal program until it is left. Resolves with the exit code when the terminal is as it was
 * before, and the transfers are stopped and kept.
 */
export async function startTerminalProgram(parts: TerminalProgramParts): Promise<number> {
  const { environment, notices, preferences, stdin, stdout } = parts;
  const lending: Lending = {};
  let terminalLost = false;
  let leave: (leaving: Leaving) => void = () => {};
  const left = new Promise<Leaving>((resolve) => {
    leave = resolve;
  });
  const settings = () => program.store.getState().settings;
  const signals = createSignals(stdout, environment);
  const services = servicesFrom(parts, { lending, leave, settings, signals });
  const program: Program = createProgram(services, {
    viewport: sizeOf(stdout),
    directory:
      (parts.fresh ? undefined : preferences.downloadDirectory()) ?? parts.workingDirectory,
    fresh: parts.fresh,
    bucket: parts.bucket,
    package: parts.package,
    settings: parts.settings,
  });
  const unfollow = followOutside(parts, program, () => {
    terminalLost = true;
  });
  const warnings = [...notices, ...keymapWarnings(settings(), bindings)];
  if (warnings.length > 0) program.actions.tell("warning", warnings.join(" "));
  void program.actions.resume();
  const surroundings = {
    program: { ...program, store: paced(program.store) },
    host: new URL(parts.host).host,
    demo: parts.demo,
    version: parts.version,
    lending,
  };
  const unsignal = followSignals(program, signals);
  const ownScreen = new ScreenStream(stdout, environment.TERM);
  const redraw = () => ownScreen.redraw();
  process.on("SIGWINCH", redraw);
  const releaseConsole = holdConsole();
  const screen = render(
    <SurroundingsContext value={surroundings}>
      <App />
    </SurroundingsContext>,
    {
      stdin,
      stdout: ownScreen,
      // Whole frames, not Ink's own updates of the terminal: the screen stream does that.
      debug: true,
      interactive: true,
      alternateScreen: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
  screen.waitUntilExit().catch((error: Error) => program.actions.leave({ exitCode: 1, error }));
  const leaving = await left;
  unfollow();
  unsignal();
  if (!terminalLost) signals.giveBack();
  screen.unmount();
  await screen.waitUntilExit().catch(() => {});
  process.off("SIGWINCH", redraw);
  ownScreen.destroy();
  const held = releaseConsole();
  if (terminalLost) letGoOfTerminal();
  else sayFarewell(parts, leaving, held);
  return leaving.exitCode;
}
