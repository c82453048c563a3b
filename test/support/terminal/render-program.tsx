import { render } from "ink";
import type { ReactNode } from "react";
import { onTestFinished } from "vitest";
import { resolveSettings } from "../../../source/config/settings.ts";
import type { Services } from "../../../source/store/services.ts";
import type { BlockSet } from "../../../source/text/blocks.ts";
import { App } from "../../../source/ui/app.tsx";
import { ProgramContext } from "../../../source/ui/program-context.ts";
import { type FakeProgram, fakeProgram } from "../fakes/program.ts";
import { FakeStdin, FakeStdout } from "../fakes/terminal.ts";

const keyCodes: Readonly<Record<string, string>> = {
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  home: "\u001b[H",
  end: "\u001b[F",
  pageup: "\u001b[5~",
  pagedown: "\u001b[6~",
  enter: "\r",
  escape: "\u001b",
  tab: "\t",
  "shift-tab": "\u001b[Z",
  space: " ",
  backspace: "\u007f",
  delete: "\u001b[3~",
};

function codeOf(key: string): string {
  if (key.startsWith("ctrl-")) return String.fromCharCode(key.charCodeAt(5) - 96);
  return keyCodes[key] ?? key;
}

const escapeCodes = /\u001b\[[0-9;]*m/g;

interface Screen {
  /** Resolves when what was changed is drawn. */
  flushed(): Promise<void>;
  /** The last frame without colours and attributes. */
  frame(): string;
  /** The last frame as it was written. */
  painted(): string;
  lines(): string[];
  /** Sends keys by their names, all in one packet. */
  press(...keys: string[]): void;
  /** Sends text, in one packet. */
  type(text: string): void;
  /** Sends text between the marks of a paste. */
  paste(text: string): void;
  /** Resolves with the first frame, from now on, that has `wanted` in it. */
  until(wanted: string | RegExp | ((frame: string) => boolean)): Promise<string>;
}

/** Draws `node` in a terminal of that size. It is taken down when the test ends. */
function renderAt(columns: number, rows: number, node: ReactNode): Screen & { stdout: FakeStdout } {
  const stdin = new FakeStdin();
  const stdout = new FakeStdout(columns, rows);
  const instance = render(node, {
    stdin,
    stdout,
    debug: true,
    interactive: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  onTestFinished(() => {
    instance.unmount();
    instance.cleanup();
  });
  const frame = () => stdout.frame.replace(escapeCodes, "");
  return {
    flushed: () => instance.waitUntilRenderFlush(),
    stdout,
    frame,
    painted: () => stdout.frame,
    lines: () => frame().split("\n"),
    press: (...keys) => stdin.write(keys.map(codeOf).join("")),
    type: (text) => stdin.write(text),
    paste: (text) => stdin.write(`\u001b[200~${text}\u001b[201~`),
    until: (wanted) =>
      new Promise((resolve) => {
        const isWanted = (text: string) =>
          typeof wanted === "string"
            ? text.includes(wanted)
            : wanted instanceof RegExp
              ? wanted.test(text)
              : wanted(text);
        const look = () => {
          if (!isWanted(frame())) return;
          stdout.frames.off("frame", look);
          resolve(frame());
        };
        stdout.frames.on("frame", look);
        look();
      }),
  };
}

export interface ProgramScreen extends Screen {
  fake: FakeProgram;
  /** Gives the terminal another size. */
  resize(columns: number, rows: number): void;
}

export interface ScreenOptions {
  columns?: number;
  rows?: number;
  environment?: Readonly<Record<string, string | undefined>>;
  demo?: boolean;
  blocks?: BlockSet;
  /** What stands in the settings of the conf file. */
  settings?: Readonly<Record<string, unknown>>;
  bucket?: string;
  /** Stand in for those of the fakes. */
  services?: Partial<Services>;
  /** Runs before the program signs in. */
  prepare?: (fake: FakeProgram) => void;
}

/** The whole program over fakes, in a terminal of that size; signed in where the fakes allow it. */
export function renderProgram(options: ScreenOptions = {}): ProgramScreen {
  const { columns = 80, rows = 24, environment = {}, demo = false } = options;
  const fake = fakeProgram(
    {
      viewport: { columns, rows },
      demo,
      blocks: options.blocks,
      settings: resolveSettings({ variables: environment, kept: options.settings }).settings,
      bucket: options.bucket,
    },
    options.services,
  );
  options.prepare?.(fake);
  const context = {
    program: fake.program,
    host: "api.refinitiv.com",
    version: "1.2.3",
    lease: {},
  };
  void fake.program.actions.resume();
  const screen = renderAt(
    columns,
    rows,
    <ProgramContext value={context}>
      <App />
    </ProgramContext>,
  );
  const resize = (toColumns: number, toRows: number) => {
    screen.stdout.columns = toColumns;
    screen.stdout.rows = toRows;
    fake.program.actions.resize({ columns: toColumns, rows: toRows });
    screen.stdout.emit("resize");
  };
  return { ...screen, fake, resize };
}
