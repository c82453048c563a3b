import type { Program } from "../store/program.ts";
import type { InputTarget } from "../store/selectors/input-target.ts";
import { screenTitle } from "../store/selectors/messages.ts";
import { currentPlace } from "../store/selectors/table.ts";
import { choosingOverlays } from "../store/state/overlay.ts";
import type { State } from "../store/state/state.ts";

export type Group = "Move" | "List" | "Files" | "Preview" | "Downloads" | "Program" | "Sign in";

/** Why a command is unavailable, as the end of a sentence: "there is no file here". */
export type Reason = string | PassingReason;

interface PassingReason {
  text: string;
  /** What ends it: the cursor on another row, or rows that arrive. */
  until: "next-row" | "loaded";
}

export function reasonText(reason: Reason): string {
  return typeof reason === "string" ? reason : reason.text;
}

/** True if the reason ends so. */
export function lastsUntil(until: PassingReason["until"], reason: Reason | undefined): boolean {
  return typeof reason === "object" && reason.until === until;
}

/** An action of the user. Hints, help, the command palette and documents are generated from these. */
export interface Command {
  id: string;
  group: Group;
  /** One or two words, for the hint line. */
  title: string;
  /** The title while it differs from the usual one. */
  titleNow?(state: State): string | undefined;
  /** Verb and object, five words at most, for help and the command palette. */
  about: string;
  /** What needs more words, for the documents. */
  more?: string;
  keys: readonly string[];
  /** How hints and the command palette show the keys, if they do not show all of them. */
  shown?: string;
  where: readonly InputTarget[];
  /** Input targets where the key is text but the command palette still offers the command. */
  alsoOffered?: readonly InputTarget[];
  /** If it returns false, the key is free for another command or the text field. */
  binds?(state: State): boolean;
  /** Priority in the hint line; commands without one are never hinted. */
  hint?: number;
  /** The priority while it differs from the usual one. */
  hintNow?(state: State): number | undefined;
  /** Leaves the current notice in place. */
  quiet?: boolean;
  /** Hidden from the command palette, because it only makes sense as a key. */
  keyOnly?: boolean;
  /** Returns why the command is unavailable, or undefined if it is available. */
  unavailable?(state: State): Reason | undefined;
  run(program: Program): void;
}

export function currentTitle(state: State, { title, titleNow }: Command): string {
  return titleNow?.(state) ?? title;
}

export function sentenceTitle({ title }: Command): string {
  return title.charAt(0).toUpperCase() + title.slice(1);
}

export const tables: readonly InputTarget[] = ["packages", "file-sets", "files", "downloads"];
export const listed: readonly InputTarget[] = ["packages", "file-sets", "files"];
export const downloadable: readonly InputTarget[] = ["file-sets", "files"];
export const markable: readonly InputTarget[] = [...downloadable, "downloads"];
export const previews: readonly InputTarget[] = ["preview", "record"];
export const letterPlaces: readonly InputTarget[] = [...tables, ...previews, "bucket-menu"];
export const textPlaces: readonly InputTarget[] = [
  "sign-in",
  "bucket-field",
  "filter",
  "search",
  "help-filter",
  "palette",
  "folder",
  "rate",
];
export const everywhere: readonly InputTarget[] = [
  ...letterPlaces,
  ...textPlaces,
  "sign-in-kind",
  "signing-in",
  "resuming",
  "resume-failed",
  "help",
  "details",
  "notices",
  ...choosingOverlays,
  "take-over",
  "quit",
];

export function runCommand(program: Program, command: Command): void {
  const { actions, store } = program;
  if (!command.quiet) actions.clearNotice();
  const reason = command.unavailable?.(store.getState());
  if (reason === undefined) command.run(program);
  else actions.notify("warning", `${sentenceTitle(command)}: ${reasonText(reason)}.`);
}

const screens: readonly [InputTarget, string][] = [
  ["bucket-menu", "the bucket list"],
  ["packages", "Packages"],
  ["file-sets", "File sets"],
  ["files", "Files"],
  ["preview", "Preview"],
  ["downloads", "Downloads"],
];

export function firstScreen({ where }: Command): number {
  return screens.findIndex(([place]) => where.includes(place));
}

/** The list screens that have the command. */
export function screensOf({ where }: Command): string[] {
  return screens.flatMap(([place, name]) => (where.includes(place) ? [name] : []));
}

/** "Cancel is not available in Files. Use it in Downloads." */
export function otherScreenText(state: State, command: Command): string {
  const { kind } = currentPlace(state);
  // A box, or an open record, lies over the place that has the command.
  if (command.where.some((where) => where === kind))
    return `${sentenceTitle(command)}: close this first (Esc).`;
  const screens = screensOf(command);
  const advice =
    screens.length > 0 && screens.length < 3 ? ` Use it in ${screens.join(" or ")}.` : "";
  return `${sentenceTitle(command)} is not available in ${screenTitle(state)}.${advice}`;
}
