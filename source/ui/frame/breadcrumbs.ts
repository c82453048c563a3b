import { oneLine } from "../../domain/json-tree.ts";
import { currentPreview } from "../../store/selectors/preview.ts";
import { currentPlace } from "../../store/selectors/table.ts";
import type { Overlay } from "../../store/state/overlay.ts";
import { type Place, placeTitles } from "../../store/state/place.ts";
import type { State } from "../../store/state/state.ts";
import { cellWidth, truncateMiddle } from "../../text/cells.ts";

export const breadcrumbGap = " › ";

const overlayTitles: Readonly<Record<Overlay["kind"], string>> = {
  help: "Help",
  details: "Details",
  notices: "Messages",
  sort: "Sort",
  copy: "Copy",
  settings: "Settings",
  "name-conflict": "Name taken",
  palette: "Commands",
  folder: "Download folder",
  "take-over": "Take over",
  quit: "Quit",
};

function previewed(place: Extract<Place, { kind: "preview" }>, state: State): string[] {
  const file = place.file ?? currentPreview(state)?.file;
  const name = file?.filename ?? place.fileSet.name;
  return place.entry ? [name, oneLine(place.entry.name)] : [name];
}

function placeBreadcrumbs(place: Place, state: State): string[] {
  switch (place.kind) {
    case "packages":
      return [place.bucket];
    case "file-sets":
      return [place.bucket, place.package.packageName];
    case "files":
      return [place.bucket, place.package.packageName, place.fileSet.name];
    case "preview":
      return [place.bucket, place.package.packageName, ...previewed(place, state)];
    default:
      return [];
  }
}

export function breadcrumbsOf(state: State): string[] {
  const { overlay, session } = state;
  const place = currentPlace(state);
  const title = overlay ? overlayTitles[overlay.kind] : placeTitles[place.kind];
  if (session.phase !== "signed-in") return [overlay ? title : "Sign in"];
  return overlay?.kind === "quit" ? [title] : [...placeBreadcrumbs(place, state), title];
}

function widthOf(crumbs: readonly string[]): number {
  const gaps = Math.max(0, crumbs.length - 1) * cellWidth(breadcrumbGap);
  return crumbs.reduce((sum, crumb) => sum + cellWidth(crumb), gaps);
}

/** The largest share per crumb so that all fit; short crumbs leave their rest to long ones. */
function fairShare(widths: readonly number[], cells: number): number {
  let share = cells;
  let remaining = cells;
  const ascending = widths.toSorted((one, other) => one - other);
  for (const [index, width] of ascending.entries()) {
    share = Math.floor(remaining / (ascending.length - index));
    if (width > share) return share;
    remaining -= width;
  }
  return share;
}

const leastShare = 8;

/** Shortens long names in the middle, then drops the first crumbs. */
export function fitBreadcrumbs(crumbs: readonly string[], cells: number): string[] {
  if (widthOf(crumbs) <= cells) return [...crumbs];
  const title = crumbs.at(-1) ?? "";
  const names = crumbs.slice(0, -1);
  const gaps = names.length * cellWidth(breadcrumbGap);
  const share = fairShare(names.map(cellWidth), cells - cellWidth(title) - gaps);
  if (names.length === 0) return [truncateMiddle(title, cells)];
  if (share < leastShare) return fitBreadcrumbs(crumbs.slice(1), cells);
  return [...names.map((name) => truncateMiddle(name, share)), title];
}
