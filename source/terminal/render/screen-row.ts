import { cellWidth, graphemes, isPlain } from "../../text/cells.ts";

/** An index into the table of styles, so that equal styles have equal numbers. */
export type CellStyle = number;

export const plainStyle: CellStyle = 0;

interface Parts {
  flags: number;
  /** SGR parameters, such as "31" or "38;5;12"; empty for the default colour. */
  ink: string;
  ground: string;
}

/** The parameters that turn each bit of `flags` on and off. */
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
/** Underline, inverse and strikethrough are visible on spaces. */
const seenOnSpaces = (1 << 3) | (1 << 5) | (1 << 7);

const plain: Parts = { flags: 0, ink: "", ground: "" };
const styles: Parts[] = [plain];
const numbers = new Map<string, CellStyle>([["0||", plainStyle]]);
const changes = new Map<string, string>();

function partsOf(style: CellStyle): Parts {
  return styles[style] ?? plain;
}

function styleOf(parts: Parts): CellStyle {
  const key = `${parts.flags}|${parts.ink}|${parts.ground}`;
  const before = numbers.get(key);
  if (before !== undefined) return before;
  numbers.set(key, styles.push(parts) - 1);
  return styles.length - 1;
}

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

/** Parses "38;5;n" or "38;2;r;g;b" at `at`; also returns the number of parameters. */
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

/** Applies SGR parameters such as "1;31" and ignores unknown ones. */
function styleAfter(style: CellStyle, sgr: string): CellStyle {
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
  // One code turns off both bold and faint, so the one to keep is turned on again.
  if ((lost & (bold | faint)) !== 0) lost |= from.flags & (bold | faint);
  const off = switches.flatMap(([, parameter], place) =>
    (lost & (1 << place)) !== 0 ? [String(parameter)] : [],
  );
  const on = turnedOn(to.flags & ~(from.flags & ~lost));
  const ink = from.ink === to.ink ? [] : [to.ink || "39"];
  const ground = from.ground === to.ground ? [] : [to.ground || "49"];
  return [...new Set(off), ...on, ...ink, ...ground];
}

function fromReset({ flags, ground, ink }: Parts): string[] {
  return ["", ...turnedOn(flags), ink, ground].filter((text, index) => index === 0 || text !== "");
}

/** The shortest SGR code from one style to the other; empty if they are equal. */
export function styleChange(from: CellStyle, to: CellStyle): string {
  if (from === to) return "";
  const key = `${from} ${to}`;
  const before = changes.get(key);
  if (before !== undefined) return before;
  const [step, fresh] = [stepwise(partsOf(from), partsOf(to)), fromReset(partsOf(to))];
  const parameters = [step.join(";"), fresh.join(";")];
  const shortest = parameters.reduce((best, text) => (text.length < best.length ? text : best));
  const code = `\u001b[${shortest}m`;
  changes.set(key, code);
  return code;
}

export interface ScreenRow {
  readonly source: string;
  /** One character per cell; the second cell of a wide character is empty. */
  readonly characters: readonly string[];
  readonly styles: readonly CellStyle[];
  /** The column after the last cell that is not blank. */
  readonly end: number;
  /** Contains characters that are wide or of uncertain width, so the row is never written in part. */
  readonly isDelicate: boolean;
}

const sequence =
  /\u001b\[([0-9;]*)m|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u001f\u007f]/g;
const sureWide = /^[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]$/u;

/** True if all terminals agree on the character's width. */
export function isSure(character: string): boolean {
  return isPlain(character) || sureWide.test(character);
}

export function isBlank(row: ScreenRow, column: number): boolean {
  return row.characters[column] === " " && row.styles[column] === plainStyle;
}

class Reading {
  readonly characters: string[] = [];
  readonly styles: CellStyle[] = [];
  isDelicate = false;
  readonly #columns: number;

  constructor(columns: number) {
    this.#columns = columns;
  }

  add(text: string, style: CellStyle): void {
    if (isPlain(text)) for (const character of text) this.#put(character, style);
    else for (const character of graphemes(text)) this.#addCluster(character, style);
  }

  #addCluster(character: string, style: CellStyle): void {
    const cells = cellWidth(character);
    if (cells === 0) return;
    if (cells > 1 || !isSure(character)) this.isDelicate = true;
    const fits = this.characters.length + cells <= this.#columns;
    this.#put(fits ? character : " ", style);
    for (let more = 1; more < cells; more++) this.#put(fits ? "" : " ", style);
  }

  #put(character: string, style: CellStyle): void {
    if (this.characters.length >= this.#columns) return;
    this.characters.push(character);
    this.styles.push(character === " " && !showsOnSpaces(style) ? plainStyle : style);
  }

  finish(source: string): ScreenRow {
    const { characters, isDelicate, styles } = this;
    let end = characters.length;
    while (end > 0 && characters[end - 1] === " " && styles[end - 1] === plainStyle) end--;
    while (characters.length < this.#columns) this.#put(" ", plainStyle);
    return { source, characters, styles, end, isDelicate };
  }
}

/** Cells beyond `columns` are cut off. */
export function readScreenRow(source: string, columns: number): ScreenRow {
  const reading = new Reading(columns);
  let style = plainStyle;
  let at = 0;
  for (const match of source.matchAll(sequence)) {
    reading.add(source.slice(at, match.index), style);
    const [code, sgr] = match;
    if (sgr !== undefined) style = styleAfter(style, sgr);
    at = match.index + code.length;
  }
  reading.add(source.slice(at), style);
  return reading.finish(source);
}
