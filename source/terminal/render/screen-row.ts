import { cellWidth, graphemes, isPlain } from "../../text/cells.ts";
import { type Look, lookAfter, plainLook, showsOnSpaces } from "./cell-style.ts";

/** One row of the screen, cell by cell. */
export interface CellRow {
  /** What it was read from. */
  readonly source: string;
  /** One character a cell; the second cell of a wide character has none. */
  readonly characters: readonly string[];
  readonly looks: readonly Look[];
  /** Where the last cell that is not empty ends. */
  readonly end: number;
  /** Has characters of two cells, or some that terminals do not agree on: it is written whole or not at all. */
  readonly isDelicate: boolean;
}

const sequence =
  /\u001b\[([0-9;]*)m|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)|\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u001f\u007f]/g;
const sureWide = /^[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]$/u;

/** True where every terminal gives the character the cells that are counted for it here. */
export function isSure(character: string): boolean {
  return isPlain(character) || sureWide.test(character);
}

export function isBlank(row: CellRow, column: number): boolean {
  return row.characters[column] === " " && row.looks[column] === plainLook;
}

class Reading {
  readonly characters: string[] = [];
  readonly looks: Look[] = [];
  isDelicate = false;
  readonly #columns: number;

  constructor(columns: number) {
    this.#columns = columns;
  }

  add(text: string, look: Look): void {
    if (isPlain(text)) for (const character of text) this.#put(character, look);
    else for (const character of graphemes(text)) this.#addCluster(character, look);
  }

  #addCluster(character: string, look: Look): void {
    const cells = cellWidth(character);
    if (cells === 0) return;
    if (cells > 1 || !isSure(character)) this.isDelicate = true;
    const fits = this.characters.length + cells <= this.#columns;
    this.#put(fits ? character : " ", look);
    for (let more = 1; more < cells; more++) this.#put(fits ? "" : " ", look);
  }

  #put(character: string, look: Look): void {
    if (this.characters.length >= this.#columns) return;
    this.characters.push(character);
    this.looks.push(character === " " && !showsOnSpaces(look) ? plainLook : look);
  }

  finish(source: string): CellRow {
    const { characters, isDelicate, looks } = this;
    let end = characters.length;
    while (end > 0 && characters[end - 1] === " " && looks[end - 1] === plainLook) end--;
    while (characters.length < this.#columns) this.#put(" ", plainLook);
    return { source, characters, looks, end, isDelicate };
  }
}

/** The cells of one line of a frame; what has no room in `columns` is left out. */
export function readRow(source: string, columns: number): CellRow {
  const reading = new Reading(columns);
  let look = plainLook;
  let at = 0;
  for (const match of source.matchAll(sequence)) {
    reading.add(source.slice(at, match.index), look);
    const [code, sgr] = match;
    if (sgr !== undefined) look = lookAfter(look, sgr);
    at = match.index + code.length;
  }
  reading.add(source.slice(at), look);
  return reading.finish(source);
}
