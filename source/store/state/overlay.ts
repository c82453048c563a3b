import type { TransferRequest } from "../../transfer/engine.ts";
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
  | { kind: "name-conflict"; list: ListView }
  | { kind: "take-over"; by: "resume" | "form" }
  | { kind: "quit" };

/** A file to download whose name is taken by another one in the folder. */
export interface NameConflict {
  request: TransferRequest;
  /** Bytes of the existing file. */
  bytesThere: number;
}

/** The marks that were ordered by, and the key of their place. */
export interface OrderedMarks {
  key: string;
  marks: ReadonlySet<string>;
}

/** Downloads that wait for an answer about their names, whatever overlay is shown meanwhile. */
export interface NameConflicts {
  /** Not yet answered; the first one is asked about now. */
  names: readonly NameConflict[];
  /** Downloaded once all are answered. */
  settled: readonly TransferRequest[];
  /** Restored if nothing is downloaded. */
  ordered: readonly OrderedMarks[];
}
