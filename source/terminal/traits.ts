/** What a kind of terminal can be trusted to do. */
export interface Traits {
  /** How rows are moved: by the codes for it, by line feeds at the edges of a region, or not at all. */
  scrolls: "by-code" | "at-edges" | "never";
  /** True where marks around a large update are understood or passed over. */
  synchronises: boolean;
}

const scrollingByCode =
  /^(xterm|tmux|screen|alacritty|foot|rxvt-unicode|kitty|wezterm|ghostty|konsole|gnome|vte|putty|mintty|iterm)/;
const withoutRegions = /^(dumb|unknown|vt52|cons25)/;

/** The traits of the terminal that `TERM` names; what is not known gets codes of the VT100 only. */
export function traitsOf(term: string | undefined): Traits {
  if (term === undefined || term === "" || withoutRegions.test(term)) {
    return { scrolls: "never", synchronises: false };
  }
  return scrollingByCode.test(term)
    ? { scrolls: "by-code", synchronises: true }
    : { scrolls: "at-edges", synchronises: false };
}
