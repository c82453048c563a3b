import { isAbort, toAppError } from "../../../base/errors.ts";
import type { FileSet } from "../../../domain/entities.ts";
import { counted, readableBytes } from "../../../domain/readable.ts";
import type { TransferRequest } from "../../../transfer/engine.ts";
import { fits, needsRoomQuestion, roomText } from "../../selectors/download-choices.ts";
import { withStableCursor } from "../../selectors/table.ts";
import { hasEnded } from "../../state/download-phases.ts";
import type { DownloadRoom } from "../../state/overlay.ts";
import { type ListedPlace, placeKey } from "../../state/place.ts";
import { fileSetRow } from "../../state/row.ts";
import type { ActionContext } from "../context.ts";
import type { ListingActions } from "../listings.ts";
import { signInAgain } from "../session.ts";
import { questionsAbout } from "./questions.ts";
import { filesOfSet, requestsFor } from "./set-files.ts";

export type FileSetsPlace = Extract<ListedPlace, { kind: "file-sets" }>;

/** "NAME arrived, 3 files, 54 MB" */
function arrivalText({ name }: FileSet, requests: readonly TransferRequest[]): string {
  const bytes = requests.reduce((sum, { file }) => sum + (file.bytes ?? 0), 0);
  const size = bytes > 0 ? `, ${readableBytes(bytes)}` : "";
  return `${name} arrived, ${counted(requests.length, "file")}${size}`;
}

/** Downloads file sets as they arrive. Nothing is asked, because nobody may be there to answer. */
export function arrivalActions(context: ActionContext, { list }: ListingActions) {
  const { notify, services, store } = context;
  /** Ids of the transfers of each file set; empty if it was not downloaded, which was reported. */
  const queued = new Map<string, readonly string[]>();
  const reported = new Set<string>();
  /** One at a time, so that each sees the space that the one before takes. */
  let turn: Promise<unknown> = Promise.resolve();

  function show(place: FileSetsPlace, fileSet: FileSet): void {
    const state = store.getState();
    const key = placeKey(place);
    const listing = state.listings[key];
    if (listing === undefined) return;
    if (listing.phase === "loading" || listing.phase === "refreshing") {
      void list(place, { again: true });
      return;
    }
    const row = { ...fileSetRow(fileSet), isNew: true };
    const isListed = listing.rows.some(({ id }) => id === row.id);
    const rows = isListed
      ? listing.rows.map((one) => (one.id === row.id ? row : one))
      : [...listing.rows, row];
    const listings = { ...state.listings, [key]: { ...listing, rows } };
    store.setState(withStableCursor(state, place, { listings }));
  }

  /** True if it is too large to be downloaded without an answer; the number of its files does not count. */
  function refused(what: string, room: DownloadRoom): boolean {
    if (!needsRoomQuestion({ ...room, files: 1 })) return false;
    if (fits(room))
      notify("warning", `${what}: not downloaded, because it is large. d downloads it.`);
    else
      notify(
        "error",
        `${what}: not downloaded. ${roomText(room)} o changes the folder, then d downloads it.`,
      );
    return true;
  }

  /** Rejects as the listing of its files does. */
  async function queue(
    place: FileSetsPlace,
    fileSet: FileSet,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { packageName } = place.package;
    const files = await filesOfSet(context, fileSet, packageName, signal);
    const requests = requestsFor(files, store.getState().directory, {
      fileSetName: fileSet.name,
      packageName,
    });
    const what = arrivalText(fileSet, requests);
    const questions = await questionsAbout(context, requests, []);
    signal.throwIfAborted();
    if (questions?.room !== undefined && refused(what, questions.room)) return [];
    notify("note", `${what}: downloading. t shows downloads.`);
    return services.transfers.add(requests);
  }

  function fail(fileSet: FileSet, thrown: unknown): void {
    if (isAbort(thrown)) return;
    const error = toAppError(thrown, `Listing the files of ${fileSet.name}`);
    if (error.kind === "sign-in") signInAgain(context, error);
    else if (!reported.has(fileSet.id)) notify("error", error.message);
    reported.add(fileSet.id);
  }

  /** Undefined while one of them has not ended; true if none failed. */
  function outcome(ids: readonly string[]): boolean | undefined {
    const wanted = new Set(ids);
    const own = services.transfers.snapshot().transfers.filter(({ id }) => wanted.has(id));
    if (!own.every(hasEnded)) return undefined;
    return !own.some(({ state }) => state === "failed");
  }

  function ended(ids: readonly string[], signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const look = () => {
        const result = signal.aborted ? false : outcome(ids);
        if (result === undefined) return;
        unsubscribe();
        signal.removeEventListener("abort", look);
        resolve(result);
      };
      const unsubscribe = services.transfers.subscribe(look);
      signal.addEventListener("abort", look, { once: true });
      look();
    });
  }

  /** True once its files stand, or were cancelled, or were reported as not downloaded. */
  async function arrived(
    place: FileSetsPlace,
    fileSet: FileSet,
    signal: AbortSignal,
  ): Promise<boolean> {
    try {
      if (!queued.has(fileSet.id)) {
        show(place, fileSet);
        const own = turn.then(() => queue(place, fileSet, signal));
        turn = own.catch(() => undefined);
        queued.set(fileSet.id, await own);
      }
      return await ended(queued.get(fileSet.id) ?? [], signal);
    } catch (thrown) {
      fail(fileSet, thrown);
      return false;
    }
  }

  return { arrived };
}

export type ArrivalActions = ReturnType<typeof arrivalActions>;
