import { isAbort, toAppError } from "../../../base/errors.ts";
import type { StoredFile } from "../../../domain/entities.ts";
import { counted, readableCount } from "../../../domain/readable.ts";
import type { Preview } from "../../../preview/preview.ts";
import { type PreviewPlace, previewOfRow } from "../../selectors/preview.ts";
import { atTheTop } from "../../state/list-view.ts";
import { placeKey } from "../../state/place.ts";
import type { PreviewSlice, ReadyPreview } from "../../state/preview.ts";
import { firstTable, withRecords } from "../../state/preview-rows.ts";
import type { ActionContext } from "../context.ts";
import { firstFile } from "../downloads/set-files.ts";
import type { PlaceActions } from "../navigate.ts";
import { signInAgain } from "../session.ts";
import { previewBeside } from "./beside.ts";
import { previewFolds } from "./folds.ts";
import { previewMoves } from "./moves.ts";
import { type PreviewChange, previewReading } from "./reading.ts";
import { previewSearch } from "./search.ts";

function batchFor(rows: number): number {
  return Math.min(2_000, Math.max(200, rows));
}

interface Run {
  place: PreviewPlace;
  abort: AbortController;
  preview?: Preview;
  /** The batch of records on its way. */
  reading?: Promise<void>;
  characters: number;
}

export function previewActions(context: ActionContext, places: PlaceActions) {
  const { services, store } = context;
  /** Results of any run that is no longer current are dropped. */
  const runs = new Map<string, Run>();

  const isCurrent = (run: Run) => runs.get(placeKey(run.place)) === run;
  const sliceOf = (place: PreviewPlace) => store.getState().previews[placeKey(place)];

  function show(place: PreviewPlace, slice: PreviewSlice): void {
    store.setState(({ previews }) => ({ previews: { ...previews, [placeKey(place)]: slice } }));
  }

  function change(place: PreviewPlace, changes: PreviewChange): void {
    const slice = sliceOf(place);
    if (slice?.phase === "ready") show(place, { ...slice, ...changes });
  }

  async function begin(place: PreviewPlace): Promise<void> {
    const key = placeKey(place);
    runs.get(key)?.abort.abort();
    const run: Run = { place, abort: new AbortController(), characters: 0 };
    const { signal } = run.abort;
    runs.set(key, run);
    const before = sliceOf(place);
    show(place, { phase: "opening", file: place.file });
    try {
      const file = await firstFile(context, place, signal);
      if (!isCurrent(run)) return;
      show(place, { phase: "opening", file });
      const { entry, path } = place;
      const received = () => answered(run);
      const known = { fileId: file.id, name: file.filename, entry, path };
      const source = { ...known, opensOnlyEntry: true, received };
      run.preview = await services.openPreview(source, signal);
      if (!isCurrent(run)) return;
      const view = { file, list: atTheTop, shift: 0, ...cachedOf(before) };
      await readOn(run, run.preview, { ...firstTable(run.preview), ...view });
    } catch (thrown) {
      fail(run, thrown);
    }
  }

  /** The first bytes have arrived, so the screen stops saying that there is no answer. */
  function answered(run: Run): void {
    const slice = isCurrent(run) ? sliceOf(run.place) : undefined;
    const isAwaited = slice?.phase === "opening" || (slice?.phase === "ready" && slice.isReading);
    if (isAwaited && !slice.isAnswered) show(run.place, { ...slice, isAnswered: true });
  }

  async function readOn(
    run: Run,
    preview: Preview,
    before: Pick<ReadyPreview, "columns" | "rows" | "file" | "list" | "shift" | "frozen" | "folds">,
  ): Promise<void> {
    const records = await preview.next(batchFor(before.rows.length));
    if (!isCurrent(run)) return;
    const now = sliceOf(run.place);
    for (const { raw } of records) run.characters += raw.length;
    const { entry, format } = preview;
    const { bytesFetched, isOver, objectBytes } = preview.progress();
    const read = records.length > 0 ? withRecords(before, preview, records) : before;
    const ending = endingOf(preview, read.rows.length, run.characters);
    show(run.place, {
      ...(now?.phase === "ready" ? now : before),
      columns: read.columns,
      rows: read.rows,
      phase: "ready",
      format,
      isReading: false,
      isOver: isOver || ending !== undefined,
      bytesFetched,
      delimiter: preview.format === "csv" ? preview.delimiter : undefined,
      entry,
      objectBytes,
      ending,
    });
  }

  function fail(run: Run, thrown: unknown): void {
    if (!isCurrent(run) || isAbort(thrown)) return;
    const error = toAppError(thrown, "Reading the beginning of the file");
    const slice = sliceOf(run.place);
    if (slice?.phase === "ready" && slice.rows.length > 0) {
      change(run.place, { error, isReading: false, isOver: true });
    } else show(run.place, { phase: "failed", file: slice?.file, error });
    if (error.kind === "sign-in") signInAgain(context, error);
  }

  async function readMore(place: PreviewPlace): Promise<void> {
    const slice = sliceOf(place);
    const run = runs.get(placeKey(place));
    if (slice?.phase !== "ready" || !run?.preview || slice.isOver) return;
    if (!slice.isReading) {
      change(place, { isReading: true, isAnswered: false });
      run.reading = readOn(run, run.preview, slice).catch((thrown: unknown) => fail(run, thrown));
    }
    await run.reading;
  }

  /** Retries previews that failed because no account was signed in. */
  function readRefusedAgain(): void {
    for (const { place } of [...runs.values()]) {
      const slice = sliceOf(place);
      const error = slice?.phase === "opening" ? undefined : slice?.error;
      if (error?.kind === "sign-in") void begin(place);
    }
  }

  function enter(place: PreviewPlace): void {
    places.enter(place);
    // The preview beside the rows may have it already.
    if (!runs.has(placeKey(place)) || sliceOf(place)?.phase === "failed") void begin(place);
  }

  function previewOnDisk(path: string, file: StoredFile): void {
    enter({ kind: "preview", path, file });
  }

  /** Previews the row under the cursor; for a file set, its first file. */
  function showPreview(): void {
    const place = previewOfRow(store.getState());
    if (place) enter(place);
  }

  const beside = previewBeside(store, {
    begin,
    isReady: (place) => sliceOf(place)?.phase === "ready",
  });

  // A place can be left in several ways, so previews are dropped once off the path and not beside the rows.
  store.subscribe((state) => {
    beside.follow(state);
    if (runs.size === 0) return;
    const onPath = new Set(state.places.map(placeKey));
    for (const [key, run] of runs) {
      if (onPath.has(key) || beside.keeps(key)) continue;
      run.abort.abort();
      runs.delete(key);
      store.setState(({ previews: { [key]: _, ...previews } }) => ({ previews }));
    }
  });

  const reading = previewReading(store, { begin, change, enter, readMore });
  const folds = previewFolds(store, reading);

  const { showInRecord, ...search } = previewSearch(context, reading, folds);
  const moves = previewMoves(store, reading, places, showInRecord);

  return { showPreview, previewOnDisk, readRefusedAgain, ...moves, ...folds, ...search };
}

export type PreviewActions = ReturnType<typeof previewActions>;

/** What stays when the file is read again. */
function cachedOf(slice: PreviewSlice | undefined) {
  const none = { frozen: false, folds: new Set<string>(), search: undefined };
  if (slice?.phase !== "ready") return none;
  const { folds, frozen, search } = slice;
  return { folds, frozen, search };
}

const mostRecords = 20_000;
const mostCharacters = 16_000_000;

/** Returns why the preview stops before the end of the file, or undefined if it can continue. */
export function endingOf(
  preview: Preview,
  records: number,
  characters: number,
): string | undefined {
  if (preview.format === "zip" && preview.entries.length < preview.entryCount) {
    const all = counted(preview.entryCount, "entry", "entries");
    return `Only the first ${readableCount(preview.entries.length)} of ${all} are listed.`;
  }
  const isFull = records >= mostRecords || characters >= mostCharacters;
  if (preview.progress().isOver || !isFull) return preview.progress().ending;
  return `The preview ends after ${counted(records, "record")}. d downloads the whole file.`;
}
