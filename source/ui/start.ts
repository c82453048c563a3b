import type { ReadonlyStore } from "../store/program.ts";
import type { Leaving } from "../store/services.ts";
import type { State } from "../store/state/state.ts";
import { captureConsole } from "../terminal/console-capture.ts";
import { closeTerminal } from "../terminal/lifecycle.ts";
import { ScreenStream } from "../terminal/render/screen-stream.ts";
import { createTitleAndProgress } from "../terminal/title-and-progress.ts";
import { openAccounts } from "./accounts.ts";
import { firstFrame } from "./first-screen.ts";
import type { TerminalProgramParts } from "./parts.ts";
import { followProcessEvents, printExitSummary, startNotices } from "./process-events.ts";
import type { TerminalLease } from "./program-context.ts";
import { followTitleAndProgress } from "./title-and-progress.ts";

/** Resolves with the exit code once the terminal is restored and the transfers are saved. */
export async function startTerminalProgram(parts: TerminalProgramParts): Promise<number> {
  const { variables, stdin, stdout } = parts;
  const lease: TerminalLease = {};
  let terminalLost = false;
  let leave: (leaving: Leaving) => void = () => {};
  let hasLeft = false;
  const ended = new Promise<Leaving>((resolve) => {
    leave = (leaving) => {
      hasLeft = true;
      resolve(leaving);
    };
  });
  const titleAndProgress = createTitleAndProgress(stdout, variables);
  const accounts = openAccounts(parts, { lease, leave, titleAndProgress });
  const { program } = accounts;
  const unfollow = followProcessEvents(parts, program, () => {
    terminalLost = true;
  });
  startNotices(parts, program);
  const resumed = program.actions.resume();
  const context = {
    program: {
      store: throttled(program.store),
      get actions() {
        return program.actions;
      },
    },
    host: new URL(parts.host).host,
    version: parts.version,
    lease,
  };
  const unfollowTitle = followTitleAndProgress(program, titleAndProgress);
  const ownScreen = parts.screen ?? new ScreenStream(stdout, variables);
  const redraw = () => ownScreen.redraw();
  process.on("SIGWINCH", redraw);
  const releaseConsole = captureConsole();
  const initial = program.store.getState();
  const followMouse = ({ settings }: State) => ownScreen.setMouse(settings.mouse === "on");
  followMouse(initial);
  const unfollowMouse = program.store.subscribe(followMouse);
  if (!parts.demo) ownScreen.open(firstFrame(initial, context));
  const { drawScreens } = await import("./draw-screens.tsx");
  // The demo signs in while its first screen is shown; keys typed during that time belong to that screen.
  if (parts.demo) await Promise.race([resumed, ended]);
  // The user may quit before the screens are drawn.
  const screen = hasLeft ? undefined : drawScreens(context, stdin, ownScreen);
  screen?.waitUntilExit().catch((error: Error) => program.actions.leave({ exitCode: 1, error }));
  const leaving = await ended;
  unfollow();
  accounts.unfollow();
  unfollowTitle();
  unfollowMouse();
  if (!terminalLost) titleAndProgress.giveBack();
  screen?.unmount();
  await screen?.waitUntilExit().catch(() => {});
  process.off("SIGWINCH", redraw);
  ownScreen.destroy();
  const held = releaseConsole();
  if (terminalLost) closeTerminal();
  else printExitSummary(parts, accounts.transfers(), leaving, held);
  return leaving.exitCode;
}

const mostPerSecond = 30;

/** Batches changes for renderers, at most 30 a second and the first at once; reads always return the current state. */
export function throttled<State>(store: ReadonlyStore<State>): ReadonlyStore<State> {
  const listeners = new Set<(state: State, before: State) => void>();
  let reported = store.getState();
  let isDue = false;
  let rest: NodeJS.Timeout | undefined;

  function notify(): void {
    isDue = false;
    const before = reported;
    reported = store.getState();
    if (reported === before) return;
    rest = setTimeout(() => {
      rest = undefined;
      if (isDue) notify();
    }, 1000 / mostPerSecond);
    for (const listener of [...listeners]) listener(reported, before);
  }

  function changed(): void {
    if (isDue) return;
    isDue = true;
    if (rest === undefined) queueMicrotask(notify);
  }

  store.subscribe(changed);
  return {
    ...store,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
