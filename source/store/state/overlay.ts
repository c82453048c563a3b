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
