import type { Auth, Session } from "../api/service.ts";
import type { Variables } from "../base/environment-types.ts";
import type { Preferences } from "../config/preferences.ts";
import type { Settings } from "../domain/settings.ts";
import { bodyHeight, isTooSmall } from "../store/selectors/layout.ts";
import { currentPlace } from "../store/selectors/table.ts";
import { openingSession } from "../store/state/sign-in-form.ts";
import { initialState, type SessionSlice, type State } from "../store/state/state.ts";
import { blocksOf } from "../terminal/capabilities.ts";
import { ScreenStream, type TerminalStream } from "../terminal/render/screen-stream.ts";
import type { TransfersSnapshot } from "../transfer/engine.ts";
import { type HeaderFacts, headerSpans } from "./frame/header.ts";
import { hintSpans, statusSpans } from "./frame/status.ts";
import { bucketLines } from "./screens/bucket-lines.ts";
import { signInLines } from "./screens/sign-in-lines.ts";
import { fitSpans } from "./spans.ts";
import { type Span, themeNamed } from "./theme.ts";

/** Unfinished downloads of the last session are restored later. */
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

/** A placeholder until the demo is signed in; its user is never shown. */
const demoSession: Session = { kind: "password", user: "demo", host: "" };

export interface FirstScreenParts extends HeaderFacts {
  /** Undefined in the demo, which is always signed in. */
  auth: Pick<Auth, "account" | "canResume" | "session"> | undefined;
  preferences: Pick<Preferences, "downloadDirectory" | "recentBuckets">;
  settings: Settings;
  /** Shown in the header. */
  profile?: string | undefined;
  workingDirectory: string;
  stdout: TerminalStream;
  variables: Variables;
}

/** Draws the first frame before the program is loaded; keys wait in the terminal until then. */
export function openFirstScreen(parts: FirstScreenParts): ScreenStream {
  const { auth, preferences, profile, settings, stdout, workingDirectory } = parts;
  const screen = new ScreenStream(stdout, parts.variables);
  const state = initialState({
    viewport: { columns: screen.columns, rows: screen.rows },
    blocks: blocksOf(parts.variables),
    demo: auth === undefined,
    nowMs: Date.now(),
    profile,
    startDirectory: workingDirectory,
    pinnedDirectory: preferences.downloadDirectory(),
    transfers: noTransfers,
    recent: preferences.recentBuckets(),
    settings,
  });
  const session: SessionSlice =
    auth === undefined
      ? { phase: "signed-in", session: demoSession, form: state.session.form }
      : openingSession(auth);
  screen.open(firstFrame({ ...state, session }, parts));
  return screen;
}

/** Draws without React and Ink, before they are loaded; undefined if the program opens with another screen. */
export function firstFrame(state: State, facts: HeaderFacts): string | undefined {
  if (isTooSmall(state.viewport) || state.overlay) return undefined;
  const body = bodyLines(state, facts.host);
  const rows = bodyHeight(state);
  if (body === undefined || body.length > rows) return undefined;
  const lines = [
    headerSpans(state, facts),
    ...body,
    ...Array.from({ length: rows - body.length }, () => []),
    ...statusSpans(state, facts.host, 0),
    hintSpans(state),
  ];
  const theme = themeNamed(state.settings.theme);
  const { columns } = state.viewport;
  return lines.map((spans) => theme.paint(fitSpans(spans, columns))).join("\n");
}

function bodyLines(state: State, host: string): Span[][] | undefined {
  if (state.session.phase !== "signed-in") return signInLines(state, host);
  return currentPlace(state).kind === "bucket" ? bucketLines(state) : undefined;
}
