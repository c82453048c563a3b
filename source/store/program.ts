import { createStore, type StoreApi } from "zustand/vanilla";
import { firstSettings, type Settings } from "../domain/settings.ts";
import type { BlockSet } from "../text/blocks.ts";
import { bucketActions, menuActions } from "./actions/bucket.ts";
import { pathActions } from "./actions/complete-path.ts";
import { followClock } from "./actions/context.ts";
import { copyActions } from "./actions/copy.ts";
import { arrivalActions } from "./actions/downloads/arrivals.ts";
import { cancelActions } from "./actions/downloads/cancelling.ts";
import { downloadActions } from "./actions/downloads/downloads.ts";
import { followDisk } from "./actions/downloads/on-disk.ts";
import { downloadQuestionActions } from "./actions/downloads/questions.ts";
import { transferActions } from "./actions/downloads/transfers.ts";
import { fileSetViewActions } from "./actions/file-set-views.ts";
import { leavingActions } from "./actions/leaving.ts";
import { listingActions } from "./actions/listings.ts";
import { markActions } from "./actions/marks.ts";
import { placeActions } from "./actions/navigate.ts";
import { noticeActions } from "./actions/notices.ts";
import { openFileActions } from "./actions/open-file.ts";
import { type FirstPlace, openingActions } from "./actions/open-path.ts";
import { choiceActions, helpActions, overlayActions } from "./actions/overlays.ts";
import { previewActions } from "./actions/preview/previews.ts";
import { profileActions } from "./actions/profiles.ts";
import { rowActions } from "./actions/rows.ts";
import { formActions, sessionActions } from "./actions/session.ts";
import { folderActions, limitActions, settingActions } from "./actions/settings.ts";
import { taskActions } from "./actions/tasks.ts";
import { textActions } from "./actions/text.ts";
import { watchActions } from "./actions/watches.ts";
import type { Services } from "./services.ts";
import { initialState, type State, type Viewport } from "./state/state.ts";

export interface ProgramOptions extends FirstPlace {
  viewport: Viewport;
  blocks?: BlockSet;
  /** Shown in the header. */
  profile?: string | undefined;
  /** The folder that the program was started in. */
  startDirectory: string;
  /** The download folder that the settings pin. */
  pinnedDirectory?: string;
  demo?: boolean;
  settings?: Settings;
  /** For how long a notice is shown at least. */
  noticeMs?: number | undefined;
}

function createActions(store: StoreApi<State>, services: Services, options: ProgramOptions) {
  const notices = noticeActions({ store, services }, options.noticeMs);
  const tasks = taskActions({ store, services });
  const context = { store, services, notify: notices.notify, runTask: tasks.runTask };
  followDisk(context);
  followClock(context);
  const overlays = overlayActions(context);
  const listings = listingActions(context);
  const places = placeActions(context, listings);
  const bucket = bucketActions(context, listings, places);
  const menu = menuActions(context);
  const opening = openingActions(context, bucket, places);
  const transfers = transferActions(context);
  const cancelling = cancelActions(context, transfers);
  const questions = downloadQuestionActions(context, overlays);
  const downloads = downloadActions(context, questions);
  const watches = watchActions(context, arrivalActions(context, listings));
  const previews = previewActions(context, places);
  const openFiles = openFileActions(context, previews);
  const rows = rowActions(context);
  const text = textActions(context, bucket, previews);
  const copy = copyActions(context);
  const settings = settingActions(context, overlays);
  const limit = limitActions(context, settings);
  const profiles = profileActions(context);
  const session = sessionActions(context, {
    onStart() {
      transfers.resumeWaiting();
      void watches.showPaused();
      void bucket.listBuckets();
      opening.openFirst(options);
    },
    onContinue() {
      transfers.resumeWaiting();
      watches.resumeWatches();
      previews.readRefusedAgain();
      listings.listUnlisted();
    },
    onEnd() {
      tasks.stopTasks();
      void watches.stopWatches();
      bucket.forgetBuckets();
      places.forgetPlaces();
      listings.forgetListings();
    },
    onPause: transfers.pauseForSignIn,
  });

  return {
    ...notices,
    ...tasks,
    ...session,
    ...formActions(context, session),
    ...places,
    ...bucket,
    ...transfers,
    ...cancelling,
    ...rows,
    ...markActions(context, rows),
    ...copy,
    ...settings,
    ...profiles,
    ...questions,
    ...choiceActions(context, {
      sort: rows.sortBy,
      copy: copy.copyChosen,
      settings: settings.changeSetting,
      "limit-rate": limit.chooseLimit,
      profiles: (name) => void profiles.switchProfile(name),
      "name-conflict": questions.answerConflict,
      "download-room": questions.answerRoom,
      "cancel-downloads": cancelling.answerCancel,
      "open-file": (id) => void openFiles.openFile(id),
    }),
    ...helpActions(context),
    ...opening,
    ...previews,
    ...menu,
    ...fileSetViewActions(context),
    ...downloads,
    toggleWatch: watches.toggleWatch,
    ...leavingActions(context, { opening, session, tasks, watches }),
    ...overlays,
    ...folderActions(context, downloads),
    ...limit,
    ...text,
    ...pathActions(context, listings, text, menu),
    suspend: () => services.suspend(),
    redraw: () => services.redraw(),
  };
}

type Actions = ReturnType<typeof createActions>;

export type ReadonlyStore<State> = Pick<
  StoreApi<State>,
  "getState" | "getInitialState" | "subscribe"
>;

export interface Program {
  readonly store: ReadonlyStore<State>;
  readonly actions: Actions;
}

export interface OwnProgram extends Program {
  readonly store: StoreApi<State>;
}

export function createProgram(services: Services, options: ProgramOptions): OwnProgram {
  const store = createStore<State>()(() => ({
    ...initialState({
      viewport: options.viewport,
      blocks: options.blocks ?? "ascii",
      demo: options.demo ?? false,
      nowMs: services.nowMs(),
      profile: options.profile,
      startDirectory: options.startDirectory,
      pinnedDirectory: options.pinnedDirectory,
      transfers: services.transfers.snapshot(),
      limitRate: services.bandwidth.limitRate,
      recent: services.preferences.recentBuckets(),
      settings: options.settings ?? firstSettings,
    }),
    openingNamedPlace: options.bucket !== undefined,
  }));
  return { store, actions: createActions(store, services, options) };
}
