import type { TransferRequest } from "../transfer/engine.ts";
import type { ListView } from "./list-view.ts";
import type { TextField } from "./text-field.ts";

/** A file to download whose name is taken by another one in the folder. */
export interface TakenName {
  request: TransferRequest;
  /** Bytes of the file that stands there. */
  bytesThere: number;
}

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
  | {
      kind: "taken";
      list: ListView;
      /** Still to be asked about, the first one now. */
      names: readonly TakenName[];
      /** What is downloaded once all is answered. */
      settled: readonly TransferRequest[];
    }
  | { kind: "take-over"; by: "resume" | "form" }
  | { kind: "quit" };
