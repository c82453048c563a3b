import type { Program } from "../store/program.ts";
import type { InputTarget } from "../store/selectors/input-target.ts";
import type { State } from "../store/state/state.ts";

export type Group = "Move" | "List" | "Files" | "Preview" | "Downloads" | "Program" | "Sign in";

/** Something a person can do. Hints, help, commands and documents are made from these. */
export interface Command {
  id: string;
  group: Group;
  /** One or two words, for the line of hints. */
  title: string;
  /** A short sentence, for help and documents. */
  about: string;
  keys: readonly string[];
  /** How the keys are written in hints and in the list of commands, where not all of them need be told. */
  shown?: string;
  where: readonly InputTarget[];
  /** Where the list of commands has it too, though the key is text there. */
  alsoOffered?: readonly InputTarget[];
  /** False: the key is not taken now and goes where text goes. */
  binds?(state: State): boolean;
  /** The higher, the longer it stays in the line of hints; without one it is not there. */
  hint?: number;
  /** Moves only: it leaves a notice standing. */
  quiet?: boolean;
  /** Not offered in the list of commands, because it only makes sense as a key. */
  keyOnly?: boolean;
  /** Why it is not available now; undefined if it is. */
  unavailable?(state: State): string | undefined;
  run(program: Program): void;
}

export function sentenceTitle({ title }: Command): string {
  return title.charAt(0).toUpperCase() + title.slice(1);
}

export const tables: readonly InputTarget[] = ["packages", "file-sets", "files", "downloads"];
/** Tables whose rows come from the service. */
export const listed: readonly InputTarget[] = ["packages", "file-sets", "files"];
export const downloadable: readonly InputTarget[] = ["file-sets", "files"];
export const markable: readonly InputTarget[] = [...downloadable, "downloads"];
/** The beginning of a file: its records, or one of them as a tree. */
export const previews: readonly InputTarget[] = ["preview", "record"];
export const letterPlaces: readonly InputTarget[] = [...tables, ...previews, "bucket-menu"];
export const textPlaces: readonly InputTarget[] = [
  "sign-in",
  "bucket-field",
  "filter",
  "help-filter",
  "palette",
  "folder",
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
  "sort",
  "copy",
  "settings",
  "name-conflict",
  "take-over",
  "quit",
];
