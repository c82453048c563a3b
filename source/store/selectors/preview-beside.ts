import { placeKey } from "../state/place.ts";
import type { PreviewSlice } from "../state/preview.ts";
import { isPending } from "../state/row.ts";
import type { State } from "../state/state.ts";
import { paneOf } from "./layout.ts";
import type { PreviewPlace } from "./preview.ts";
import { currentPlace, currentRow } from "./table.ts";

/** The preview of the row under the cursor; of a file set, that of its first file. */
export function previewOfRow(state: State): PreviewPlace | undefined {
  const place = currentPlace(state);
  const row = currentRow(state);
  if (place.kind === "file-sets" && row?.kind === "file-set") {
    return { ...place, kind: "preview", fileSet: row.item };
  }
  if (place.kind === "files" && row?.kind === "file") {
    return { ...place, kind: "preview", file: row.item };
  }
  return undefined;
}

/** The preview that belongs beside the rows; undefined if the row has none that could be fetched. */
export function placeBeside(state: State): PreviewPlace | undefined {
  if (paneOf(state) !== "preview" || state.session.phase !== "signed-in") return undefined;
  const place = previewOfRow(state);
  return place?.path === undefined && place && !isPending(place.fileSet) ? place : undefined;
}

/** What the pane shows, which may still be the preview of the row before; undefined before the first. */
export function shownBeside({ besideShown, previews }: State): PreviewSlice | undefined {
  return besideShown && previews[placeKey(besideShown)];
}

/** True if the pane shows the row under the cursor. */
export function isBesideCurrent(state: State): boolean {
  const place = placeBeside(state);
  const { besideShown } = state;
  return (
    place !== undefined && besideShown !== undefined && placeKey(place) === placeKey(besideShown)
  );
}
