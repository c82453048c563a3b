import type { Auth } from "../api/service.ts";
import type { Variables } from "../base/environment-types.ts";
import type { Preferences } from "../config/preferences.ts";
import type { Settings } from "../domain/settings.ts";
import { openingSession } from "../store/state/sign-in-form.ts";
import { initialState, type SessionSlice } from "../store/state/state.ts";
import { ScreenStream, type TerminalStream } from "../terminal/render/screen-stream.ts";
import type { TransfersSnapshot } from "../transfer/engine.ts";
import { firstFrame } from "./first-frame.ts";
import type { Who } from "./frame/header.ts";

/** What is not complete from the last time is taken up behind it. */
const noTransfers: TransfersSnapshot = {
  transfers: [],
  totals: {
    running: 0,
    queued: 0,
    done: 0,
    failed: 0,
    bytesDone: 0,
    bytesTotal: 0,
    bytesPerSecond: 0,
  },
};

/** What is known when the program has only just been started. */
export interface FirstScreenParts extends Who {
  /** Undefined: the demo, which is signed in already. */
  auth: Pick<Auth, "account" | "canResume" | "session"> | undefined;
  preferences: Pick<Preferences, "recentBuckets">;
  settings: Settings;
  workingDirectory: string;
  stdout: TerminalStream;
  /** Tells the terminal's kind. */
  variables: Variables;
}

/**
 * Takes the terminal's screen, with what the program opens with on it. Nothing of the program stands
 * behind it yet: keys wait in the terminal until it does.
 */
export function openFirstScreen(parts: FirstScreenParts): ScreenStream {
  const { auth, preferences, settings, stdout, workingDirectory } = parts;
  const screen = new ScreenStream(stdout, parts.variables);
  const state = initialState({
    viewport: { columns: screen.columns, rows: screen.rows },
    demo: auth === undefined,
    nowMs: Date.now(),
    directory: workingDirectory,
    transfers: noTransfers,
    recent: preferences.recentBuckets(),
    settings,
  });
  const session: SessionSlice =
    auth === undefined ? { ...state.session, phase: "signed-in" } : openingSession(auth);
  screen.open(firstFrame({ ...state, session }, parts));
  return screen;
}
