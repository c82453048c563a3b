import type { TransferRequest } from "../../transfer/engine.ts";
import type { ListView } from "./list-view.ts";
import type { TextField } from "./text-field.ts";

/** What lies over the screen. */
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
  /** Bytes of the file that stands there. */
  bytesThere: number;
}

/** The marks that were ordered by, and the key of their place. */
export interface OrderedMarks {
  key: string;
  marks: ReadonlySet<string>;
}

/** What was ordered and waits for an answer, whatever lies over the screen meanwhile. */
export interface NameConflicts {
  /** Still to be asked about, the first one now. */
  names: readonly NameConflict[];
  /** What is downloaded once all is answered. */
  settled: readonly TransferRequest[];
  /** Given back where nothing is downloaded. */
  ordered: readonly OrderedMarks[];
}
