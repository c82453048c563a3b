import { isAbort } from "../../base/errors.ts";
import { bucketSpelling, canonicalBucket } from "../../domain/content-sets.ts";
import { menuItems } from "../selectors/bucket-menu.ts";
import { menuHeight } from "../selectors/layout.ts";
import { currentPlace } from "../selectors/table.ts";
import { cursorOf, type Move, moved, type Rows, rowsOfIds } from "../state/list-view.ts";
import type { ListedPlace, PlaceListing } from "../state/place.ts";
import { bucketNamesOf } from "../state/row.ts";
import { textField } from "../state/text-field.ts";
import { type ActionContext, changeBucket } from "./context.ts";
import type { ListingActions } from "./listings.ts";
import type { PlaceActions } from "./navigate.ts";

/** Returns undefined if packages arrived while another screen was shown. */
function problemOf(name: string, listing: PlaceListing): string | undefined {
  if (listing.rows.length > 0) return undefined;
  if (listing.phase === "failed") return listing.error.message;
  return `Bucket "${name}" has no packages for this account. Check the name, or choose a bucket with ↓.`;
}

export function bucketActions(
  context: ActionContext,
  { list, stopListing }: ListingActions,
  { enter }: PlaceActions,
) {
  const { services, store } = context;
  let lookup: ListedPlace | undefined;
  let bucketsAbort = new AbortController();

  function cancelOpening(): void {
    if (!lookup) return;
    stopListing(lookup);
    lookup = undefined;
    changeBucket(context, { opening: undefined });
  }

  async function openBucket(typed: string): Promise<void> {
    const name = canonicalBucket(typed);
    cancelOpening();
    if (name === "") {
      changeBucket(context, { problem: "Type a bucket name, or choose one with ↓." });
      return;
    }
    const place: ListedPlace = { kind: "packages", bucket: name };
    lookup = place;
    changeBucket(context, { opening: name, problem: undefined });
    const isWanted = () => lookup === place && currentPlace(store.getState()).kind === "bucket";
    const seen = ({ rows }: PlaceListing) => {
      if (!isWanted() || rows.length === 0) return;
      lookup = undefined;
      const { listed, recent } = store.getState().bucket;
      const bucket = bucketSpelling(name, [...bucketNamesOf(rows), ...listed, ...recent]);
      services.preferences.rememberBucket(bucket);
      enter({ kind: "packages", bucket });
      changeBucket(context, {
        opening: undefined,
        field: textField(bucket, true),
        recent: services.preferences.recentBuckets(),
      });
    };
    const listing = await list(place, { seen });
    if (listing) seen(listing);
    if (!listing || lookup !== place) return;
    lookup = undefined;
    changeBucket(context, { opening: undefined, problem: problemOf(name, listing) });
  }

  /** Accounts without permission to list buckets keep the other suggestions. */
  async function listBuckets(): Promise<void> {
    const listed: string[] = [];
    bucketsAbort.abort();
    bucketsAbort = new AbortController();
    const { signal } = bucketsAbort;
    try {
      for await (const { items } of services.fileStore.buckets(signal)) {
        if (signal.aborted) return;
        for (const { name } of items) listed.push(name);
        changeBucket(context, { listed: listed.slice() });
      }
    } catch (thrown) {
      if (isAbort(thrown)) return;
    }
  }

  function forgetBuckets(): void {
    bucketsAbort.abort();
    lookup = undefined;
    const { recent } = store.getState().bucket;
    store.setState({ bucket: { field: textField(), focus: "field", listed: [], recent } });
  }

  return { openBucket, cancelOpening, listBuckets, forgetBuckets };
}

export type BucketActions = ReturnType<typeof bucketActions>;

/** Moving up from the first row focuses the field. */
export function menuActions(context: ActionContext) {
  const { store } = context;

  function menuRows(): Rows {
    return rowsOfIds(menuItems(store.getState().bucket).map(({ bucket }) => bucket));
  }

  function moveInMenu(step: Move): void {
    const state = store.getState();
    const rows = menuRows();
    const height = menuHeight(state);
    const view = { cursorId: state.bucket.highlighted, index: 0, offset: 0 };
    if (step === "up" && cursorOf(view, rows, height).index <= 0) {
      changeBucket(context, { focus: "field" });
      return;
    }
    changeBucket(context, { highlighted: moved(view, step, rows, height).cursorId });
  }

  function focusMenu(): void {
    moveToBucket(0);
  }

  function moveToBucket(index: number): void {
    const bucket = menuRows().idAt(index);
    if (bucket !== undefined) changeBucket(context, { focus: "menu", highlighted: bucket });
  }

  return { moveInMenu, focusMenu, moveToBucket };
}

export type MenuActions = ReturnType<typeof menuActions>;
