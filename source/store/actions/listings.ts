import type { Page } from "../../api/service.ts";
import { type AppError, isAbort, toAppError } from "../../errors.ts";
import { type Entry, fileEntry, fileSetEntry, packageEntry } from "../entry.ts";
import { type ListedPlace, placeKey } from "../place.ts";
import type { Listing } from "../state.ts";
import { type ActionContext, setListing } from "./context.ts";

/**
 * How long rows that stream in are gathered before they are shown; the first page is shown at once.
 * It grows with the list, which is sorted anew each time: the cost of the whole stays linear.
 */
function batchMs(rows: number): number {
  return 150 + rows / 50;
}

const waitingFor = {
  packages: "Listing packages",
  "file-sets": "Listing file sets",
  files: "Listing files",
} as const;

interface EntryPage {
  entries: Entry[];
  total: number | undefined;
}

/** One listing under way. */
interface Run {
  place: ListedPlace;
  abort: AbortController;
  arrived: Entry[];
  /** When rows were last shown. */
  shownAtMs: number;
  listing: Listing;
}

async function* entryPages<Item>(
  pages: AsyncIterable<Page<Item>>,
  entry: (item: Item) => Entry,
): AsyncGenerator<EntryPage> {
  for await (const { items, total } of pages) yield { entries: items.map(entry), total };
}

export function listingActions(context: ActionContext, signInAgain: (error: AppError) => void) {
  const { services, store } = context;
  /** The current run of each place; an answer of any other run is late and dropped. */
  const runs = new Map<string, Run>();

  function pagesOf(place: ListedPlace, signal: AbortSignal): AsyncGenerator<EntryPage> {
    const { fileStore } = services;
    switch (place.kind) {
      case "packages":
        return entryPages(fileStore.packages({ bucketName: place.bucket }, signal), packageEntry);
      case "file-sets": {
        const filter = { bucket: place.bucket, packageId: place.package.packageId };
        return entryPages(fileStore.fileSets(filter, signal), fileSetEntry);
      }
      case "files":
        return entryPages(fileStore.files(place.fileSet.id, signal), fileEntry);
    }
  }

  function stopListing(place: ListedPlace): void {
    const key = placeKey(place);
    runs.get(key)?.abort.abort();
    runs.delete(key);
    const { [key]: listing, ...others } = store.getState().listings;
    // A whole list is shown again and refreshed behind; an unfinished one is worth nothing later.
    if (listing?.phase === "refreshing") {
      setListing(context, place, { ...listing, phase: "complete" });
    } else if (listing && listing.phase !== "complete") {
      store.setState({ listings: others });
    }
  }

  function start(place: ListedPlace): Run {
    const key = placeKey(place);
    runs.get(key)?.abort.abort();
    const entries = store.getState().listings[key]?.entries ?? [];
    const phase = entries.length > 0 ? "refreshing" : "loading";
    const run: Run = {
      place,
      abort: new AbortController(),
      arrived: [],
      shownAtMs: Number.NEGATIVE_INFINITY,
      listing: { phase, entries, received: 0 },
    };
    runs.set(key, run);
    setListing(context, place, run.listing);
    return run;
  }

  const isCurrent = (run: Run) => runs.get(placeKey(run.place)) === run;

  function show(run: Run, change: Partial<Listing>): Listing {
    run.listing = { ...run.listing, ...change };
    setListing(context, run.place, run.listing);
    return run.listing;
  }

  /** Takes a page in; the screen hears of it at once, or with a later one where they come fast. */
  function receive(run: Run, { entries, total }: EntryPage): Listing {
    for (const entry of entries) run.arrived.push(entry);
    if (services.nowMs() - run.shownAtMs < batchMs(run.arrived.length)) return run.listing;
    run.shownAtMs = services.nowMs();
    const change: Partial<Listing> = { received: run.arrived.length };
    if (total !== undefined) change.total = total;
    if (run.listing.phase === "loading") change.entries = run.arrived.slice();
    return show(run, change);
  }

  function fail(run: Run, thrown: unknown): Listing {
    const error = toAppError(thrown, waitingFor[run.place.kind]);
    const entries = run.listing.phase === "refreshing" ? run.listing.entries : run.arrived;
    const listing = show(run, { phase: "failed", entries, error });
    if (error.kind === "sign-in") signInAgain(error);
    return listing;
  }

  /**
   * Lists `place`, page by page into the store, and calls `seen` after each page. Resolves with the
   * listing as it ended, or with undefined when nobody waits for it any more.
   */
  async function list(
    place: ListedPlace,
    seen: (listing: Listing) => void = () => {},
  ): Promise<Listing | undefined> {
    const run = start(place);
    let ended: Listing;
    try {
      for await (const page of pagesOf(place, run.abort.signal)) {
        if (!isCurrent(run)) return undefined;
        seen(receive(run, page));
      }
      if (!isCurrent(run)) return undefined;
      ended = show(run, { phase: "complete", entries: run.arrived });
    } catch (thrown) {
      if (!isCurrent(run) || isAbort(thrown)) return undefined;
      ended = fail(run, thrown);
    }
    runs.delete(placeKey(place));
    return ended;
  }

  return { list, stopListing };
}

export type ListingActions = ReturnType<typeof listingActions>;
