import { PassThrough } from "node:stream";
import type { Command } from "commander";
import { readEnvironment } from "../config/environment.ts";
import { buildProgram } from "./program.ts";

/** All commands for generating documents; their actions must not be called. */
export function commandTree(): Command {
  return buildProgram({
    call: {
      stdin: new PassThrough(),
      stdout: new PassThrough(),
      stderr: new PassThrough(),
      environment: readEnvironment({}),
      signal: AbortSignal.abort(),
      nowMs: Date.now,
    },
    applyFlags: () => undefined,
    ready: async () => undefined,
    openTerminalProgram: async () => undefined,
  });
}

/** The text of `cfs --help` at 80 columns. */
export function helpText(): string {
  let text = "";
  commandTree()
    .configureOutput({
      writeOut: (piece) => {
        text += piece;
      },
    })
    .outputHelp();
  return text;
}
