import type { State } from "../state/state.ts";
import type { TextField } from "../state/text-field.ts";
import { isTooSmall } from "./layout.ts";
import { readyPreview } from "./preview.ts";
import { currentPlace } from "./table.ts";

export type InputTarget =
  | "help"
  | "help-filter"
  | "notices"
  | "sort"
  | "copy"
  | "settings"
  | "limit-rate"
  | "rate"
  | "profiles"
  | "name-conflict"
  | "download-room"
  | "cancel-downloads"
  | "open-file"
  | "details"
  | "palette"
  | "folder"
  | "take-over"
  | "quit"
  | "resuming"
  | "resume-failed"
  | "sign-in"
  | "sign-in-kind"
  | "signing-in"
  | "filter"
  | "search"
  | "bucket-field"
  | "bucket-menu"
  | "packages"
  | "file-sets"
  | "files"
  | "preview"
  | "record"
  | "downloads";

export function inputTarget(state: State): InputTarget {
  const { bucket, filterField, overlay, session } = state;
  if (overlay?.kind === "help" && overlay.isTyping) return "help-filter";
  if (overlay) return overlay.kind;
  if (session.phase === "form") return session.form.focus === "kind" ? "sign-in-kind" : "sign-in";
  if (session.phase !== "signed-in") return session.phase;
  const { kind } = currentPlace(state);
  if (filterField) return kind === "preview" ? "search" : "filter";
  if (kind === "preview") return readyPreview(state)?.tree ? "record" : "preview";
  if (kind !== "bucket") return kind;
  return bucket.focus === "menu" ? "bucket-menu" : "bucket-field";
}

export function activeField(state: State): TextField | undefined {
  const { bucket, filterField, overlay, session } = state;
  switch (inputTarget(state)) {
    case "palette":
    case "folder":
    case "rate":
    case "help-filter":
      return overlay && "field" in overlay ? overlay.field : undefined;
    case "sign-in":
      return session.form.focus === "kind" ? undefined : session.form.fields[session.form.focus];
    case "filter":
    case "search":
      return filterField;
    case "bucket-field":
      return bucket.field;
    default:
      return undefined;
  }
}

/** True on the way to a place that the command line or goto named; keys wait for it. */
export function isOpeningNamedPlace({ openingNamedPlace, overlay, session }: State): boolean {
  const isForm = session.phase === "form" || session.phase === "resume-failed";
  return openingNamedPlace && overlay === undefined && !isForm;
}

/** A question may appear only if no overlay is open and no text is being typed. */
export function canAsk(state: State): boolean {
  const { leaving, overlay, session, viewport } = state;
  if (overlay || leaving === "stopping" || session.phase !== "signed-in") return false;
  return !isTooSmall(viewport) && activeField(state) === undefined;
}
