import { kindPlace, momentPlace } from "../domain/deliveries/name.ts";
import { cellWidth, truncateMiddle } from "./cells.ts";

/** What the names of a list have in common. */
export interface NameFacts {
  /** Code units of the whole words that all names start with. */
  commonStart: number;
  /** Code units of the longest name. */
  longest: number;
}

/** A list whose names are shortened in the same way, so that they can be compared. */
export interface NameList {
  of: "package" | "file-set" | "file";
  /** Names of the bucket and the package that the list belongs to. */
  bucket?: string | undefined;
  package?: string | undefined;
  facts: NameFacts;
  /** Cells for the moment in each name of a file, so that all are cut at the same place. */
  momentCells?: number | undefined;
}

/** A part of a name that may stand in a column of its own. */
export type NamePart = "kind" | "moment";

interface Place {
  start: number;
  end: number;
}

const separator = /[-_. ]/;
const dateCells = 10;

export function nameFacts(names: readonly string[]): NameFacts {
  let shared = names[0] ?? "";
  let longest = 0;
  for (const name of names) {
    if (name.length > longest) longest = name.length;
    if (!name.startsWith(shared)) shared = shared.slice(0, sameStart(shared, name));
  }
  return { commonStart: names.length > 1 ? commonWords(shared.length, names) : 0, longest };
}

const capitalised = /^\p{Lu}\p{Ll}/u;

/** True after a separator, and if a capital letter starts a word: "EsgPIT" in "EsgPITTopic". */
function startsWord(name: string, at: number): boolean {
  return separator.test(name.charAt(at - 1)) || capitalised.test(name.slice(at, at + 2));
}

/** The most code units, but not more than `shared`, behind which a word starts in all names. */
function commonWords(shared: number, names: readonly string[]): number {
  let end = shared;
  while (end > 0 && !names.every((name) => startsWord(name, end))) end--;
  return end;
}

function sameStart(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/** Code units at the start of `name` that repeat `parent`. */
function parentStart(name: string, parent = ""): number {
  const { length } = parent;
  const isStart = length > 0 && name.slice(0, length).toLowerCase() === parent.toLowerCase();
  const isFollowed = name.length > length + 1 && separator.test(name.charAt(length));
  return isStart && isFollowed ? length + 1 : 0;
}

/** A name without the name of what it belongs to, if it starts with that. */
export function ownName(name: string, parent: string | undefined): string {
  return name.slice(parentStart(name, parent));
}

/**
 * What names in a list of several packages leave out, by package: the package, or what it shares with the packages
 * that begin with the same word, so that their names differ.
 */
export function ownersOf(packages: Iterable<string>): ReadonlyMap<string, string> {
  const alike = new Map<string, string[]>();
  for (const name of new Set(packages)) {
    const [first = ""] = name.split(separator);
    alike.set(first, [...(alike.get(first) ?? []), name]);
  }
  const owners = new Map<string, string>();
  for (const names of alike.values()) {
    const { commonStart } = nameFacts(names);
    for (const name of names) {
      const shared = names.length > 1 ? name.slice(0, commonStart) : name;
      owners.set(name, shared.replace(/[-_. ]+$/, ""));
    }
  }
  return owners;
}

/** `owner` unless nothing but a date would follow it. */
export function ownerBefore(name: string, owner: string | undefined): string | undefined {
  return momentPlace(ownName(name, owner))?.start === 0 ? undefined : owner;
}

/** The pieces of `name` without the `removed` places and the separators beside them. */
function piecesWithout(name: string, removed: readonly Place[]): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of removed.toSorted((one, other) => one.start - other.start)) {
    pieces.push(name.slice(from, start));
    from = Math.max(from, end);
  }
  pieces.push(name.slice(from));
  const trimmed = pieces.map((piece) => piece.replace(/^[-_. ]+|[-_. ]+$/g, ""));
  return trimmed.filter((piece) => piece !== "");
}

function words(piece: string, momentCells: number): string[] {
  const place = momentPlace(piece);
  const split = (text: string) => text.split(/[-_ ]+/).filter((word) => word !== "");
  if (!place) return split(piece);
  const { start, end } = place;
  const moment = piece.slice(start, Math.min(end, start + momentCells));
  return [...split(piece.slice(0, start)), moment, ...split(piece.slice(end))];
}

const leastOwn = 8;

/** Cells that the moment of a file's name can have before an ellipsis; undefined without a moment. */
function momentRoom(name: string, width: number): number | undefined {
  const place = momentPlace(name);
  return place && width - cellWidth(name.slice(0, place.start) + name.slice(place.end)) - 1;
}

/** "11-22" */
const dayCells = 5;
/** "2026-11-22T16:11" */
const minuteCells = 16;

/** The moment to the minute, its date or its day in the year: as much as `cells` cells hold. */
function cutMoment(moment: string, cells: number): string | undefined {
  if (!/^\d{4}-/.test(moment)) return undefined;
  const isTimed = /^T\d{2}\D?\d{2}/.test(moment.slice(dateCells));
  if (isTimed && cells >= minuteCells) return moment.slice(0, minuteCells);
  if (cells >= dateCells) return moment.slice(0, dateCells);
  return cells >= dayCells ? `…${moment.slice(dateCells - dayCells, dateCells)}` : undefined;
}

/** Cuts the moment of a file's name first, because what is before and after it distinguishes files. */
function fitFile(name: string, width: number, mostMoment = Number.POSITIVE_INFINITY): string {
  const place = momentPlace(name);
  const room = momentRoom(name, width);
  if (!place || room === undefined) return truncateMiddle(name, width);
  const moment = name.slice(place.start, place.end);
  const cells = Math.min(room, mostMoment);
  // Without an ellipsis it has one cell more.
  if (moment.length <= cells + 1) return name;
  const [begin, end] = [name.slice(0, place.start), name.slice(place.end)];
  const own = begin.replace(/[-_. ]+$/, "");
  const cut = cutMoment(moment, cells);
  const text = cut && `${cut.startsWith("…") ? own : begin}${cut}…${end}`;
  if (text !== undefined && cellWidth(text) <= width) return text;
  const ownCells = width - cellWidth(`…${end}`);
  return ownCells < leastOwn || own === ""
    ? truncateMiddle(name, width)
    : `${truncateMiddle(own, ownCells)}…${end}`;
}

/** The cells that the moment has in each of these names of files, as far as any of it fits. */
export function sharedMomentCells(
  names: Iterable<{ name: string; width: number; list: NameList }>,
): number | undefined {
  let least: number | undefined;
  for (const { list, name, width } of names) {
    if (list.facts.longest <= width) continue;
    const room = momentRoom(ownFile(name, list), width);
    if (room !== undefined && room >= dayCells) least = Math.min(room, least ?? room);
  }
  return least;
}

/** That list with its names cut at the same place in `width` cells. */
export function cutAlike(list: NameList, names: readonly string[], width: number): NameList {
  if (list.of !== "file") return list;
  const momentCells = sharedMomentCells(names.map((name) => ({ name, width, list })));
  return { ...list, momentCells };
}

/** A name in a message, without its time of day, and without its package unless that leaves only a date. */
export function briefName(name: string, owner: string | undefined): string {
  return withoutTime(ownName(name, ownerBefore(name, owner)));
}

/** A name without its time of day: the date distinguishes the deliveries of a series. */
export function withoutTime(name: string): string {
  const place = momentPlace(name);
  if (!place || place.end - place.start <= dateCells) return name;
  const rest = name.slice(place.end);
  return `${name.slice(0, place.start + dateCells)}${rest === "" ? "" : `…${rest}`}`;
}

function fitFileSet(name: string, width: number): string {
  return truncateMiddle(cellWidth(name) <= width ? name : withoutTime(name), width);
}

/** A name that leaves more of its cells blank has lost too much. */
const leastUsed = 0.75;

/** What distinguishes files follows the date in their names; names of file sets end with it. */
export function fitDated(name: string, width: number): string {
  const place = momentPlace(name);
  if (!place || place.end === name.length) return fitFileSet(name, width);
  const text = fitFile(name, width);
  return cellWidth(text) < width * leastUsed ? truncateMiddle(name, width) : text;
}

function shortFileSet(
  name: string,
  width: number,
  list: NameList,
  elsewhere: readonly NamePart[],
): string {
  const places = { kind: kindPlace(name), moment: momentPlace(name) };
  const first = Math.min(
    places.kind?.start ?? Number.POSITIVE_INFINITY,
    places.moment?.start ?? Number.POSITIVE_INFINITY,
  );
  const ownFrom = (start: number) => name.slice(Math.min(start, first));
  const piecesFrom = (start: number) => {
    const own = ownFrom(start);
    const removed = [
      elsewhere.includes("kind") ? kindPlace(own) : undefined,
      elsewhere.includes("moment") ? momentPlace(own) : undefined,
    ].filter((place) => place !== undefined);
    return piecesWithout(own, removed);
  };
  const inPackage = parentStart(name, list.package);
  if (inPackage > 0) {
    const found = piecesFrom(inPackage);
    const pieces = found.length > 0 ? found : [ownFrom(inPackage)];
    for (const momentCells of [Number.POSITIVE_INFINITY, dateCells]) {
      const text = pieces.flatMap((piece) => words(piece, momentCells)).join(" · ");
      if (cellWidth(text) <= width) return text;
    }
    return fitFileSet(pieces.join("…"), width);
  }
  const inBucket = parentStart(name, list.bucket);
  const shared = piecesFrom(Math.max(inBucket, list.facts.commonStart));
  const pieces = shared.length > 0 ? shared : piecesFrom(inBucket);
  return fitFileSet(pieces.length > 0 ? pieces.join("…") : ownFrom(inBucket), width);
}

/** The name of a file without what it shares with its package and its list, but with a whole moment. */
function ownFile(name: string, list: NameList): string {
  const start = Math.max(parentStart(name, list.package), list.facts.commonStart);
  const moment = momentPlace(name);
  const isInside = moment !== undefined && start > moment.start && start < moment.end;
  return name.slice(isInside ? moment.start : start);
}

/** The widest of these names of file sets, shortened but not cut. */
export function shortenedCells(
  names: readonly string[],
  list: NameList,
  elsewhere: readonly NamePart[],
): number {
  const all = Number.POSITIVE_INFINITY;
  return Math.max(0, ...names.map((name) => cellWidth(shortFileSet(name, all, list, elsewhere))));
}

/**
 * `name` in at most `width` cells. All names of a list are shown whole, or all without what they share with
 * their bucket and package, or with each other. `elsewhere` are the parts that other columns show.
 */
export function fitName(
  name: string,
  width: number,
  list: NameList,
  elsewhere: readonly NamePart[] = [],
): string {
  if (list.facts.longest <= width) return truncateMiddle(name, width);
  if (list.of === "file-set") return shortFileSet(name, width, list, elsewhere);
  if (list.of === "file") return fitFile(ownFile(name, list), width, list.momentCells);
  const start = parentStart(name, list.bucket) || list.facts.commonStart;
  return truncateMiddle(name.slice(start), width);
}
