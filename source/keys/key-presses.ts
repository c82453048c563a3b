/** `text` is what the key types, if anything. */
export interface KeyPress {
  /** "a", "A", "/", "space", "enter", "up", "ctrl-u", …; "nameless" for keys without a name here, such as F5. */
  name: string;
  text?: string;
}

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

/** Escape sequences without a name here, and arrows whose Esc arrived alone; no letter in them is a key. */
const sequence = /^(?:\[[\x30-\x3f]*[A-Za-z~^$@]|O[A-DFHP-S])$/;

/** An arrow or numbered sequence with other keys behind it in the same packet. */
const leading = /^\[(?:[A-DFH]|\d+~)(?=.)/s;

/** Unnamed keys send these sequences, and users never type them. */
const unnamed = /^\[[\d;]+~$/;

/** Input this soon after a lone Esc may be the rest of a key that a slow link split. */
const restMs = 1_000;

const withoutAlt: readonly (string | undefined)[] = ["enter", "escape", "tab"];

/** Splits an input event, because a slow link packs several keys into one; Esc before a character is two keys. */
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
