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
import type { Environment } from "../config/environment.ts";
import { type OpenState, openState } from "../config/preferences.ts";
import {
  accountOfProfile,
  credentialsOfProfile,
  hasProfile,
  profilesIn,
} from "../config/profiles.ts";
import { type ResolvedSettings, readSettings } from "../config/settings.ts";
import { readState } from "../config/state-schema.ts";
import { defaultProfile } from "../domain/profile-name.ts";
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
  const opened = openState(configDirectory, (text) => notices.push(text), profile);
  if (!hasProfile(opened.stateStore.read(), profile))
    notices.push(`The profile ${profile} does not exist yet. Signing in adds it.`);
  const resolved = readSettings(opened.preferences, opened.stateStore.path, {
    flags,
    variables: process.env,
  });
  const screen =
    resolved.settings.accessible === "on"
      ? undefined
      : await firstScreen(opening, opened, resolved.settings);
  try {
    return await runProgram(opening, { opened, notices, resolved, screen });
  } finally {
    // In case the program has not done so.
    screen?.destroy();
  }
}

async function firstScreen(
  { call, demo }: TerminalProgramCall,
  { preferences, stateStore }: OpenState,
  settings: Settings,
): Promise<ScreenStream> {
  const { openFirstScreen } = await import("../ui/first-screen.ts");
  const { env: variables, stdout } = process;
  const workingDirectory = process.cwd();
  const parts = { variables, preferences, settings, stdout, version, workingDirectory };
  if (demo !== undefined)
    return openFirstScreen({ ...parts, profile: undefined, host: "", auth: undefined });
  const { credentials: ofEnvironment, host, profile } = call.environment;
  const known = stateStore.read();
  const credentials = credentialsOfProfile(ofEnvironment, profile, known);
  const session = rememberedSession(known, host);
  return openFirstScreen({
    ...parts,
    profile: shownProfile(call.environment, { stateStore, preferences }),
    host: new URL(host).host,
    auth: {
      session: () => session,
      account: () => rememberedAccount(known, host, credentials),
      canResume: () => session !== undefined || credentials !== undefined,
    },
  });
}

interface Opened {
  opened: OpenState;
  notices: string[];
  resolved: ResolvedSettings;
  /** Undefined in accessible mode. */
  screen: ScreenStream | undefined;
}

async function runProgram(
  { call, demo, flags, interruption, place }: TerminalProgramCall,
  { opened, notices, resolved, screen }: Opened,
): Promise<number> {
  const { stdin, stdout } = process;
  const { keyLines, settings, warnings } = resolved;
  // Load both in parallel.
  const [{ openAccount }, start] = await Promise.all([
    import("./open-account.ts"),
    screen === undefined
      ? import("../ui/plain/start-plain.ts").then(({ startPlainProgram }) => startPlainProgram)
      : import("../ui/start.ts").then(({ startTerminalProgram }) => startTerminalProgram),
  ]);
  const environment = demo === undefined ? call.environment : await demo.environment;
  const notice = (text: string) => void notices.push(text);
  const keepsParts = demo === undefined;
  const first = await openAccount({ environment, opened, notice, keepsParts });
  const accounts = [first];
  const hasProfiles = demo === undefined && environment.tokenCommand === undefined;
  try {
    call.signal.throwIfAborted();
    return await start({
      account: first.account,
      bandwidth: first.bandwidth,
      profile: shownProfile(environment, opened),
      profiles: hasProfiles ? profilesOf(environment, opened, open) : undefined,
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
    await Promise.all(accounts.map(({ close }) => close()));
  }

  async function open(name: string) {
    const profile = name === defaultProfile ? undefined : name;
    const next = await openAccount({
      environment: { ...environment, profile },
      bandwidth: first.bandwidth,
      notice,
      keepsParts,
    });
    accounts.push(next);
    return next.account;
  }
}

/** Without profiles the header shows none. */
function shownProfile({ profile }: Environment, { stateStore }: OpenState): string | undefined {
  if (profile !== undefined) return profile;
  return profilesIn(stateStore.read()).length > 1 ? defaultProfile : undefined;
}

function profilesOf<Account>(
  { host, profile }: Environment,
  { stateStore }: OpenState,
  open: (name: string) => Promise<Account>,
) {
  return {
    current: profile ?? defaultProfile,
    list: () =>
      profilesIn(readState(stateStore.path)).map((one) => {
        const { session, user } = accountOfProfile(one, host);
        return { name: one.name, user, isSignedIn: session?.host === host };
      }),
    open,
  };
}

function needsTerminal(): AppError {
  return new AppError({
    kind: "usage",
    tried: "Opening the terminal program",
    answered: "standard input and output are not both a terminal",
    advice: "In scripts use the commands, such as cfs packages BUCKET --json; cfs help lists them.",
  });
}
