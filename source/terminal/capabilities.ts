export interface Capabilities {
  /** By inserting and deleting lines, by line feeds at the edges of a region, or not at all. */
  scrolls: "by-lines" | "at-edges" | "never";
  /** Supports the code that moves the cursor to a column. */
  hasColumnCode: boolean;
  /** Understands or ignores the marks around a synchronised update. */
  synchronises: boolean;
}

const modern =
  /^(xterm|tmux|alacritty|foot|rxvt-unicode|kitty|wezterm|ghostty|konsole|gnome|vte|putty|mintty|iterm)/;
/** GNU screen and the Linux console support only the VT102's codes and the ECMA-48 column code. */
const ofVt102 = /^(screen|linux)/;
const withoutRegions = /^(dumb|unknown|vt52|cons25)/;

/** Unknown terminals get VT100 codes only. */
export function capabilitiesOf(term: string | undefined): Capabilities {
  if (term === undefined || term === "" || withoutRegions.test(term)) {
    return { scrolls: "never", hasColumnCode: false, synchronises: false };
  }
  if (modern.test(term)) return { scrolls: "by-lines", hasColumnCode: true, synchronises: true };
  return ofVt102.test(term)
    ? { scrolls: "by-lines", hasColumnCode: true, synchronises: false }
    : { scrolls: "at-edges", hasColumnCode: false, synchronises: false };
}

/** Smaller terminals show a sentence instead of a screen. */
export const smallestScreen = { columns: 40, rows: 10 } as const;
