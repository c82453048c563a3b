import { createStore, type StoreApi } from "zustand/vanilla";
import type { AppError } from "../base/errors.ts";
import { firstSettings, type Settings } from "../domain/settings.ts";
import type { BlockSet } from "../text/blocks.ts";
import { bucketActions, menuActions } from "./actions/bucket.ts";
import { pathActions } from "./actions/complete-path.ts";
import { followClock } from "./actions/context.ts";
import { copyActions } from "./actions/copy.ts";
import { arrivalActions } from "./actions/downloads/arrivals.ts";
import { cancelActions } from "./actions/downloads/cancelling.ts";
import { downloadActions, queueDownloadsAction } from "./actions/downloads/downloads.ts";
import { diskActions } from "./actions/downloads/on-disk.ts";
import { downloadQuestionActions } from "./actions/downloads/questions.ts";
import { transferActions } from "./actions/downloads/transfers.ts";
import { fileSetViewActions } from "./actions/file-set-views.ts";
import { leavingActions } from "./actions/leaving.ts";
import { listingActions } from "./actions/listings.ts";
import { markActions } from "./actions/marks.ts";
import { levelActions, placeActions } from "./actions/navigate.ts";
import { noticeActions } from "./actions/notices.ts";
import { openFileActions } from "./actions/open-file.ts";
import { openingActions } from "./actions/open-path.ts";
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
import { isListed, placeKey } from "./state/place.ts";
import { initialState, type State, type Viewport } from "./state/state.ts";

export interface ProgramOptions {
  viewport: Viewport;
  blocks?: BlockSet;
  /** Shown in the header. */
  profile?: string | undefined;
  /** The folder that the program was started in. */
  startDirectory: string;
  /** The download folder that the settings pin. */
  pinnedDirectory?: string;
  demo?: boolean;
  bucket?: string;
  package?: string;
  fresh?: boolean;
  settings?: Settings;
  /** For how long a notice is shown at least. */
  noticeMs?: number | undefined;
}

function createActions(store: StoreApi<State>, services: Services, options: ProgramOptions) {
  const context = { store, services };
  const notices = noticeActions(context, options.noticeMs);
  const tasks = taskActions(context);
  const session = sessionActions(context, { onStart, onContinue, onEnd, onPause });
  diskActions(context).followDisk();
  followClock(context);
  const signInAgain = (error: AppError) => session.signInAgain(error);
  const listings = listingActions(context, signInAgain);
  const openFiles = openFileActions(context, notices, (path, file) =>
    previews.previewOnDisk(path, file),
  );
  const places = placeActions(context, listings, notices, openFiles.offerFile);
  const bucket = bucketActions(context, listings, places.enter);
  const transfers = transferActions(context, notices, signInAgain);
  const cancelling = cancelActions(context, notices, transfers.mirror);
  const rows = rowActions(context, notices);
  const copy = copyActions(context, notices, tasks);
  const overlays = overlayActions(context);
  const folder = folderActions(context, notices, () => downloads.offerAgain());
  const limit = limitActions(context, notices, (limitRate) =>
    settings.keepSetting("limitRate", limitRate),
  );
  const settings = settingActions(context, notices, { ...folder, ...limit });
  const profiles = profileActions(context, notices);
  const queueDownloads = queueDownloadsAction(context, notices);
  const { askFolder } = folder;
  const downloadQuestions = downloadQuestionActions(context, notices, queueDownloads, askFolder);
  const downloads = downloadActions(context, {
    notices,
    questions: downloadQuestions,
    queueDownloads,
    signInAgain,
    tasks,
  });
  downloadQuestions.followQuestions();

  const arrivals = arrivalActions(context, notices, listings, signInAgain);
  const watches = watchActions(context, notices, arrivals, signInAgain);

  const { leavePlace } = places;
  const previews = previewActions(context, { leavePlace, notices, signInAgain, tasks });
  const menu = menuActions(context);
  const text = textActions(context, bucket.cancelOpening, previews.typeSearch);
  const first = openingActions(context, { bucket, places, notices });

  function onStart(): void {
    transfers.resumeWaiting();
    void watches.showPaused();
    void bucket.listBuckets();
    if (options.fresh !== true) first.restoreSorts();
    if (options.bucket !== undefined) void first.openNamed(options.bucket, options.package);
    else if (options.fresh !== true) void first.restore();
  }

  function onContinue(): void {
    transfers.resumeWaiting();
    watches.resumeWatches();
    previews.readRefusedAgain();
    const { listings: listed, places: path } = store.getState();
    for (const place of path) {
      if (!isListed(place)) continue;
      const phase = listed[placeKey(place)]?.phase;
      if (phase === undefined || phase === "failed") void listings.list(place, { again: true });
    }
  }

  function onPause(): number {
    return transfers.pauseForSignIn();
  }

  function onEnd(): void {
    tasks.stopTasks();
    void watches.stopWatches();
    bucket.forgetBuckets();
    store.setState({
      places: [{ kind: "bucket" }],
      views: {},
      filterField: undefined,
      overlay: undefined,
      downloadQuestions: undefined,
    });
    listings.forgetListings();
  }

  return {
    ...notices,
    ...tasks,
    ...session,
    ...formActions(context, session.submit),
    ...places,
    ...bucket,
    ...transfers,
    ...cancelling,
    ...rows,
    ...markActions(context, notices, rows.move),
    ...copy,
    ...settings,
    ...profiles,
    ...downloadQuestions,
    ...choiceActions(context, {
      sort: rows.sortBy,
      copy: copy.copyChosen,
      settings: settings.changeSetting,
      "limit-rate": limit.chooseLimit,
      profiles: (name) => void profiles.switchProfile(name),
      "name-conflict": downloadQuestions.answerConflict,
      "download-room": downloadQuestions.answerRoom,
      "cancel-downloads": cancelling.answerCancel,
      "open-file": (id) => void openFiles.openFile(id),
    }),
    ...helpActions(context),
    ...levelActions(context, { leavePlace: places.leavePlace, openNamed: first.openNamed }),
    ...previews,
    ...menu,
    ...fileSetViewActions(context, notices),
    ...downloads,
    toggleWatch: watches.toggleWatch,
    ...leavingActions(context, {
      giveUpSignIn: session.giveUpSignIn,
      rememberVisit: first.rememberVisit,
      tasks,
      watches,
    }),
    ...overlays,
    ...folder,
    ...limit,
    ...text,
    ...pathActions(context, {
      listings,
      notices,
      tasks,
      edit: text.edit,
      focusMenu: menu.focusMenu,
    }),
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
