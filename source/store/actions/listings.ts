import type { Session } from "../../api/service.ts";
import { isAbort, toAppError } from "../../base/errors.ts";
import type { CachedListing } from "../../listing-cache/contract.ts";
import { withStableCursor } from "../selectors/table.ts";
import {
  isListed,
  type ListedPlace,
  type ListedRows,
  type ListingPhase,
  type PlaceListing,
  placeKey,
} from "../state/place.ts";
import { isPending, type Row } from "../state/row.ts";
import { knownSession } from "../state/state.ts";
import { type ActionContext, setListing } from "./context.ts";
import { withDiskFlags } from "./downloads/on-disk.ts";
import { withSetName } from "./downloads/set-files.ts";
import { cachedRows, listedItems, listingKey, pagesOf, seenIn } from "./listing-source.ts";
import { signInAgain } from "./session.ts";

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

export function listingActions(context: ActionContext) {
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
    if (error.kind === "sign-in") signInAgain(context, error);
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

  /** Lists what failed or was never listed on the path. */
  function listUnlisted(): void {
    const { listings, places } = store.getState();
    for (const place of places) {
      if (!isListed(place)) continue;
      const phase = listings[placeKey(place)]?.phase;
      if (phase === undefined || phase === "failed") void list(place, { again: true });
    }
  }

  return { list, listUnlisted, stopListing, forgetListings };
}

export type ListingActions = ReturnType<typeof listingActions>;
