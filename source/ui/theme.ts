import type { Settings } from "../domain/settings.ts";

/** No tone depends on colour alone. */
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

/** Escape codes, because common colour libraries drop inverse and bold along with colours. */
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

type Hues = Partial<Record<Tone, Codes>>;
type ThemeName = Settings["theme"];

const hue = (code: number): Codes => [`\u001b[${code}m`, "\u001b[39m"];
const boldHue = (code: number): Codes => [`\u001b[1;${code}m`, "\u001b[22;39m"];

/** Yellow and cyan are hard to read on white. */
const themes: Readonly<Record<ThemeName, Hues>> = {
  dark: { accent: hue(36), good: hue(32), warning: hue(33), bad: hue(31) },
  light: { accent: hue(34), good: hue(32), warning: hue(35), bad: hue(31) },
  none: {},
  "high-contrast": {
    muted: ["", ""],
    accent: boldHue(96),
    good: boldHue(92),
    warning: boldHue(93),
    bad: boldHue(91),
    match: ["\u001b[1;4m", "\u001b[22;24m"],
  },
};

const inverse: Codes = ["\u001b[7m", "\u001b[27m"];
const boldInverse: Codes = ["\u001b[1;7m", "\u001b[22;27m"];

export interface Theme {
  paint(spans: readonly Span[]): string;
  /** Paints the row under the cursor. */
  paintCursor(spans: readonly Span[]): string;
}

function painted(codes: Readonly<Record<Tone, Codes>>, spans: readonly Span[]): string {
  return spans
    .map(({ text, tone = "plain" }) => {
      const [open, close] = codes[tone];
      return text === "" ? "" : `${open}${text}${close}`;
    })
    .join("");
}

function createTheme(name: ThemeName): Theme {
  const codes = { ...attributes, ...themes[name] };
  const rowCodes = { ...attributes, ...uniform };
  const [open, close] = name === "high-contrast" ? boldInverse : inverse;
  return {
    paint: (spans) => painted(codes, spans),
    paintCursor: (spans) => `${open}${painted(rowCodes, spans)}${close}`,
  };
}

const plain: Codes = ["", ""];
/** On the inverse row a hue would be a block of colour, faint text hard to read, and a caret unseen. */
const uniform: Readonly<Hues> = {
  muted: plain,
  strong: plain,
  accent: plain,
  good: plain,
  warning: plain,
  bad: plain,
  caret: plain,
  selected: plain,
};

const made = new Map<ThemeName, Theme>();

export function themeNamed(name: ThemeName): Theme {
  const theme = made.get(name) ?? createTheme(name);
  made.set(name, theme);
  return theme;
}
