import { dispatch } from "../../keys/dispatch.ts";
import { createProgram, type Program } from "../../store/program.ts";
import type { Leaving } from "../../store/services.ts";
import { holdConsole } from "../../terminal/console-capture.ts";
import { letGoOfTerminal } from "../../terminal/lifecycle.ts";
import { createSignals } from "../../terminal/title-and-progress.ts";
import type { TerminalProgramParts } from "../parts.ts";
import { followOutside, openingOf, sayFarewell, startNotices } from "../process-events.ts";
import type { Lending } from "../program-context.ts";
import { servicesFrom } from "../services.ts";
import { readKeys } from "./key-reader.ts";
import { createProgressSpeech, type Spoken, spoken } from "./speech.ts";

/** Writes lines and what is typed between them, so that a line always begins at the left. */
function createVoice(terminal: NodeJS.WritableStream): (words: readonly Spoken[]) => void {
  let isMidLine = false;
  return (words) => {
    for (const { kind, text } of words) {
      const isNew = kind === "line" || text.startsWith("\n");
      const own = text.replace(/^\n/, "");
      terminal.write(`${isNew && isMidLine ? "\n" : ""}${own}${kind === "line" ? "\n" : ""}`);
      isMidLine = kind === "echo";
    }
  };
}

/** Says what changes in the program until the returned function is called. */
function followAloud(
  { store }: Program,
  voice: (words: readonly Spoken[]) => void,
  by: Parameters<typeof spoken>[2],
): () => void {
  const progress = createProgressSpeech();
  let said = store.getState();
  voice(spoken(undefined, said, by));
  return store.subscribe((now) => {
    voice(spoken(said, now, by));
    said = now;
    const words = progress(now, Date.now());
    if (words !== undefined) voice([{ kind: "line", text: words }]);
  });
}

/**
 * Runs the terminal program as lines of text, for screen readers: the same keys, no screen of its own,
 * nothing that moves. Resolves with the exit code.
 */
export async function startPlainProgram(parts: TerminalProgramParts): Promise<number> {
  const { variables, stdin, stdout } = parts;
  let terminalLost = false;
  let leave: (leaving: Leaving) => void = () => {};
  const left = new Promise<Leaving>((resolve) => {
    leave = resolve;
  });
  const by = { host: new URL(parts.host).host };
  const voice = createVoice(stdout);
  const lending: Lending = {
    async lend(meanwhile) {
      stdin.setRawMode?.(false);
      await meanwhile();
      stdin.setRawMode?.(true);
      voice(spoken(undefined, program.store.getState(), by));
    },
  };
  const settings = () => program.store.getState().settings;
  const signals = createSignals(stdout, variables);
  const services = servicesFrom(parts, { lending, leave, settings, signals });
  const program: Program = createProgram(services, openingOf(parts));
  const unfollow = followOutside(parts, program, () => {
    terminalLost = true;
  });
  const releaseConsole = holdConsole();
  stdin.setRawMode?.(true);
  voice([{ kind: "line", text: "cfs. Question mark lists the keys." }]);
  startNotices(parts, program);
  void program.actions.resume();
  const unvoice = followAloud(program, voice, by);
  const unread = readKeys(stdin, (press) => dispatch(program, press));
  const leaving = await left;
  unread();
  unvoice();
  unfollow();
  const held = releaseConsole();
  if (terminalLost) letGoOfTerminal();
  else {
    stdin.setRawMode?.(false);
    stdout.write("\n");
    sayFarewell(parts, leaving, held);
  }
  return leaving.exitCode;
}
