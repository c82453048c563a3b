import { fuzzyMatch } from "../../domain/fuzzy.ts";
import { parsePlacePath } from "../../domain/visit.ts";
import { meantPath } from "../../store/selectors/bucket-menu.ts";
import { overlayRows } from "../../store/selectors/layout.ts";
import { type Rows, rowsOfIds } from "../../store/state/list-view.ts";
import type { State } from "../../store/state/state.ts";
import type { Command } from "../command.ts";
import { shownKeys } from "../keymap.ts";
import { registry } from "../registry.ts";
import { targetBeneath } from "./help.ts";

function typedIn({ overlay }: State): string {
  return overlay?.kind === "palette" ? overlay.field.text : "";
}

/** "bulk-ESG/Package" of "goto bulk-ESG/Package", once a bucket is typed. */
export function gotoPath(state: State): string | undefined {
  const text = /^\s*goto\s+(\S.*)$/i.exec(typedIn(state))?.[1];
  return text === undefined || parsePlacePath(text).bucket === "" ? undefined : text;
}

/** "goto " in front of a path that may still be empty. */
export function gotoLead(state: State): string | undefined {
  return /^\s*goto\s+/i.exec(typedIn(state))?.[0];
}

/** Ranks title matches above matches in the description; undefined means no match. */
function scoreOf(words: readonly string[], { about, title }: Command): number | undefined {
  let sum = 0;
  for (const word of words) {
    const inTitle = fuzzyMatch(word, title.toLowerCase());
    const inAbout = about.toLowerCase().includes(word) ? 4_000 : undefined;
    const score = Math.max(inTitle?.score ?? 0, inAbout ?? 0);
    if (score === 0) return undefined;
    sum += score;
  }
  return sum;
}

/** The matching commands that can run here, best first. */
export function paletteCommands(state: State): Command[] {
  const where = targetBeneath(state);
  const path = gotoPath(state);
  if (path !== undefined) {
    const goto = registry.filter(({ id }) => id === "goto");
    return goto.map((command) => ({ ...command, about: `Open ${meantPath(state.bucket, path)}` }));
  }
  const words = typedIn(state)
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const offered = registry.filter(
    ({ alsoOffered, keyOnly, where: places }) =>
      !keyOnly && (places.includes(where) || alsoOffered?.includes(where)),
  );
  return offered
    .flatMap((command) => {
      const score = scoreOf(words, command);
      return score === undefined ? [] : [{ command, score }];
    })
    .sort((left, right) => right.score - left.score)
    .map(({ command }) => command);
}

/** Empty if the keys type text on the screen below. */
export function paletteKeys(state: State, command: Command): string {
  return command.where.includes(targetBeneath(state)) ? shownKeys(state, command) : "";
}

export function paletteRows(state: State): Rows {
  return rowsOfIds(paletteCommands(state).map(({ id }) => id));
}

/** The field and a blank line. */
export const linesAbovePalette = 2;

export function paletteHeight(state: State): number {
  return Math.max(1, overlayRows(state) - linesAbovePalette);
}
