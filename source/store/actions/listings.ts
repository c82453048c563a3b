import type { Page, Session } from "../../api/service.ts";
import { type AppError, isAbort, toAppError } from "../../base/errors.ts";
import { bucketSpelling } from "../../domain/content-sets.ts";
import type { CachedListing, ListedItems, ListingKey } from "../../listing-cache/contract.ts";
import { withStableCursor } from "../selectors/table.ts";
import type { Services } from "../services.ts";
import {
  type ListedPlace,
  type ListedRows,
  type ListingPhase,
  type PlaceListing,
  placeKey,
} from "../state/place.ts";
import {
  bucketNamesOf,
  fileRow,
  fileSetRow,
  isPending,
  packageRow,
  type Row,
  seenKey,
} from "../state/row.ts";
import { knownSession } from "../state/state.ts";
import { type ActionContext, setListing } from "./context.ts";
import { withDiskFlags } from "./downloads/on-disk.ts";
import { withSetName } from "./downloads/set-files.ts";

/** Milliseconds between updates of a streaming list; growing with it keeps the total sorting cost linear. */
function batchMs(rows: number): number {
  return 150 + rows / 50;
}

const waitingFor = {
  packages: "Listing packages",
  "file-sets": "Listing file sets",
  files: "Listing files",
} as const;

interface Run {
  place: ListedPlace;
  session: Session | undefined;
  abort: AbortController;
  arrived: Row[];
  shownAtMs: number;
  listing: PlaceListing;
}

export interface ListOptions {
  /** Called with cached rows, if any, and after each page. */
  seen?: (listing: PlaceListing) => void;
  /** Keeps rows marked as new when the same visit lists again. */
  again?: boolean;
}

/** The files of a READY set never change. */
function isSettled(place: ListedPlace): boolean {
  return place.kind === "files" && !isPending(place.fileSet);
}

export function listingActions(context: ActionContext, signInAgain: (error: AppError) => void) {
  const { services, store } = context;
  /** Pages of any run that is no longer current are dropped. */
  const runs = new Map<string, Run>();

  function stopListing(place: ListedPlace): void {
    const key = placeKey(place);
    runs.get(key)?.abort.abort();
    runs.delete(key);
    const { [key]: listing, ...others } = store.getState().listings;
    // Keep a complete list to refresh later; drop an incomplete one.
    if (listing?.phase === "refreshing") {
      setListing(context, place, { ...listing, phase: "complete" });
    } else if (listing && listing.phase !== "complete") {
      store.setState({ listings: others });
    }
  }

  function forgetListings(): void {
    for (const { abort } of runs.values()) abort.abort();
    runs.clear();
    store.setState({ listings: {} });
  }

  function start(place: ListedPlace, again: boolean): Run {
    const key = placeKey(place);
    runs.get(key)?.abort.abort();
    const before = store.getState().listings[key];
    const rows = before?.rows ?? [];
    const phase = rows.length > 0 ? "refreshing" : "loading";
    const run: Run = {
      place,
      session: knownSession(store.getState()),
      abort: new AbortController(),
      arrived: [],
      shownAtMs: Number.NEGATIVE_INFINITY,
      listing: {
        phase,
        rows,
        received: 0,
        askedAtMs: services.nowMs(),
        listedAtMs: before?.listedAtMs,
        seenBefore: again ? before?.seenBefore : seenIn(rows),
      },
    };
    runs.set(key, run);
    setListing(context, place, run.listing);
    return run;
  }

  const isCurrent = (run: Run) => runs.get(placeKey(run.place)) === run;

  function show(run: Run, change: Partial<ListedRows>, phase?: ListingPhase): PlaceListing {
    const state = store.getState();
    const key = placeKey(run.place);
    const before = state.listings[key] ?? run.listing;
    const replaces = before.phase === "refreshing" && change.rows !== undefined;
    run.listing = { ...before, ...change, ...phase };
    if (change.rows) run.listing.rows = withDiskFlags(change.rows, before.rows);
    const listings = { ...state.listings, [key]: run.listing };
    store.setState(replaces ? withStableCursor(state, run.place, { listings }) : { listings });
    return run.listing;
  }

  /** Shows cached rows if none are shown yet; true if no request to the service is needed. */
  async function showLastTime(run: Run, seen: (listing: PlaceListing) => void): Promise<boolean> {
    const { place, session } = run;
    if (run.listing.rows.length > 0) seen(run.listing);
    if (!session || run.listing.rows.length > 0) return false;
    const cached = await services.listingCache.get(session, listingKey(place));
    if (!cached || !isCurrent(run) || (isSettled(place) && !cached.settled)) return false;
    const rows = cachedRows(cached, services.nowMs());
    if (rows.length === 0) return false;
    const phase = isSettled(place) ? "complete" : "refreshing";
    const { listedAtMs } = cached;
    seen(show(run, { rows, listedAtMs, seenBefore: seenIn(rows) }, { phase }));
    return phase === "complete";
  }

  /** Shows the page now, or with a later one if pages arrive quickly. */
  function receive(run: Run, rows: readonly Row[]): PlaceListing {
    for (const row of rows) run.arrived.push(row);
    if (services.nowMs() - run.shownAtMs < batchMs(run.arrived.length)) return run.listing;
    run.shownAtMs = services.nowMs();
    const change: Partial<ListedRows> = { received: run.arrived.length };
    if (run.listing.phase === "loading") change.rows = run.arrived.slice();
    return show(run, change);
  }

  function complete(run: Run): void {
    const { place, session } = run;
    const listedAtMs = services.nowMs();
    const listed = listedItems(place.kind, run.arrived);
    const cached: CachedListing = { ...listed, listedAtMs, settled: isSettled(place) };
    if (session) services.listingCache.put(session, listingKey(place, run.arrived), cached);
    show(run, { rows: run.arrived, listedAtMs }, { phase: "complete" });
  }

  async function ask(
    run: Run,
    ready: Promise<unknown>,
    seen: (listing: PlaceListing) => void,
  ): Promise<void> {
    if (!isCurrent(run)) return;
    const seenBefore = () => run.listing.seenBefore;
    const { signal } = run.abort;
    for await (const page of pagesOf(services, run.place, { signal, ready, seenBefore })) {
      if (!isCurrent(run)) return;
      seen(receive(run, page));
    }
    if (isCurrent(run)) complete(run);
  }

  function fail(run: Run, thrown: unknown): void {
    const { place } = run;
    const named =
      place.kind === "files"
        ? withSetName(thrown, place.fileSet, place.package.packageName)
        : thrown;
    const error = toAppError(named, waitingFor[place.kind]);
    if (run.listing.phase === "refreshing") show(run, {}, { phase: "failed", error });
    else show(run, { rows: run.arrived }, { phase: "failed", error });
    if (error.kind === "sign-in") signInAgain(error);
  }

  /** Shows cached rows, then each page. Resolves with the final listing, or undefined if it was superseded. */
  async function list(
    place: ListedPlace,
    { again = false, seen = () => {} }: ListOptions = {},
  ): Promise<PlaceListing | undefined> {
    const run = start(place, again);
    try {
      const lookedFor = showLastTime(run, seen);
      const isKnown = isSettled(place) && (await lookedFor);
      if (!isKnown) await ask(run, lookedFor, seen);
    } catch (thrown) {
      if (!isCurrent(run) || isAbort(thrown)) return undefined;
      fail(run, thrown);
    }
    if (!isCurrent(run)) return undefined;
    runs.delete(placeKey(place));
    return run.listing;
  }

  return { list, stopListing, forgetListings };
}

export type ListingActions = ReturnType<typeof listingActions>;

async function* rowPages<Item>(
  pages: AsyncIterable<Page<Item>>,
  row: (item: Item) => Row,
  ready: Promise<unknown>,
): AsyncGenerator<Row[]> {
  for await (const { items } of pages) {
    await ready;
    yield items.map(row);
  }
}

interface PagesOptions {
  signal: AbortSignal;
  /** Pages wait for this, although the first is requested at once. */
  ready: Promise<unknown>;
  seenBefore: () => ReadonlySet<string> | undefined;
}

function pagesOf(
  { fileStore }: Services,
  place: ListedPlace,
  { ready, seenBefore, signal }: PagesOptions,
): AsyncGenerator<Row[]> {
  switch (place.kind) {
    case "packages":
      return rowPages(fileStore.packages({ bucketName: place.bucket }, signal), packageRow, ready);
    case "file-sets": {
      const filter = { bucket: place.bucket, packageId: place.package.packageId };
      return rowPages(
        fileStore.fileSets(filter, signal),
        (item) => fileSetRow(item, seenBefore()),
        ready,
      );
    }
    case "files":
      return rowPages(fileStore.files(place.fileSet.id, signal), fileRow, ready);
  }
}

/** The cache key of a place, with the bucket spelled as its packages spell it. */
function listingKey(place: ListedPlace, rows: readonly Row[] = []): ListingKey {
  switch (place.kind) {
    case "packages":
      return { kind: "packages", bucket: bucketSpelling(place.bucket, bucketNamesOf(rows)) };
    case "file-sets":
      return { kind: "file-sets", bucket: place.bucket, packageId: place.package.packageId };
    case "files":
      return { kind: "files", fileSetId: place.fileSet.id };
  }
}

function listedItems(kind: ListedPlace["kind"], rows: readonly Row[]): ListedItems {
  switch (kind) {
    case "packages":
      return { kind, items: rows.flatMap((own) => (own.kind === "package" ? [own.item] : [])) };
    case "file-sets":
      return { kind, items: rows.flatMap((own) => (own.kind === "file-set" ? [own.item] : [])) };
    case "files":
      return { kind, items: rows.flatMap((own) => (own.kind === "file" ? [own.item] : [])) };
  }
}

/** Omits file sets that have expired by `nowMs`; no row counts as new. */
function cachedRows(cached: CachedListing, nowMs: number): Row[] {
  switch (cached.kind) {
    case "packages":
      return cached.items.map(packageRow);
    case "file-sets":
      return cached.items
        .filter(({ availableTo }) => !(Date.parse(availableTo ?? "") <= nowMs))
        .map((item) => fileSetRow(item));
    case "files":
      return cached.items.map(fileRow);
  }
}

function seenIn(rows: readonly Row[]): ReadonlySet<string> | undefined {
  const seen = rows.flatMap((own) => (own.kind === "file-set" ? [seenKey(own.item)] : []));
  return seen.length > 0 ? new Set(seen) : undefined;
}
