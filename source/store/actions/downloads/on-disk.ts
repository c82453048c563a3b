import type { StoredFile } from "../../../domain/entities.ts";
import { localFileName } from "../../../domain/file-name.ts";
import type { ListingKey } from "../../../listing-cache/contract.ts";
import { currentPlace } from "../../selectors/table.ts";
import { hasEnded } from "../../state/download-phases.ts";
import { isListed, type ListedPlace, placeKey } from "../../state/place.ts";
import { isPending, type Row } from "../../state/row.ts";
import { knownSession, type State } from "../../state/state.ts";
import type { ActionContext } from "../context.ts";

/** The most file sets checked on disk at one place. */
const mostSets = 20_000;

/** Checks again after a change of place or folder, a finished listing, or a finished download. */
export function followDisk({ services, store }: ActionContext): void {
  /** Files of READY sets, by user and file set id. */
  const knownFiles = new Map<string, readonly StoredFile[]>();
  let lastLook = 0;

  async function filesKnown(sets: readonly (Row & { kind: "file-set" })[]) {
    const session = knownSession(store.getState());
    const files = new Map<string, readonly StoredFile[]>();
    if (!session) return files;
    const nameOf = (id: string) => `${session.user} ${id}`;
    const unknown = sets
      .filter(({ id }) => !knownFiles.has(nameOf(id)))
      .map(({ id }): ListingKey => ({ kind: "files", fileSetId: id }));
    for (const key of await services.listingCache.cachedOf(session, unknown)) {
      const cached = await services.listingCache.get(session, key);
      if (key.kind !== "files" || cached?.kind !== "files" || !cached.settled) continue;
      knownFiles.set(nameOf(key.fileSetId), cached.items);
    }
    for (const { id, item } of sets) {
      const known = knownFiles.get(nameOf(id));
      if (known && known.length > 0 && known.length >= item.numFiles) files.set(id, known);
    }
    return files;
  }

  async function setsThere(rows: readonly Row[], directory: string): Promise<Found> {
    const sets = rows.flatMap((row) =>
      row.kind === "file-set" && !isPending(row.item) ? [row] : [],
    );
    const known = await filesKnown(sets.slice(0, mostSets));
    const wanted = [...known.values()].flat().map(nameOnDisk);
    if (wanted.length === 0) return new Set();
    const sizes = await services.sizesOnDisk(directory, wanted);
    const there = sets.filter(({ id }) => known.get(id)?.every((file) => isThere(file, sizes)));
    return new Set(there.map(({ id }) => id));
  }

  async function filesThere(rows: readonly Row[], directory: string): Promise<Found> {
    const files = rows.flatMap((row) => (row.kind === "file" ? [row.item] : []));
    const sizes = await services.sizesOnDisk(directory, files.map(nameOnDisk));
    return new Set(files.filter((file) => isThere(file, sizes)).map(({ id }) => id));
  }

  function tick(place: ListedPlace, there: Found): void {
    const key = placeKey(place);
    const { listings } = store.getState();
    const listing = listings[key];
    if (!listing) return;
    let changed = false;
    const rows = listing.rows.map((row) => {
      const next = withDiskFlag(row, there);
      if (next !== row) changed = true;
      return next;
    });
    if (changed) store.setState({ listings: { ...listings, [key]: { ...listing, rows } } });
  }

  async function lookAtDisk(): Promise<void> {
    const { directory, listings, places } = store.getState();
    const place = currentPlace(store.getState());
    if (place.kind !== "file-sets" && place.kind !== "files") return;
    const rows = listings[placeKey(place)]?.rows ?? [];
    if (rows.length === 0) return;
    lastLook += 1;
    const own = lastLook;
    const there =
      place.kind === "files"
        ? // The files of a PENDING set may still change.
          isPending(place.fileSet)
          ? new Set<string>()
          : await filesThere(rows, directory)
        : await setsThere(rows, directory);
    const isLate = own !== lastLook || store.getState().places !== places;
    if (!isLate) tick(place, there);
  }

  function occasion(state: State): string {
    const place = currentPlace(state);
    const listing = isListed(place) ? state.listings[placeKey(place)] : undefined;
    const ended = state.transfers.transfers.filter(hasEnded).length;
    const isWhole = listing !== undefined && listing.phase !== "loading";
    const rows = isWhole ? `${listing.listedAtMs} ${listing.rows.length}` : "";
    return `${placeKey(place)}\n${state.directory}\n${ended} ${rows}`;
  }

  let last = "";
  store.subscribe((state, before) => {
    const isSame =
      state.places === before.places &&
      state.listings === before.listings &&
      state.transfers === before.transfers &&
      state.directory === before.directory;
    if (isSame) return;
    if (!knownSession(state)) knownFiles.clear();
    const now = occasion(state);
    if (now === last) return;
    last = now;
    void lookAtDisk();
  });
}

const nameOnDisk = ({ filename }: StoredFile) => localFileName(filename);

/** A final name means a complete file, so it suffices if the publisher reports no size. */
function isThere(file: StoredFile, sizes: ReadonlyMap<string, number>): boolean {
  const bytes = sizes.get(nameOnDisk(file));
  return bytes !== undefined && (file.fileSizeInBytes ?? bytes) === bytes;
}

/** Item ids. */
type Found = ReadonlySet<string>;

/** Returns the same row if nothing changed. */
function withDiskFlag(row: Row, there: Found): Row {
  if (!("onDisk" in row)) return row;
  const onDisk = there.has(row.id);
  return row.onDisk === onDisk ? row : { ...row, onDisk };
}

/** Keeps the previous ticks until the disk is checked again. */
export function withDiskFlags(rows: readonly Row[], before: readonly Row[]): readonly Row[] {
  const there = before.filter((row) => "onDisk" in row && row.onDisk);
  const found = new Set(there.map(({ id }) => id));
  return found.size === 0 ? rows : rows.map((row) => withDiskFlag(row, found));
}
