import type { Session, SignInPause } from "../../api/service.ts";
import type { AppError } from "../../base/errors.ts";
import type { Settings } from "../../domain/settings.ts";
import type { Transfer, TransfersSnapshot } from "../../transfer/engine.ts";
import type { NameConflicts, Overlay } from "./overlay.ts";
import type { Place, PlaceListing, PlaceView, TableKind } from "./place.ts";
import type { PreviewSlice } from "./preview.ts";
import { firstSorts, type Sort } from "./sort.ts";
import { type TextField, textField } from "./text-field.ts";

export interface Viewport {
  columns: number;
  rows: number;
}

export type FieldName = "username" | "password" | "appKey" | "clientId" | "clientSecret";

export interface SignInForm {
  /** password: v1, with an app key. client: v2, client credentials. */
  kind: "password" | "client";
  fields: Readonly<Record<FieldName, TextField>>;
  focus: FieldName | "kind";
  /** The service's words, and the field they concern. */
  problem?: { field?: FieldName; text: string; advice?: string };
}

/**
 * How far the sign-in is. The form has a session while the rows of one that ended midway are kept for the
 * next sign-in.
 */
export type SessionPhase =
  | { phase: "resuming"; session?: Session }
  | { phase: "resume-failed"; error: AppError }
  | { phase: "form" | "signing-in"; session?: Session; reason?: string }
  | { phase: "signed-in"; session: Session };

export type SessionSlice = SessionPhase & {
  form: SignInForm;
  /** Why no sign-in is sent for some seconds. */
  pause?: SignInPause;
};

/** The session whose rows may be shown. */
export function knownSession({ session }: Pick<State, "session">): Session | undefined {
  return session.phase === "resume-failed" ? undefined : session.session;
}

export interface BucketSlice {
  field: TextField;
  focus: "field" | "menu";
  highlighted?: string;
  opening?: string;
  /** Why the last name did not open. */
  problem?: string;
  /** What the service lists, once it answered. */
  listed: readonly string[];
  recent: readonly string[];
}

export type NoticeLevel = "note" | "warning" | "error";

export interface Notice {
  level: NoticeLevel;
  text: string;
  /** Nothing but a key or an error takes its place. */
  stays?: boolean;
}

interface LoggedNotice extends Omit<Notice, "stays"> {
  /** Milliseconds since 1970. */
  atMs: number;
}

/** Since when downloads run without a break, or ran the last time, and for how many seconds. */
export interface Activity {
  sinceMs: number;
  seconds: number;
  /** For how many seconds they ran before that. */
  earlierSeconds: number;
  isOver: boolean;
  /** The downloads as they were before it. */
  before: readonly Transfer[];
}

export interface State {
  viewport: Viewport;
  /** True: the service is the embedded sandbox, which ends with the program. */
  demo: boolean;
  /** The time that rows are told by, to the minute. */
  nowMs: number;
  session: SessionSlice;
  bucket: BucketSlice;
  /** The path from the bucket screen to what is shown; never empty. */
  places: readonly Place[];
  /** By place key. */
  listings: Readonly<Record<string, PlaceListing>>;
  /** By place key. */
  views: Readonly<Record<string, PlaceView>>;
  /** By place key. */
  previews: Readonly<Record<string, PreviewSlice>>;
  sorts: Readonly<Record<TableKind, Sort | undefined>>;
  /** The filter while it is being typed. */
  filterField?: TextField;
  transfers: TransfersSnapshot;
  /** Absolute path of the folder that downloads go to. */
  directory: string;
  activity?: Activity;
  /** What is being done for the person meanwhile, in words: "listing the files of 3 file sets". */
  task?: string;
  notice?: Notice;
  /** Every notice so far, the oldest first. */
  messages: readonly LoggedNotice[];
  /** Errors that nobody has read yet. */
  unreadErrors: number;
  settings: Settings;
  overlay?: Overlay;
  nameConflicts?: NameConflicts;
  /** Details stand beside the rows, where there is room for both. */
  detailsBeside: boolean;
  /** waiting: quits when the downloads have ended; stopping: is on its way out. */
  leaving?: "waiting" | "stopping";
}

export function emptyForm(): SignInForm {
  const field = textField();
  return {
    kind: "password",
    fields: {
      username: field,
      password: field,
      appKey: field,
      clientId: field,
      clientSecret: field,
    },
    focus: "username",
  };
}

export interface Beginning {
  viewport: Viewport;
  demo: boolean;
  nowMs: number;
  directory: string;
  transfers: TransfersSnapshot;
  recent: readonly string[];
  settings: Settings;
}

export function initialState({
  viewport,
  demo,
  nowMs,
  directory,
  transfers,
  recent,
  settings,
}: Beginning): State {
  return {
    viewport,
    demo,
    nowMs,
    session: { phase: "form", form: emptyForm() },
    bucket: { field: textField(), focus: "field", listed: [], recent },
    places: [{ kind: "bucket" }],
    listings: {},
    views: {},
    previews: {},
    sorts: firstSorts,
    transfers,
    directory,
    messages: [],
    unreadErrors: 0,
    settings,
    detailsBeside: false,
  };
}
