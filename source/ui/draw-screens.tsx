import { type Instance, render } from "ink";
import type { ScreenStream } from "../terminal/render/screen-stream.ts";
import { App } from "./app.tsx";
import type { TerminalInput } from "./parts.ts";
import { ProgramContext, type ScreenContext } from "./program-context.ts";

/** Draws the program onto the screen from now on, and takes its keys. */
export function drawScreens(
  context: ScreenContext,
  stdin: TerminalInput,
  stdout: ScreenStream,
): Instance {
  return render(
    <ProgramContext value={context}>
      <App />
    </ProgramContext>,
    {
      stdin,
      stdout,
      // Whole frames, not Ink's own updates of the terminal: the screen stream does that.
      debug: true,
      interactive: true,
      alternateScreen: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
}
