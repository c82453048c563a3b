import { counted } from "../../domain/readable.ts";
import { parsePlacePath, type Visit } from "../../domain/visit.ts";
import { meantBucket } from "../selectors/bucket-menu.ts";
import { allRows, currentPlace, viewOf } from "../selectors/table.ts";
import { visitedSorts, visitedViews, visitOf, visitor } from "../selectors/visit.ts";
import { isListed, type PathLevel, placeKey } from "../state/place.ts";
import type { Row } from "../state/row.ts";
import type { State } from "../state/state.ts";
import { textField } from "../state/text-field.ts";
import type { BucketActions } from "./bucket.ts";
import { type ActionContext, changeBucket, changeView } from "./context.ts";
import type { PlaceActions } from "./navigate.ts";

/** What is shown first. */
export interface FirstPlace {
  bucket?: string;
  package?: string;
  /** Nothing of the last visit is restored. */
  fresh?: boolean;
}

function someOf(rows: readonly Row[], singular: string): string {
  const names = rows.slice(0, 3).map(({ name }) => name);
  const more = rows.length > names.length ? ", …" : "";
  return `There ${rows.length === 1 ? "is" : "are"} ${counted(rows.length, singular)}: ${names.join(", ")}${more}`;
}

/** Opens a path level by level, from the command line or the last visit. */
export function openingActions(
  context: ActionContext,
  bucket: BucketActions,
  places: PlaceActions,
) {
  const { notify, services, store } = context;

  function when(wanted: (state: State) => boolean): Promise<State> {
    return new Promise((resolve) => {
      if (wanted(store.getState())) return resolve(store.getState());
      const unsubscribe = store.subscribe((state) => {
        if (!wanted(state)) return;
        unsubscribe();
        resolve(state);
      });
    });
  }

  /** Resolves with the row, undefined if the place lacks it, or "left" if the user has moved elsewhere. */
  async function awaited(
    kind: "packages" | "file-sets",
    isWanted: (row: Row) => boolean,
  ): Promise<Row | "left" | undefined> {
    const begin = store.getState();
    const place = currentPlace(begin);
    if (place.kind !== kind) return "left";
    const found = (state: State) => allRows(state, place).find(isWanted);
    const isLeft = (state: State) =>
      currentPlace(state) !== place ||
      viewOf(state, place).list.cursorId !== viewOf(begin, place).list.cursorId;
    const isOver = (state: State) => {
      const phase = state.listings[placeKey(place)]?.phase;
      return phase === "complete" || phase === "failed";
    };
    const end = await when((state) => isLeft(state) || isOver(state) || found(state) !== undefined);
    return isLeft(end) ? "left" : found(end);
  }

  /** Resolves with false if the bucket did not open; the path stays in the field so that Enter retries it. */
  async function openBucket(name: string, wanted?: string): Promise<boolean> {
    const path = wanted === undefined ? name : `${name}/${wanted}`;
    changeBucket(context, { field: textField(path, true), focus: "field" });
    void bucket.openBucket(name);
    const end = await when(
      (state) => currentPlace(state).kind !== "bucket" || state.bucket.opening === undefined,
    );
    return currentPlace(end).kind === "packages";
  }

  /** Opens the package if only one matches; otherwise filters for the user to choose. */
  function openAlike(alike: readonly Row[], wanted: string): void {
    const [first] = alike;
    if (first?.kind === "package" && alike.length === 1) {
      places.openEntry(first);
      notify("note", `The only package with "${wanted}" in its name.`);
      return;
    }
    changeView(context, { filter: wanted });
    const count = counted(alike.length, "package");
    notify("note", `No package is called "${wanted}"; ${count} contain it in their names.`);
  }

  /** Opens a bucket from the first screen, and in it the package with that id or name. */
  async function openNamed(name: string, wanted: string | undefined): Promise<void> {
    store.setState({ openingNamedPlace: true });
    await openPath(name, wanted);
    await firstRows();
    store.setState({ openingNamedPlace: false });
  }

  /** Resolves when the current place has rows, or will have none. */
  async function firstRows(): Promise<void> {
    const place = currentPlace(store.getState());
    if (!isListed(place)) return;
    await when((state) => {
      const listing = state.listings[placeKey(place)];
      return (
        currentPlace(state) !== place || listing?.phase !== "loading" || listing.rows.length > 0
      );
    });
  }

  async function openPath(name: string, wanted: string | undefined): Promise<void> {
    if (!(await openBucket(name, wanted)) || wanted === undefined) return;
    const isWanted = (row: Row) =>
      row.id === wanted || row.name.toLowerCase() === wanted.toLowerCase();
    const found = await awaited("packages", isWanted);
    if (found === "left") return;
    if (found?.kind === "package") return places.openEntry(found);
    const place = currentPlace(store.getState());
    const rows = allRows(store.getState(), place);
    if (!isListed(place) || store.getState().listings[placeKey(place)]?.phase === "failed") return;
    const alike = rows.filter((row) => row.name.toLowerCase().includes(wanted.toLowerCase()));
    if (alike.length > 0) return openAlike(alike, wanted);
    const there = someOf(rows, "package");
    notify("warning", `There is no package "${wanted}" in bucket ${name}. ${there}.`);
  }

  function lastVisit(): Visit | undefined {
    const visit = services.preferences.lastVisit();
    return visit?.account === visitor(store.getState()) ? visit : undefined;
  }

  function restoreSorts(): void {
    const visit = lastVisit();
    if (visit) store.setState({ sorts: visitedSorts(visit) });
  }

  async function restore(): Promise<void> {
    const visit = lastVisit();
    if (!visit) return;
    store.setState(({ views }) => ({ views: { ...views, ...visitedViews(visit) } }));
    if (visit.bucket === undefined || !(await openBucket(visit.bucket))) return;
    for (const [kind, id] of [
      ["packages", visit.packageId],
      ["file-sets", visit.fileSetId],
    ] as const) {
      if (id === undefined) return;
      const found = await awaited(kind, (row) => row.id === id);
      if (found === "left") return;
      if (found === undefined) {
        const what = kind === "packages" ? "package" : "file set";
        notify("note", `The ${what} of your last session is no longer listed.`);
        return;
      }
      places.openEntry(found);
    }
  }

  function toLevel(level: PathLevel): void {
    while (currentPlace(store.getState()).kind !== level) {
      const { places: path } = store.getState();
      if (path.length <= 1) return;
      places.leavePlace(currentPlace(store.getState()));
    }
  }

  /** Opens the bucket that matches `path` best, and the package behind a slash. */
  function goTo(path: string): void {
    const meant = meantBucket(store.getState().bucket, path);
    toLevel("bucket");
    void openNamed(meant, parsePlacePath(path).package);
  }

  function openFirst({ bucket: named, fresh, package: wanted }: FirstPlace): void {
    if (fresh !== true) restoreSorts();
    if (named !== undefined) void openNamed(named, wanted);
    else if (fresh !== true) void restore();
  }

  function rememberVisit(): void {
    const visit = visitOf(store.getState());
    if (visit) services.preferences.setLastVisit(visit);
  }

  return { toLevel, goTo, openFirst, rememberVisit };
}

export type OpeningActions = ReturnType<typeof openingActions>;
