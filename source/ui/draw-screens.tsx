import { type Instance, render } from "ink";
import type { ScreenStream } from "../terminal/render/screen-stream.ts";
import { App } from "./app.tsx";
import type { TerminalInput } from "./parts.ts";
import { ProgramContext, type ScreenContext } from "./program-context.ts";

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
      // Ink writes whole frames; the screen stream computes the updates.
      debug: true,
      interactive: true,
      alternateScreen: true,
      exitOnCtrlC: false,
      patchConsole: false,
    },
  );
}
