import { cellWidth, graphemes, isPlain } from "../../text/cells.ts";
import { type CellStyle, plainStyle, showsOnSpaces, styleAfter } from "./cell-style.ts";

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
