import { currentPlace, currentRow, viewOf } from "../selectors/table.ts";
import { finishedPath } from "../state/download-phases.ts";
import { atTheTop } from "../state/list-view.ts";
import { isListed, isTable, type ListedPlace, type Place, placeKey } from "../state/place.ts";
import { isPending, type Row } from "../state/row.ts";
import { type ActionContext, changeBucket, changeView } from "./context.ts";
import type { ListingActions } from "./listings.ts";

const pendingReason =
  "PENDING: its publisher is still adding files. It is complete when its status is READY; r refreshes.";

export function placeActions(context: ActionContext, { list, stopListing }: ListingActions) {
  const { notify, store } = context;

  function enter(place: Place): void {
    store.setState(({ places }) => ({ places: [...places, place], filterField: undefined }));
  }

  /** A READY set never changes, so it is listed only once. */
  function isSettled(place: ListedPlace): boolean {
    if (place.kind !== "files" || isPending(place.fileSet)) return false;
    return store.getState().listings[placeKey(place)]?.phase === "complete";
  }

  function openPackage(place: Place, row: Row & { kind: "package" }): void {
    if (place.kind !== "packages") return;
    const next: Place = { kind: "file-sets", bucket: place.bucket, package: row.item };
    enter(next);
    void list(next);
    if (row.item.isEntitled === false) {
      notify("warning", `This account is not entitled to ${row.name}; the service may refuse it.`);
    }
  }

  function openFileSet(place: Place, row: Row & { kind: "file-set" }): void {
    if (place.kind !== "file-sets") return;
    const next: Place = { ...place, kind: "files", fileSet: row.item };
    enter(next);
    if (!isSettled(next)) void list(next);
    if (isPending(row.item)) notify("warning", `This file set is ${pendingReason}`);
  }

  function openSeries({ id, name }: Row): void {
    const state = store.getState();
    const { filter, list, series } = viewOf(state, currentPlace(state));
    if (!series) return;
    const opened = { id, name, before: { filter, list } };
    changeView(context, { series: { ...series, opened }, filter: "", list: atTheTop });
  }

  function toggleFold(groupId: string): void {
    const state = store.getState();
    const folded = new Set(viewOf(state, currentPlace(state)).folded);
    if (!folded.delete(groupId)) folded.add(groupId);
    changeView(context, { folded });
  }

  function open(): void {
    const state = store.getState();
    const row = currentRow(state);
    const place = currentPlace(state);
    const path = row?.kind === "transfer" ? finishedPath(row.item) : undefined;
    if (row?.kind === "package") openPackage(place, row);
    else if (row?.kind === "file-set") openFileSet(place, row);
    else if (row?.kind === "series") openSeries(row);
    else if (row?.kind === "group") toggleFold(row.id);
    else if (path !== undefined)
      store.setState({ overlay: { kind: "open-file", path, list: atTheTop } });
    else if (row) store.setState({ overlay: { kind: "details", top: 0 } });
  }

  function openEntry(row: Row): void {
    const state = store.getState();
    const place = currentPlace(state);
    const { list } = viewOf(state, place);
    if (list.cursorId !== row.id) {
      changeView(context, { list: { cursorId: row.id, index: 0, offset: 0 } });
    }
    if (row.kind === "package") openPackage(place, row);
    else if (row.kind === "file-set") openFileSet(place, row);
  }

  /** Ends the filter first, if one is active, then leaves an opened series. */
  function back(): void {
    const state = store.getState();
    const place = currentPlace(state);
    const { filter, series } = viewOf(state, place);
    if (isTable(place) && filter !== "") {
      changeView(context, { filter: "", endedFilter: filter });
      return;
    }
    if (series?.opened) {
      changeView(context, { ...series.opened.before, series: { before: series.before } });
      return;
    }
    if (place.kind === "bucket") {
      changeBucket(context, { focus: "field" });
      return;
    }
    leave(place);
  }

  function reload(): void {
    const place = currentPlace(store.getState());
    if (isListed(place)) void list(place, { again: true });
  }

  function leave(place: Place): void {
    const state = store.getState();
    if (isListed(place)) stopListing(place);
    store.setState({ places: state.places.slice(0, -1), filterField: undefined });
    if (place.kind === "packages") changeBucket(context, { focus: "field" });
  }

  function showDownloads(): void {
    enter({ kind: "downloads" });
  }

  function leaveDownloads(): void {
    leave(currentPlace(store.getState()));
  }

  function forgetPlaces(): void {
    store.setState({
      places: [{ kind: "bucket" }],
      views: {},
      filterField: undefined,
      overlay: undefined,
      downloadQuestions: undefined,
    });
  }

  return {
    open,
    openEntry,
    back,
    reload,
    showDownloads,
    leaveDownloads,
    enter,
    leavePlace: leave,
    forgetPlaces,
  };
}

export type PlaceActions = ReturnType<typeof placeActions>;
