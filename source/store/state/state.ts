import type { Session, SignInPause } from "../../api/service.ts";
import type { AppError } from "../../base/errors.ts";
import { type LimitRate, unlimited } from "../../base/limit-rate.ts";
import type { Settings } from "../../domain/settings.ts";
import type { BlockSet } from "../../text/blocks.ts";
import type { Transfer, TransfersSnapshot } from "../../transfer/engine.ts";
import type { DownloadQuestions, Overlay } from "./overlay.ts";
import type { Place, PlaceListing, PlaceView, TableKind } from "./place.ts";
import type { PreviewSlice } from "./preview.ts";
import { firstSorts, type Sort } from "./sort.ts";
import { type TextField, textField } from "./text-field.ts";
import type { Watches } from "./watch.ts";

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
  /** The service's message, and the field it concerns. */
  problem?: { field?: FieldName; text: string; advice?: string };
}

/** The form has a session if the rows of an expired session are kept for the next sign-in. */
export type SessionPhase =
  | { phase: "resuming"; session?: Session }
  | { phase: "resume-failed"; error: AppError }
  | { phase: "form" | "signing-in"; session?: Session; reason?: string }
  | { phase: "signed-in"; session: Session };

export type SessionSlice = SessionPhase & {
  form: SignInForm;
  pause?: SignInPause;
};

export function knownSession({ session }: Pick<State, "session">): Session | undefined {
  return session.phase === "resume-failed" ? undefined : session.session;
}

export interface BucketSlice {
  field: TextField;
  focus: "field" | "menu";
  highlighted?: string;
  opening?: string;
  problem?: string;
  listed: readonly string[];
  recent: readonly string[];
}

/** What is shown beside the rows. */
export type Pane = "details" | "preview";

export type NoticeLevel = "note" | "warning" | "error";

export interface Notice {
  level: NoticeLevel;
  text: string;
  /** Only a key or an error replaces it. */
  stays?: boolean;
}

interface LoggedNotice extends Omit<Notice, "stays"> {
  atMs: number;
}

/** Bytes per second of all downloads together, one value a second. */
export interface RateHistory {
  /** Seconds from the start of the period to the newest value. */
  newestAt: number;
  values: readonly number[];
}

/** The current or last period without a break, and its length in seconds. */
export interface Activity {
  sinceMs: number;
  seconds: number;
  /** Seconds of the earlier periods. */
  earlierSeconds: number;
  isOver: boolean;
  rates: RateHistory;
  /** The downloads when the period started. */
  before: readonly Transfer[];
}

/** An account that is not shown; its downloads continue. */
export interface OtherAccount {
  profile: string;
  transfers: TransfersSnapshot;
  /** Quitting would interrupt it. */
  isBusy: boolean;
}

export interface State {
  viewport: Viewport;
  /** The characters of bars and strips. */
  blocks: BlockSet;
  /** The service is the embedded sandbox, which ends with the program. */
  demo: boolean;
  /** The current time, to the minute. */
  nowMs: number;
  /** The profile of this account; undefined if only the default one is kept. */
  profile?: string;
  others: readonly OtherAccount[];
  session: SessionSlice;
  bucket: BucketSlice;
  /** From the bucket screen to the current place; never empty. */
  places: readonly Place[];
  /** By place key. */
  listings: Readonly<Record<string, PlaceListing>>;
  /** By place key. */
  views: Readonly<Record<string, PlaceView>>;
  /** By place key. */
  previews: Readonly<Record<string, PreviewSlice>>;
  sorts: Readonly<Record<TableKind, Sort | undefined>>;
  watches: Watches;
  /** The filter of a list, or the search in a preview, while it is typed. */
  filterField?: TextField;
  transfers: TransfersSnapshot;
  /** How fast downloads and previews may be. */
  limitRate: LimitRate;
  /** Ids of the downloads that were cancelled together last. */
  cancelledLast: readonly string[];
  /** Absolute path that downloads go to. */
  directory: string;
  /** The folder that the program was started in. */
  startDirectory: string;
  /** The download folder that the settings pin for every start. */
  pinnedDirectory?: string;
  activity?: Activity;
  /** The running task, such as "Listing the files of 3 file sets". */
  task?: string;
  notice?: Notice;
  /** Oldest first. */
  messages: readonly LoggedNotice[];
  unreadErrors: number;
  settings: Settings;
  overlay?: Overlay;
  downloadQuestions?: DownloadQuestions;
  /** What the user wants beside the rows; until then the width decides. */
  beside?: Pane | "nothing";
  /** The preview beside the rows: that of the row on which the cursor last rested. */
  besideShown?: Extract<Place, { kind: "preview" }>;
  /** waiting: quits when downloads finish; stopping: is quitting. */
  leaving?: "waiting" | "stopping";
  /** A place that the command line or goto named is still to open. */
  openingNamedPlace: boolean;
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

export interface InitialFacts {
  viewport: Viewport;
  blocks: BlockSet;
  demo: boolean;
  nowMs: number;
  profile: string | undefined;
  startDirectory: string;
  pinnedDirectory: string | undefined;
  transfers: TransfersSnapshot;
  limitRate?: LimitRate;
  recent: readonly string[];
  settings: Settings;
}

export function initialState({ limitRate = unlimited, recent, ...facts }: InitialFacts): State {
  const { pinnedDirectory, startDirectory } = facts;
  return {
    ...facts,
    others: [],
    session: { phase: "form", form: emptyForm() },
    bucket: { field: textField(), focus: "field", listed: [], recent },
    places: [{ kind: "bucket" }],
    listings: {},
    views: {},
    previews: {},
    sorts: firstSorts,
    watches: {},
    limitRate,
    cancelledLast: [],
    directory: pinnedDirectory ?? startDirectory,
    messages: [],
    unreadErrors: 0,
    openingNamedPlace: false,
  };
}
