import type { TransferRequest } from "../../transfer/engine.ts";
import type { ProfileChoice } from "../services.ts";
import type { ListView } from "./list-view.ts";
import type { TextField } from "./text-field.ts";

export type Overlay =
  | { kind: "help"; field: TextField; isTyping: boolean; list: ListView }
  | { kind: "details"; top: number }
  | { kind: "notices"; top: number }
  | { kind: "palette"; field: TextField; list: ListView }
  | {
      kind: "folder";
      field: TextField;
      problem?: string;
      missing?: string;
      fromSettings: boolean;
    }
  | { kind: "sort"; list: ListView }
  | { kind: "copy"; list: ListView; asksForAddress: boolean }
  | { kind: "settings"; list: ListView }
  /** From the settings, the choice is saved; otherwise it holds until the program ends. */
  | { kind: "limit-rate"; list: ListView; fromSettings: boolean }
  | { kind: "rate"; field: TextField; problem?: string; fromSettings: boolean }
  | { kind: "profiles"; profiles: readonly ProfileChoice[]; list: ListView }
  | { kind: "name-conflict"; list: ListView }
  | { kind: "download-room"; list: ListView }
  | { kind: "open-file"; path: string; list: ListView }
  | { kind: "cancel-downloads"; ids: readonly string[]; list: ListView }
  | { kind: "take-over"; by: "resume" | "form" }
  | { kind: "quit" };

/** Overlays in which a row is chosen. */
export const choosingOverlays = [
  "sort",
  "copy",
  "settings",
  "limit-rate",
  "profiles",
  "name-conflict",
  "download-room",
  "cancel-downloads",
  "open-file",
] as const;

export const overlayTitles: Readonly<Record<Overlay["kind"], string>> = {
  help: "Help",
  details: "Details",
  notices: "Messages",
  sort: "Sort by",
  copy: "Copy",
  settings: "Settings",
  "limit-rate": "Rate limit",
  rate: "Rate limit",
  profiles: "Profiles",
  "name-conflict": "Name taken",
  "download-room": "Download",
  "cancel-downloads": "Cancel",
  "open-file": "Open",
  palette: "Commands",
  folder: "Download folder",
  "take-over": "Take over",
  quit: "Quit",
};

export interface NameConflict {
  request: TransferRequest;
  bytesThere: number;
}

/** Marks that chose the downloads, with the key of their place. */
export interface OrderedMarks {
  key: string;
  marks: ReadonlySet<string>;
}

/** How much is about to be downloaded, and the space for it. */
export interface DownloadRoom {
  directory: string;
  files: number;
  bytes: number;
  /** Without what running downloads still need; undefined if the system does not report it. */
  freeBytes: number | undefined;
}

/** Downloads that wait for an answer, whatever overlay is open. */
export interface DownloadQuestions {
  /** Asked about first; undefined if that is not needed or answered. */
  room?: DownloadRoom | undefined;
  /** Unanswered conflicts; the question on the screen is about the first. */
  names: readonly NameConflict[];
  /** Downloaded once all conflicts are answered. */
  settled: readonly TransferRequest[];
  ordered: readonly OrderedMarks[];
}
