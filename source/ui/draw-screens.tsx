import { type Instance, render } from "ink";
import { dispatchMouse, mouseEvent } from "../keys/mouse.ts";
import type { Program } from "../store/program.ts";
import { type Keyboard, MouseInput } from "../terminal/mouse-input.ts";
import type { ScreenStream } from "../terminal/render/screen-stream.ts";
import { App } from "./app.tsx";
import { ProgramContext, type ScreenContext } from "./program-context.ts";

/** The keyboard for Ink; mouse reports go to the program. */
function inputFor(program: Program, keyboard: Keyboard): MouseInput {
  return new MouseInput(keyboard, (report) => {
    const event = mouseEvent(report);
    if (event) dispatchMouse(program, event);
  });
}

export function drawScreens(
  context: ScreenContext,
  stdin: Keyboard,
  stdout: ScreenStream,
): Instance {
  return render(
    <ProgramContext value={context}>
      <App />
    </ProgramContext>,
    {
      stdin: inputFor(context.program, stdin),
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
