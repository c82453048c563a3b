import { createProgram, type Program } from "../store/program.ts";
import type { Leaving } from "../store/services.ts";
import { throttled } from "../store/throttled.ts";
import { captureConsole } from "../terminal/console-capture.ts";
import { closeTerminal } from "../terminal/lifecycle.ts";
import { ScreenStream } from "../terminal/render/screen-stream.ts";
import { createTitleAndProgress } from "../terminal/title-and-progress.ts";
import { firstFrame } from "./first-screen.ts";
import type { TerminalProgramParts } from "./parts.ts";
import {
  followProcessEvents,
  openingOf,
  printExitSummary,
  startNotices,
} from "./process-events.ts";
import type { TerminalLease } from "./program-context.ts";
import { servicesFrom } from "./services.ts";
import { followTitleAndProgress } from "./title-and-progress.ts";

/**
 * Runs the terminal program until it is left. Resolves with the exit code when the terminal is as it was
 * before, and the transfers are stopped and kept.
 */
export async function startTerminalProgram(parts: TerminalProgramParts): Promise<number> {
  const { variables, stdin, stdout } = parts;
  const lease: TerminalLease = {};
  let terminalLost = false;
  let leave: (leaving: Leaving) => void = () => {};
  let hasLeft = false;
  const left = new Promise<Leaving>((resolve) => {
    leave = (leaving) => {
      hasLeft = true;
      resolve(leaving);
    };
  });
  const settings = () => program.store.getState().settings;
  const titleAndProgress = createTitleAndProgress(stdout, variables);
  const services = servicesFrom(parts, { lease, leave, settings, titleAndProgress });
  const program: Program = createProgram(services, openingOf(parts));
  const unfollow = followProcessEvents(parts, program, () => {
    terminalLost = true;
  });
  startNotices(parts, program);
  const resumed = program.actions.resume();
  const context = {
    program: { ...program, store: throttled(program.store) },
    host: new URL(parts.host).host,
    version: parts.version,
    lease,
  };
  const unfollowTitle = followTitleAndProgress(program, titleAndProgress);
  const ownScreen = parts.screen ?? new ScreenStream(stdout, variables);
  const redraw = () => ownScreen.redraw();
  process.on("SIGWINCH", redraw);
  const releaseConsole = captureConsole();
  const begun = program.store.getState();
  if (!parts.demo) ownScreen.open(firstFrame(begun, context));
  const { drawScreens } = await import("./draw-screens.tsx");
  // The demo shows its first screen before it is signed in: keys that are typed meanwhile are meant for it.
  if (parts.demo) await Promise.race([resumed, left]);
  // Whoever ends it this early has seen enough.
  const screen = hasLeft ? undefined : drawScreens(context, stdin, ownScreen);
  screen?.waitUntilExit().catch((error: Error) => program.actions.leave({ exitCode: 1, error }));
  const leaving = await left;
  unfollow();
  unfollowTitle();
  if (!terminalLost) titleAndProgress.giveBack();
  screen?.unmount();
  await screen?.waitUntilExit().catch(() => {});
  process.off("SIGWINCH", redraw);
  ownScreen.destroy();
  const held = releaseConsole();
  if (terminalLost) closeTerminal();
  else printExitSummary(parts, leaving, held);
  return leaving.exitCode;
}
