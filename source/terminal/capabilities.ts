/** What a kind of terminal can be trusted to do. */
export interface Traits {
  /** How rows are moved: by taking lines out and putting lines in, by line feeds at the edges of a region, or not at all. */
  moves: "by-lines" | "at-edges" | "never";
  /** True where one code leads the cursor to a column of its row. */
  hasColumnCode: boolean;
  /** True where marks around a large update are understood or passed over. */
  synchronises: boolean;
}

const modern =
  /^(xterm|tmux|alacritty|foot|rxvt-unicode|kitty|wezterm|ghostty|konsole|gnome|vte|putty|mintty|iterm)/;
/** GNU screen and the Linux console: all of the VT102 and ECMA-48's columns, and nothing younger. */
const ofVt102 = /^(screen|linux)/;
const withoutRegions = /^(dumb|unknown|vt52|cons25)/;

/** The traits of the terminal that `TERM` names; what is not known gets codes of the VT100 only. */
export function traitsOf(term: string | undefined): Traits {
  if (term === undefined || term === "" || withoutRegions.test(term)) {
    return { moves: "never", hasColumnCode: false, synchronises: false };
  }
  if (modern.test(term)) return { moves: "by-lines", hasColumnCode: true, synchronises: true };
  return ofVt102.test(term)
    ? { moves: "by-lines", hasColumnCode: true, synchronises: false }
    : { moves: "at-edges", hasColumnCode: false, synchronises: false };
}

/** Cells below which a sentence is shown in place of a screen. */
export const smallestScreen = { columns: 40, rows: 10 } as const;
