import type { Variables } from "../base/environment-types.ts";
import { sanitize } from "../domain/sanitize.ts";

const pushTitle = "\u001b[22;0t";
const popTitle = "\u001b[23;0t";
const bell = "\u0007";
const mouseOn = "\u001b[?1000h\u001b[?1006h";
const mouseOff = "\u001b[?1006l\u001b[?1000l";
const clearTaskbar = "\u001b]9;4;0\u0007";
const longestText = 200;

/** Programs whose terminals show a message for OSC 9; elsewhere it might be shown as text. */
const messagePrograms: readonly string[] = ["iTerm.app", "WezTerm", "ghostty", "kitty"];

/** What is said to the terminal beside the screen. All of it is taken back by `giveBack`. */
export interface TitleAndProgress {
  title(text: string): void;
  /** Share of all downloads, 0 to 1, for the tab or the task bar; undefined takes it away. */
  taskbar(share: number | undefined, failed: boolean): void;
  mouse(on: boolean): void;
  /** A bell, or a message where the terminal is known to show one. */
  notify(text: string, way: "auto" | "bell" | "osc9"): void;
  giveBack(): void;
  /** Says again what was taken back. */
  takeAgain(): void;
}

/** Old terminals show a title's text, and GNU screen cannot give the old one back. */
function hasTitle({ STY, TERM = "" }: Variables): boolean {
  return !STY && TERM !== "" && !/^(dumb|linux|vt\d+|cons25|screen)/.test(TERM);
}

const osc9 = (text: string) => `\u001b]9;${text}\u0007`;
const osc777 = (text: string) => `\u001b]777;notify;cfs;${text}\u0007`;

/** The code for a message, where the terminal is known to show one. */
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
  let isMouseOn = false;
  let isPushed = false;

  function writeTitle(): void {
    if (title === undefined) return;
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
      terminal.write(code === "" ? clearTaskbar : code);
    },
    mouse(on) {
      if (on === isMouseOn) return;
      isMouseOn = on;
      terminal.write(on ? mouseOn : mouseOff);
    },
    notify(text, way) {
      const ways = { auto: knownMessage(variables), osc9, bell: undefined };
      terminal.write(ways[way]?.(oneLine(text)) ?? bell);
    },
    giveBack() {
      const codes = [isMouseOn ? mouseOff : "", bar === "" ? "" : clearTaskbar];
      const given = codes.join("") + (isPushed ? popTitle : "");
      isPushed = false;
      if (given !== "") terminal.write(given);
    },
    takeAgain() {
      writeTitle();
      if (isMouseOn) terminal.write(mouseOn);
    },
  };
}
