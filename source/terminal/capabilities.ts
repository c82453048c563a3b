/** What a kind of terminal can be trusted to do. */
export interface Capabilities {
  /** How rows are moved: by taking lines out and putting lines in, by line feeds at the edges of a region, or not at all. */
  scrolls: "by-lines" | "at-edges" | "never";
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

/** The capabilities of the terminal that `TERM` names; what is not known gets codes of the VT100 only. */
export function capabilitiesOf(term: string | undefined): Capabilities {
  if (term === undefined || term === "" || withoutRegions.test(term)) {
    return { scrolls: "never", hasColumnCode: false, synchronises: false };
  }
  if (modern.test(term)) return { scrolls: "by-lines", hasColumnCode: true, synchronises: true };
  return ofVt102.test(term)
    ? { scrolls: "by-lines", hasColumnCode: true, synchronises: false }
    : { scrolls: "at-edges", hasColumnCode: false, synchronises: false };
}

/** Cells below which a sentence is shown in place of a screen. */
export const smallestScreen = { columns: 40, rows: 10 } as const;
