/** One key. `text` is what it writes, where it writes something. */
export interface KeyPress {
  /** "a", "A", "/", "space", "enter", "up", "ctrl-u", …; "nameless" for a key that has no name here: F5, Insert. */
  name: string;
  text?: string;
}

/** The flags that Ink tells of a key, as far as they matter here. */
export interface KeyFlags {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly meta: boolean;
}

const named: readonly [keyof KeyFlags, string][] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["leftArrow", "left"],
  ["rightArrow", "right"],
  ["pageUp", "pageup"],
  ["pageDown", "pagedown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["escape", "escape"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "delete"],
];

let segmenter: Intl.Segmenter | undefined;

function character(text: string): KeyPress | undefined {
  if (text === "\r" || text === "\n" || text === "\r\n") return { name: "enter" };
  if (text === "\t") return { name: "tab" };
  if (text === " ") return { name: "space", text };
  const code = text.charCodeAt(0);
  if (code >= 1 && code <= 26) return { name: `ctrl-${String.fromCharCode(code + 96)}` };
  if (code < 32 || code === 127) return undefined;
  return { name: text, text };
}

function namedKey(flags: KeyFlags): string | undefined {
  const name = named.find(([flag]) => flags[flag])?.[1];
  if (name === "tab" && flags.shift) return "shift-tab";
  if (flags.shift && (name === "left" || name === "right")) return `shift-${name}`;
  if (flags.ctrl && (name === "left" || name === "right")) return `ctrl-${name}`;
  if (flags.meta && name === "backspace") return "alt-backspace";
  return name;
}

/**
 * What a key without a name here sends, or an arrow whose Esc came alone on a slow link leaves: no letter
 * of it may be taken for a key. Where text is written it may be text all the same.
 */
const sequence = /^(?:\[[\x30-\x3f]*[A-Za-z~^$@]|O[A-DFHP-S])$/;

/** The same of an arrow, or of a key that sends a number, with other keys behind it in one packet. */
const leading = /^\[(?:[A-DFH]|\d+~)(?=.)/s;

/** What keys that have no name here send, and nobody types. */
const unnamed = /^\[[\d;]+~$/;

/** What comes within this time behind a lone Esc may be the rest of a key that a slow link cut in two. */
const restMs = 1_000;

const withoutAlt: readonly (string | undefined)[] = ["enter", "escape", "tab"];

/**
 * The keys of one input event. A slow link packs several keys into one event: what is no single special
 * key is walked character by character, so that "abc" and Enter in one packet are four keys. Esc with a
 * character behind it in one packet looks like Alt; no key here is with Alt, so it is taken as two.
 * `followsEscape`: what may be the rest of a cut key is no text either.
 */
export function keyPresses(input: string, flags: KeyFlags, followsEscape = false): KeyPress[] {
  const name = namedKey(flags);
  if (name === undefined && input === "") return [{ name: "nameless" }];
  const isTwo = flags.meta && (name === undefined || withoutAlt.includes(name));
  const first: KeyPress[] = isTwo ? [{ name: "escape" }] : [];
  if (name !== undefined) return [...first, { name }];
  if (sequence.test(input)) {
    if (unnamed.test(input) && !followsEscape) return [{ name: "nameless" }];
    const isKey = followsEscape || flags.meta || flags.shift;
    return [isKey ? { name: "sequence" } : { name: "sequence", text: input }];
  }
  if (flags.ctrl) return [...first, { name: `ctrl-${input === " " ? "space" : input}` }];
  const text = leading.exec(input)?.[0] ?? "";
  if (text !== "") first.push(followsEscape ? { name: "sequence" } : { name: "sequence", text });
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  const rest = segmenter.segment(input.slice(text.length));
  const presses = Array.from(rest, ({ segment }) => character(segment));
  return [...first, ...presses.filter((press) => press !== undefined)];
}

/** `keyPresses` for the events of one keyboard, in the order in which they come. */
export function keyReader(nowMs: () => number): (input: string, flags: KeyFlags) => KeyPress[] {
  let escapedAtMs = Number.NEGATIVE_INFINITY;
  return (input, flags) => {
    const followsEscape = nowMs() - escapedAtMs < restMs;
    const presses = keyPresses(input, flags, followsEscape);
    const isEscape = presses.at(-1)?.name === "escape";
    escapedAtMs = isEscape ? nowMs() : Number.NEGATIVE_INFINITY;
    return presses;
  };
}
