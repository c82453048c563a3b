import { isatty } from "node:tty";
import { rememberedAccount, rememberedSession } from "../api/session/session-store.ts";
import type { Demo } from "../app/demo.ts";
import { openDebug } from "../app/open-debug.ts";
import { debug } from "../base/debug.ts";
import { AppError } from "../base/errors.ts";
import { version } from "../base/version.ts";
import type { Call } from "../commands/console/call.ts";
import type { InterruptionListener } from "../commands/console/interruption.ts";
import type { StartFlags } from "../commands/program.ts";
import { type OpenState, openState } from "../config/preferences.ts";
import { credentialsOfProfile } from "../config/profiles.ts";
import { type ResolvedSettings, readSettings } from "../config/settings.ts";
import type { Settings } from "../domain/settings.ts";
import { parsePlacePath } from "../domain/visit.ts";
import type { ScreenStream } from "../terminal/render/screen-stream.ts";

export interface TerminalProgramCall {
  call: Call;
  interruption: InterruptionListener;
  /** "bulk-ESG" or "bulk-ESG/Bulk-ESG-Global". */
  place: string | undefined;
  flags: StartFlags;
  demo: Demo | undefined;
}

/** Runs the terminal program and resolves with its exit code. */
export async function openTerminalProgram(opening: TerminalProgramCall): Promise<number> {
  const { stdin, stdout } = process;
  if (!stdin.isTTY || !stdout.isTTY) throw needsTerminal();
  const debugFile = openDebug({ variables: process.env, stderr: process.stderr, hasScreens: true });
  debug("start", { version, node: process.version, platform: process.platform });
  // Before loading anything: the terminal would echo input, even a password.
  stdin.setRawMode(true);
  try {
    return await openScreen(opening);
  } finally {
    // The terminal may have been closed.
    if (isatty(0)) stdin.setRawMode(false);
    if (debugFile !== undefined) process.stderr.write(`cfs: Debug output is in ${debugFile}.\n`);
  }
}

/** Shows the first screen before loading the rest. */
async function openScreen(opening: TerminalProgramCall): Promise<number> {
  const { call, demo, flags } = opening;
  const notices: string[] = [];
  const { configDirectory, profile } =
    demo === undefined ? call.environment : { ...demo, profile: undefined };
  const kept = openState(configDirectory, (text) => notices.push(text), profile);
  const resolved = readSettings(kept.preferences, kept.state.path, {
    flags,
    variables: process.env,
  });
  const screen =
    resolved.settings.accessible === "on"
      ? undefined
      : await firstScreen(opening, kept, resolved.settings);
  try {
    return await runProgram(opening, { kept, notices, resolved, screen });
  } finally {
    // In case the program has not done so.
    screen?.destroy();
  }
}

async function firstScreen(
  { call, demo }: TerminalProgramCall,
  { preferences, state }: OpenState,
  settings: Settings,
): Promise<ScreenStream> {
  const { openFirstScreen } = await import("../ui/first-screen.ts");
  const { env: variables, stdout } = process;
  const workingDirectory = process.cwd();
  const parts = { variables, preferences, settings, stdout, version, workingDirectory };
  if (demo !== undefined) return openFirstScreen({ ...parts, host: "", auth: undefined });
  const { credentials: ofEnvironment, host, profile } = call.environment;
  const known = state.read();
  const credentials = credentialsOfProfile(ofEnvironment, profile, known);
  const session = rememberedSession(known, host);
  return openFirstScreen({
    ...parts,
    host: new URL(host).host,
    auth: {
      session: () => session,
      account: () => rememberedAccount(known, host, credentials),
      canResume: () => session !== undefined || credentials !== undefined,
    },
  });
}

interface Opened {
  kept: OpenState;
  notices: string[];
  resolved: ResolvedSettings;
  /** Undefined in accessible mode. */
  screen: ScreenStream | undefined;
}

async function runProgram(
  { call, demo, flags, interruption, place }: TerminalProgramCall,
  { kept, notices, resolved, screen }: Opened,
): Promise<number> {
  const { stdin, stdout } = process;
  const { keyLines, settings, warnings } = resolved;
  // Load both in parallel.
  const [{ compose, composeTransfers }, start] = await Promise.all([
    import("../app/compose.ts"),
    screen === undefined
      ? import("../ui/plain/start-plain.ts").then(({ startPlainProgram }) => startPlainProgram)
      : import("../ui/start.ts").then(({ startTerminalProgram }) => startTerminalProgram),
  ]);
  const environment = demo === undefined ? call.environment : await demo.environment;
  // Esc ends a pause, so it may have any length.
  const options = { kept, longestPauseMs: Number.POSITIVE_INFINITY };
  const parts = await compose(environment, (text) => notices.push(text), options);
  const keeping = { isInteractive: true, keepsParts: demo === undefined };
  const transfers = composeTransfers(environment, parts, keeping);
  try {
    call.signal.throwIfAborted();
    return await start({
      auth: parts.auth,
      fileStore: parts.fileStore,
      preferences: parts.preferences,
      catalogue: parts.catalogue,
      transfers,
      bandwidth: parts.bandwidth,
      async openPreview(file, signal) {
        const { openPreview } = await import("../preview/open-preview.ts");
        const { stallTimeoutMs } = environment;
        if (file.path !== undefined) {
          const { createDiskSource } = await import("../preview/disk-source.ts");
          return openPreview(file, { source: createDiskSource(file.path), stallTimeoutMs }, signal);
        }
        return openPreview(file, { source: parts.objects, stallTimeoutMs }, signal);
      },
      host: environment.host,
      version,
      workingDirectory: process.cwd(),
      settings,
      keyLines,
      notices: [...notices, ...warnings],
      takesSignals: interruption.release,
      stdin,
      stdout,
      screen,
      variables: process.env,
      demo: demo !== undefined,
      fresh: flags.fresh === true,
      ...(place === undefined ? {} : parsePlacePath(place)),
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
