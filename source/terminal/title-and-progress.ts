import type { Variables } from "../base/environment-types.ts";
import { sanitize } from "../domain/sanitize.ts";

const pushTitle = "\u001b[22;0t";
const popTitle = "\u001b[23;0t";
const bell = "\u0007";
const clearTaskbar = "\u001b]9;4;0\u0007";
const longestText = 200;

/** Programs that show OSC 9 as a message; others might print it as text. */
const messagePrograms: readonly string[] = ["iTerm.app", "WezTerm", "ghostty", "kitty"];

/** Terminal state beside the screen; `giveBack` restores all of it. */
export interface TitleAndProgress {
  title(text: string): void;
  /** Share of all downloads from 0 to 1; undefined clears it. */
  taskbar(share: number | undefined, failed: boolean): void;
  /** Uses a message if the terminal is known to support one, and otherwise the bell. */
  notify(text: string, way: "auto" | "bell" | "osc9"): void;
  giveBack(): void;
  /** Restores what `giveBack` reset. */
  takeAgain(): void;
}

/** Old terminals print the title as text, and GNU screen cannot restore the old one. */
function hasTitle({ STY, TERM = "" }: Variables): boolean {
  return !STY && TERM !== "" && !/^(dumb|linux|vt\d+|cons25|screen)/.test(TERM);
}

const osc9 = (text: string) => `\u001b]9;${text}\u0007`;
const osc777 = (text: string) => `\u001b]777;notify;cfs;${text}\u0007`;

function knownMessage({ STY, TERM = "", TERM_PROGRAM = "", TMUX }: Variables) {
  if (TMUX || STY) return undefined;
  if (messagePrograms.includes(TERM_PROGRAM)) return osc9;
  return /^(foot|rxvt-unicode)/.test(TERM) ? osc777 : undefined;
}

function oneLine(text: string): string {
  return sanitize(text.slice(0, longestText));
}

export function createTitleAndProgress(
  terminal: NodeJS.WritableStream,
  variables: Variables,
): TitleAndProgress {
  const titled = hasTitle(variables) || variables["TMUX"] !== undefined;
  let title: string | undefined;
  let bar = "";
  let isPushed = false;
  /** Another program has the terminal, and these codes would land among its own. */
  let isGivenBack = false;

  function write(text: string): void {
    if (!isGivenBack) terminal.write(text);
  }

  function writeTitle(): void {
    if (title === undefined || isGivenBack) return;
    terminal.write(`${isPushed ? "" : pushTitle}\u001b]2;${title}\u0007`);
    isPushed = true;
  }

  return {
    title(text) {
      const next = oneLine(text);
      if (!titled || next === title) return;
      title = next;
      writeTitle();
    },
    taskbar(share, failed) {
      const percent = Math.floor((share ?? 0) * 100);
      const code = share === undefined ? "" : `\u001b]9;4;${failed ? 2 : 1};${percent}\u0007`;
      if (code === bar) return;
      bar = code;
      write(code === "" ? clearTaskbar : code);
    },
    notify(text, way) {
      const ways = { auto: knownMessage(variables), osc9, bell: undefined };
      write(ways[way]?.(oneLine(text)) ?? bell);
    },
    giveBack() {
      const given = (bar === "" ? "" : clearTaskbar) + (isPushed ? popTitle : "");
      isPushed = false;
      if (given !== "") write(given);
      isGivenBack = true;
    },
    takeAgain() {
      isGivenBack = false;
      writeTitle();
      if (bar !== "") write(bar);
    },
  };
}
