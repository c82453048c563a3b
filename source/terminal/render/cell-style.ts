/** The style of a cell as a small number; equal styles have equal numbers. */
export type CellStyle = number;

export const plainStyle: CellStyle = 0;

interface Parts {
  flags: number;
  /** SGR parameters, such as "31" or "38;5;12"; empty for the terminal's own colour. */
  ink: string;
  ground: string;
}

/** By place in `flags`: the parameter that turns it on, and the one that turns it off. */
const switches = [
  [1, 22],
  [2, 22],
  [3, 23],
  [4, 24],
  [5, 25],
  [7, 27],
  [8, 28],
  [9, 29],
] as const;
const bold = 1 << 0;
const faint = 1 << 1;
/** Underlined, inverse and struck spaces can be seen; bold ones cannot. */
const seenOnSpaces = (1 << 3) | (1 << 5) | (1 << 7);

const plain: Parts = { flags: 0, ink: "", ground: "" };
const known: Parts[] = [plain];
const numbers = new Map<string, CellStyle>([["0||", plainStyle]]);
const changes = new Map<string, string>();

function partsOf(style: CellStyle): Parts {
  return known[style] ?? plain;
}

function styleOf(parts: Parts): CellStyle {
  const key = `${parts.flags}|${parts.ink}|${parts.ground}`;
  const before = numbers.get(key);
  if (before !== undefined) return before;
  numbers.set(key, known.push(parts) - 1);
  return known.length - 1;
}

/** True where a space of that style shows more than emptiness. */
export function showsOnSpaces(style: CellStyle): boolean {
  const { flags, ground } = partsOf(style);
  return (flags & seenOnSpaces) !== 0 || ground !== "";
}

function isColour(parameter: number, first: number, bright: number): boolean {
  return (
    (parameter >= first && parameter <= first + 7) ||
    (parameter >= bright && parameter <= bright + 7)
  );
}

/** "38;5;n" or "38;2;r;g;b" that begins at `at`, and how many parameters it takes. */
function longColour(parameters: readonly number[], at: number): [text: string, count: number] {
  const count = parameters[at + 1] === 5 ? 3 : 5;
  return [parameters.slice(at, at + count).join(";"), count];
}

function withSwitch(parts: Parts, parameter: number): void {
  switches.forEach(([on, off], place) => {
    if (parameter === on) parts.flags |= 1 << place;
    if (parameter === off) parts.flags &= ~(1 << place);
  });
  if (parameter === 39) parts.ink = "";
  else if (parameter === 49) parts.ground = "";
  else if (isColour(parameter, 30, 90)) parts.ink = String(parameter);
  else if (isColour(parameter, 40, 100)) parts.ground = String(parameter);
}

/** The style after the parameters of one SGR code, as in "1;31"; what is not known changes nothing. */
export function styleAfter(style: CellStyle, sgr: string): CellStyle {
  const parts = { ...partsOf(style) };
  const parameters = sgr.split(";").map(Number);
  for (let at = 0; at < parameters.length; at++) {
    const parameter = parameters[at] ?? 0;
    if (parameter === 0) Object.assign(parts, plain);
    else if (parameter === 38 || parameter === 48) {
      const [text, count] = longColour(parameters, at);
      parts[parameter === 38 ? "ink" : "ground"] = text;
      at += count - 1;
    } else withSwitch(parts, parameter);
  }
  return styleOf(parts);
}

function turnedOn(flags: number): string[] {
  return switches.flatMap(([on], place) => ((flags & (1 << place)) !== 0 ? [String(on)] : []));
}

function stepwise(from: Parts, to: Parts): string[] {
  let lost = from.flags & ~to.flags;
  // Bold and faint are turned off by one code: what is to stay is turned on again.
  if ((lost & (bold | faint)) !== 0) lost |= from.flags & (bold | faint);
  const off = switches.flatMap(([, parameter], place) =>
    (lost & (1 << place)) !== 0 ? [String(parameter)] : [],
  );
  const on = turnedOn(to.flags & ~(from.flags & ~lost));
  const ink = from.ink === to.ink ? [] : [to.ink || "39"];
  const ground = from.ground === to.ground ? [] : [to.ground || "49"];
  return [...new Set(off), ...on, ...ink, ...ground];
}

function afresh({ flags, ground, ink }: Parts): string[] {
  return ["", ...turnedOn(flags), ink, ground].filter((text, index) => index === 0 || text !== "");
}

/** The shortest code that makes one style of another; empty where they are the same. */
export function styleChange(from: CellStyle, to: CellStyle): string {
  if (from === to) return "";
  const key = `${from} ${to}`;
  const before = changes.get(key);
  if (before !== undefined) return before;
  const [step, new_] = [stepwise(partsOf(from), partsOf(to)), afresh(partsOf(to))];
  const parameters = [step.join(";"), new_.join(";")];
  const shortest = parameters.reduce((best, text) => (text.length < best.length ? text : best));
  const code = `\u001b[${shortest}m`;
  changes.set(key, code);
  return code;
}
