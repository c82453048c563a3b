import type { Variables } from "../base/environment-types.ts";
import type { BlockSet } from "../text/blocks.ts";

export interface Capabilities {
  /** By inserting and deleting lines, by line feeds at the edges of a region, or not at all. */
  scrolls: "by-lines" | "at-edges" | "never";
  /** Supports the code that moves the cursor to a column. */
  hasColumnCode: boolean;
  /** Understands or ignores the marks around a synchronised update. */
  synchronises: boolean;
  /** Supports the code that erases cells in the middle of a row. */
  erasesCells: boolean;
}

const modern =
  /^(xterm|tmux|alacritty|foot|rxvt-unicode|kitty|wezterm|ghostty|konsole|gnome|vte|putty|mintty|iterm)/;
/** GNU screen and the Linux console support only the VT102's codes and the ECMA-48 column code. */
const ofVt102 = /^(screen|linux)/;
const withoutRegions = /^(dumb|unknown|vt52|cons25)/;

/** Unknown terminals get VT100 codes only. */
export function capabilitiesOf(term: string | undefined): Capabilities {
  if (term === undefined || term === "" || withoutRegions.test(term)) {
    return { scrolls: "never", hasColumnCode: false, synchronises: false, erasesCells: false };
  }
  if (modern.test(term)) {
    return { scrolls: "by-lines", hasColumnCode: true, synchronises: true, erasesCells: true };
  }
  return ofVt102.test(term)
    ? { scrolls: "by-lines", hasColumnCode: true, synchronises: false, erasesCells: false }
    : { scrolls: "at-edges", hasColumnCode: false, synchronises: false, erasesCells: false };
}

/** In order of precedence. */
const localeVariables = ["LC_ALL", "LC_CTYPE", "LANG"] as const;

/** "LANG=C.UTF-8", of the variable that decides; undefined if none is set. */
export function localeOf(variables: Variables): string | undefined {
  const name = localeVariables.find((one) => variables[one]);
  return name && `${name}=${variables[name]}`;
}

export function isUtf8(variables: Variables): boolean {
  return process.platform === "win32" || /utf-?8/i.test(localeOf(variables) ?? "");
}

/** The fonts of text consoles have few block characters. */
const withoutBlocks = /^(linux|dumb|unknown|vt\d+|cons25)?$/;

export function blocksOf(variables: Variables): BlockSet {
  const hasFont = !withoutBlocks.test(variables["TERM"] ?? "");
  return hasFont && isUtf8(variables) ? "unicode" : "ascii";
}

/** Smaller terminals show a sentence instead of a screen. */
export const smallestScreen = { columns: 40, rows: 10 } as const;
