/** What a piece of text is, said by its look. Nothing is told by a hue alone. */
export type Tone =
  | "plain"
  | "muted"
  | "strong"
  | "accent"
  | "good"
  | "warning"
  | "bad"
  | "match"
  | "field"
  | "caret"
  | "selected";

export interface Span {
  text: string;
  tone?: Tone;
}

type Codes = readonly [open: string, close: string];

/**
 * Written as escape codes here, because the usual colour library takes inverse and bold away together
 * with the hues. Attributes are for everyone; hues only where they are wanted.
 */
const attributes: Readonly<Record<Tone, Codes>> = {
  plain: ["", ""],
  muted: ["\u001b[2m", "\u001b[22m"],
  strong: ["\u001b[1m", "\u001b[22m"],
  accent: ["\u001b[1m", "\u001b[22m"],
  good: ["", ""],
  warning: ["\u001b[1m", "\u001b[22m"],
  bad: ["\u001b[1m", "\u001b[22m"],
  match: ["\u001b[4m", "\u001b[24m"],
  field: ["\u001b[4m", "\u001b[24m"],
  caret: ["\u001b[7m", "\u001b[27m"],
  selected: ["\u001b[7m", "\u001b[27m"],
};

const hues: Partial<Record<Tone, Codes>> = {
  accent: ["\u001b[36m", "\u001b[39m"],
  good: ["\u001b[32m", "\u001b[39m"],
  warning: ["\u001b[33m", "\u001b[39m"],
  bad: ["\u001b[31m", "\u001b[39m"],
};

const inverse: Codes = ["\u001b[7m", "\u001b[27m"];

export interface Theme {
  /** The spans as one string with escape codes. */
  paint(spans: readonly Span[]): string;
  /** The same as the row under the cursor. */
  paintCursor(spans: readonly Span[]): string;
}

/** True where hues are wanted: not with NO_COLOR or FORCE_COLOR=0, nor on a terminal without them. */
export function wantsHues(environment: Readonly<Record<string, string | undefined>>): boolean {
  const { FORCE_COLOR, NO_COLOR, TERM } = environment;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  return FORCE_COLOR !== "0" && FORCE_COLOR !== "false" && TERM !== "dumb";
}

function painted(codes: Readonly<Record<Tone, Codes>>, spans: readonly Span[]): string {
  return spans
    .map(({ text, tone = "plain" }) => {
      const [open, close] = codes[tone];
      return text === "" ? "" : `${open}${text}${close}`;
    })
    .join("");
}

export function themeFor(environment: Readonly<Record<string, string | undefined>>): Theme {
  const codes = wantsHues(environment) ? { ...attributes, ...hues } : attributes;
  // Faint text on the inverse row is hard to read, and an inverse caret would vanish there.
  const onCursor = { ...codes, muted: codes.plain, caret: codes.plain, selected: codes.plain };
  return {
    paint: (spans) => painted(codes, spans),
    paintCursor: (spans) => `${inverse[0]}${painted(onCursor, spans)}${inverse[1]}`,
  };
}
