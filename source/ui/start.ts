import { createProgram, type Program } from "../store/program.ts";
import type { Leaving } from "../store/services.ts";
import { paced } from "../store/throttled.ts";
import { holdConsole } from "../terminal/console-capture.ts";
import { letGoOfTerminal } from "../terminal/lifecycle.ts";
import { ScreenStream } from "../terminal/render/screen-stream.ts";
import { createSignals } from "../terminal/title-and-progress.ts";
import { firstFrame } from "./first-screen.ts";
import type { TerminalProgramParts } from "./parts.ts";
import { followOutside, openingOf, sayFarewell, startNotices } from "./process-events.ts";
import type { Lending } from "./program-context.ts";
import { servicesFrom } from "./services.ts";
import { followSignals } from "./title-and-progress.ts";

/**
 * Runs the terminal program until it is left. Resolves with the exit code when the terminal is as it was
 * before, and the transfers are stopped and kept.
 */
export async function startTerminalProgram(parts: TerminalProgramParts): Promise<number> {
  const { variables, stdin, stdout } = parts;
  const lending: Lending = {};
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
  const signals = createSignals(stdout, variables);
  const services = servicesFrom(parts, { lending, leave, settings, signals });
  const program: Program = createProgram(services, openingOf(parts));
  const unfollow = followOutside(parts, program, () => {
    terminalLost = true;
  });
  startNotices(parts, program);
  const resumed = program.actions.resume();
  const surroundings = {
    program: { ...program, store: paced(program.store) },
    host: new URL(parts.host).host,
    version: parts.version,
    lending,
  };
  const unsignal = followSignals(program, signals);
  const ownScreen = parts.screen ?? new ScreenStream(stdout, variables);
  const redraw = () => ownScreen.redraw();
  process.on("SIGWINCH", redraw);
  const releaseConsole = holdConsole();
  const begun = program.store.getState();
  if (!parts.demo) ownScreen.open(firstFrame(begun, surroundings));
  const { drawScreens } = await import("./draw-screens.tsx");
  // The demo shows its first screen before it is signed in: keys that are typed meanwhile are meant for it.
  if (parts.demo) await Promise.race([resumed, left]);
  // Whoever ends it this early has seen enough.
  const screen = hasLeft ? undefined : drawScreens(surroundings, stdin, ownScreen);
  screen?.waitUntilExit().catch((error: Error) => program.actions.leave({ exitCode: 1, error }));
  const leaving = await left;
  unfollow();
  unsignal();
  if (!terminalLost) signals.giveBack();
  screen?.unmount();
  await screen?.waitUntilExit().catch(() => {});
  process.off("SIGWINCH", redraw);
  ownScreen.destroy();
  const held = releaseConsole();
  if (terminalLost) letGoOfTerminal();
  else sayFarewell(parts, leaving, held);
  return leaving.exitCode;
}
