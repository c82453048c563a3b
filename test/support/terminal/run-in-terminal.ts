import { spawn } from "@lydell/node-pty";
import xterm from "@xterm/headless";
import { builtProgram } from "../program/built-program.ts";
import { inheritedEnvironment } from "../program/inherited-environment.ts";

/** The built program in a real terminal: keys in, screen out. */
export interface TerminalRun {
  /** Types, as one packet. */
  press(keys: string): void;
  resize(columns: number, rows: number): void;
  /** The rows of the screen, without trailing blanks. */
  screen(): string[];
  /** Resolves with the screen as soon as it has this; rejects with the screen when the program ends or takes too long. */
  shows(text: string | RegExp): Promise<string[]>;
  /** Resolves with the exit code that a shell would see, after all output was shown. */
  ended: Promise<number>;
  /** Sends the program a signal. */
  signal(name: "SIGTERM" | "SIGHUP" | "SIGINT" | "SIGKILL" | "SIGCONT" | "SIGTSTP"): void;
  /** All that the program wrote, escape codes included. */
  written(): string;
  terminal: xterm.Terminal;
}

export interface TerminalOptions {
  /** What is run in place of the built program. */
  program?: readonly [command: string, ...words: string[]];
  words?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  directory: string;
  columns?: number;
  rows?: number;
}

export const keys = {
  enter: "\r",
  escape: "\u001b",
  up: "\u001b[A",
  down: "\u001b[B",
  right: "\u001b[C",
  left: "\u001b[D",
  tab: "\t",
  ctrlC: "\u0003",
  ctrlD: "\u0004",
} as const;

/** Only what would never be shown ends it, however busy the machine is. */
const patienceMs = 500_000;

export function runInTerminal(options: TerminalOptions): TerminalRun {
  const { columns = 120, rows = 30 } = options;
  const terminal = new xterm.Terminal({
    cols: columns,
    rows,
    allowProposedApi: true,
    scrollback: 1_000,
  });
  const { CI: _, ...inherited } = inheritedEnvironment();
  const [command, ...first] = options.program ?? builtProgram;
  const child = spawn(command, [...first, ...(options.words ?? [])], {
    name: options.environment?.["TERM"] ?? "xterm-256color",
    cols: columns,
    rows,
    cwd: options.directory,
    env: { ...inherited, TERM: "xterm-256color", ...options.environment },
  });
  let written = "";
  /** How much of that the terminal has taken. */
  let taken = 0;
  const watchers = new Set<() => void>();
  let exitCode: number | undefined;
  child.onData((text) => {
    written += text;
    terminal.write(text, () => {
      taken += text.length;
      for (const watch of watchers) watch();
    });
  });
  // What the terminal itself answers, such as its cursor position, goes to the program.
  terminal.onData((text) => child.write(text));
  const ended = new Promise<number>((resolve) => {
    child.onExit((exit) => {
      terminal.write("", () => {
        // As a shell tells it: a process that a signal ended has 128 and the signal's number.
        const code = exit.signal ? 128 + exit.signal : exit.exitCode;
        exitCode = code;
        for (const watch of watchers) watch();
        resolve(code);
      });
    });
  });

  /** True between the marks of an update: a pseudoterminal passes on a long one in pieces. */
  const isDrawing = () =>
    exitCode === undefined &&
    written.lastIndexOf("\u001b[?2026h", taken) > written.lastIndexOf("\u001b[?2026l", taken);

  const screen = () => {
    const buffer = terminal.buffer.active;
    return Array.from({ length: terminal.rows }, (_, row) => {
      const line = buffer.getLine(buffer.baseY + row);
      return line?.translateToString(true, 0, terminal.cols).trimEnd() ?? "";
    });
  };

  return {
    terminal,
    ended,
    screen,
    press: (text) => child.write(text),
    written: () => written,
    signal: (name) => child.kill(name),
    resize(width, height) {
      child.resize(width, height);
      terminal.resize(width, height);
    },
    shows(text) {
      return new Promise((resolve, reject) => {
        const has = () => {
          if (isDrawing()) return undefined;
          const shown = screen();
          const whole = shown.join("\n");
          return (typeof text === "string" ? whole.includes(text) : text.test(whole))
            ? shown
            : undefined;
        };
        const finish = (settle: () => void) => {
          clearTimeout(timer);
          watchers.delete(watch);
          settle();
        };
        const fail = (why: string) => {
          finish(() =>
            reject(new Error(`${why} before ${text} was shown:\n${screen().join("\n")}`)),
          );
        };
        const watch = () => {
          const shown = has();
          if (shown !== undefined) finish(() => resolve(shown));
          else if (exitCode !== undefined) fail(`The program ended with ${exitCode}`);
        };
        const timer = setTimeout(() => fail("Patience ended"), patienceMs);
        watchers.add(watch);
        watch();
      });
    },
  };
}
