import { dispatch } from "../../keys/dispatch.ts";
import type { Program } from "../../store/program.ts";
import type { Leaving } from "../../store/services.ts";
import { captureConsole } from "../../terminal/console-capture.ts";
import { closeTerminal } from "../../terminal/lifecycle.ts";
import { createTitleAndProgress } from "../../terminal/title-and-progress.ts";
import { openAccounts } from "../accounts.ts";
import type { TerminalProgramParts } from "../parts.ts";
import { followProcessEvents, printExitSummary, startNotices } from "../process-events.ts";
import type { TerminalLease } from "../program-context.ts";
import { readKeys } from "./key-reader.ts";
import { createProgressSpeech, type Utterance, utterances } from "./speech.ts";

/** Ends an echo before each line, so that lines always start at the left. */
function createSpeaker(terminal: NodeJS.WritableStream): (words: readonly Utterance[]) => void {
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

function speakChanges(
  { store }: Program,
  speak: (words: readonly Utterance[]) => void,
  by: Parameters<typeof utterances>[2],
): () => void {
  const progress = createProgressSpeech();
  let said = store.getState();
  speak(utterances(undefined, said, by));
  return store.subscribe((now) => {
    speak(utterances(said, now, by));
    said = now;
    const words = progress(now, Date.now());
    if (words !== undefined) speak([{ kind: "line", text: words }]);
  });
}

/** For screen readers: the same keys as lines of text, without redraws. Resolves with the exit code. */
export async function startPlainProgram(parts: TerminalProgramParts): Promise<number> {
  const { variables, stdin, stdout } = parts;
  let terminalLost = false;
  let leave: (leaving: Leaving) => void = () => {};
  const ended = new Promise<Leaving>((resolve) => {
    leave = resolve;
  });
  const by = { host: new URL(parts.host).host };
  const speak = createSpeaker(stdout);
  const lease: TerminalLease = {
    async lend(meanwhile) {
      stdin.setRawMode?.(false);
      await meanwhile();
      stdin.resume();
      stdin.setRawMode?.(true);
      speak(utterances(undefined, program.store.getState(), by));
    },
  };
  const titleAndProgress = createTitleAndProgress(stdout, variables);
  const accounts = openAccounts(parts, { lease, leave, titleAndProgress });
  const { program } = accounts;
  const unfollow = followProcessEvents(parts, program, () => {
    terminalLost = true;
  });
  const releaseConsole = captureConsole();
  stdin.setRawMode?.(true);
  speak([{ kind: "line", text: "cfs. Question mark lists the keys." }]);
  startNotices(parts, program);
  void program.actions.resume();
  const unspeak = speakChanges(program, speak, by);
  const unread = readKeys(stdin, (press) => dispatch(program, press));
  const leaving = await ended;
  unread();
  unspeak();
  unfollow();
  accounts.unfollow();
  const held = releaseConsole();
  if (terminalLost) closeTerminal();
  else {
    stdin.setRawMode?.(false);
    stdout.write("\n");
    printExitSummary(parts, accounts.transfers(), leaving, held);
  }
  return leaving.exitCode;
}
