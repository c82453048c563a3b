import { kindPlace, momentPlace } from "../domain/delivery-name.ts";
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
  /** The bucket and the package that the list belongs to. */
  parents: readonly string[];
  facts: NameFacts;
}

/** A part of a name that may stand in a column of its own. */
export type NamePart = "kind" | "moment";

interface Place {
  start: number;
  end: number;
}

const separator = /[-_. ]/;
const dateCells = 10;

export function nameFacts(names: Iterable<string>): NameFacts {
  let first: string | undefined;
  let [same, longest, count] = [0, 0, 0];
  for (const name of names) {
    count++;
    if (name.length > longest) longest = name.length;
    if (first === undefined) {
      first = name;
      same = name.length;
      continue;
    }
    let at = 0;
    while (at < same && name[at] === first[at]) at++;
    same = at;
  }
  const shared = count > 1 && first !== undefined ? first.slice(0, same) : "";
  return { commonStart: /^.*[-_. ]/.exec(shared)?.[0].length ?? 0, longest };
}

/** Code units at the start of `name` that repeat one of `parents`. */
function parentStart(name: string, parents: readonly string[]): number {
  const starts = parents.flatMap(({ length }, index) => {
    const isStart = name.slice(0, length).toLowerCase() === parents[index]?.toLowerCase();
    const follows = name.slice(length + 1) !== "" && separator.test(name.charAt(length));
    return length > 0 && isStart && follows ? [length + 1] : [];
  });
  return Math.max(0, ...starts);
}

/** Files of a set often differ only in their last words; packages and file sets keep all of their own. */
function ownStart(name: string, { facts, of, parents }: NameList): number {
  const parent = parentStart(name, parents);
  if (of !== "file") return parent > 0 ? parent : facts.commonStart;
  return Math.max(parent, facts.commonStart);
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
  const kept = trimmed.filter((piece) => piece !== "");
  return kept.length > 0 ? kept : [name];
}

function words(piece: string, momentCells: number): string[] {
  const place = momentPlace(piece);
  const split = (text: string) => text.split(/[-_ ]+/).filter((word) => word !== "");
  if (!place) return split(piece);
  const { start, end } = place;
  const moment = piece.slice(start, Math.min(end, start + momentCells));
  return [...split(piece.slice(0, start)), moment, ...split(piece.slice(end))];
}

/** Cuts the time of a file's name first, because its end tells the parts of a delivery apart. */
function fitFile(name: string, width: number): string {
  const place = momentPlace(name);
  if (!place || cellWidth(name) <= width) return truncateMiddle(name, width);
  const [begin, end] = [name.slice(0, place.start), name.slice(place.end)];
  const room = width - cellWidth(`${begin}…${end}`);
  if (room < 0) return truncateMiddle(name, width);
  return `${begin}${name.slice(place.start, place.start + room)}…${end}`;
}

/** Cuts the time of day first, because the date tells the deliveries of a series apart. */
function fitFileSet(name: string, width: number): string {
  const place = momentPlace(name);
  if (!place || cellWidth(name) <= width) return truncateMiddle(name, width);
  const rest = name.slice(place.end);
  const date = name.slice(0, Math.min(place.end, place.start + dateCells));
  return truncateMiddle(rest === "" ? date : `${date}…${rest}`, width);
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
  const start = ownStart(name, list);
  if (list.of === "package") return truncateMiddle(name.slice(start), width);
  const [kind, moment] = [kindPlace(name), momentPlace(name)];
  if (list.of === "file") {
    const isInside = moment && start > moment.start && start < moment.end;
    return fitFile(name.slice(isInside ? moment.start : start), width);
  }
  const first = Math.min(start, kind?.start ?? start, moment?.start ?? start);
  const own = name.slice(first);
  const removed = [
    elsewhere.includes("kind") ? kindPlace(own) : undefined,
    elsewhere.includes("moment") ? momentPlace(own) : undefined,
  ].filter((place) => place !== undefined);
  const pieces = piecesWithout(own, removed);
  for (const momentCells of first > 0 ? [Number.POSITIVE_INFINITY, dateCells] : []) {
    const text = pieces.flatMap((piece) => words(piece, momentCells)).join(" · ");
    if (cellWidth(text) <= width) return text;
  }
  return fitFileSet(pieces.join("…"), width);
}
