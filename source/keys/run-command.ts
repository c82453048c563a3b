import type { Program } from "../store/program.ts";
import { type Command, sentenceTitle } from "./command.ts";

/** Runs the command, or tells why it cannot be done now. */
export function attempt(program: Program, command: Command): void {
  const { actions, store } = program;
  if (!command.quiet) actions.clearNotice();
  const reason = command.unavailable?.(store.getState());
  if (reason === undefined) command.run(program);
  else actions.tell("warning", `${sentenceTitle(command)}: ${reason}.`);
}
