import { readableCount } from "../../domain/readable.ts";
import { tableKind } from "../../store/selectors/series.ts";
import { filterOf, rowsOf } from "../../store/selectors/table.ts";
import {
  isListed,
  type ListedPlace,
  placeKey,
  rowWords,
  type TablePlace,
} from "../../store/state/place.ts";
import { isPending } from "../../store/state/row.ts";
import type { State } from "../../store/state/state.ts";
import type { Paragraph } from "../spans.ts";

const blank: Paragraph = { text: "" };

function failure({ message }: Error, place: ListedPlace): Paragraph[] {
  const [, many] = rowWords[place.kind];
  return [
    blank,
    { text: `The ${many} could not be listed.`, tone: "bad" },
    blank,
    { text: message },
    blank,
    { text: "r retries. Esc goes back.", tone: "muted" },
  ];
}

function emptiness(place: ListedPlace): Paragraph[] {
  switch (place.kind) {
    case "packages":
      return [
        { text: `The service lists no package in bucket ${place.bucket} for this account.` },
        { text: "r refreshes. Esc goes back.", tone: "muted" },
      ];
    case "file-sets":
      return [
        { text: `${place.package.packageName} has no file set at this time.` },
        { text: "The publisher decides how long a file set is available." },
        { text: "r refreshes. Esc goes back.", tone: "muted" },
      ];
    case "files":
      return isPending(place.fileSet)
        ? [
            { text: "PENDING: its publisher has not added any file yet." },
            { text: "r refreshes. Esc goes back.", tone: "muted" },
          ]
        : [
            { text: "This file set has no files." },
            { text: "r refreshes. Esc goes back.", tone: "muted" },
          ];
  }
}

export function tableMessage(state: State, place: TablePlace): Paragraph[] | undefined {
  const rows = rowsOf(state, place);
  if (rows.length > 0) return undefined;
  if (rows.unfiltered > 0) {
    const [one, many] = rowWords[tableKind(state, place)];
    const all = `${readableCount(rows.unfiltered)} ${rows.unfiltered === 1 ? one : many}`;
    return [
      blank,
      { text: `"${filterOf(state, place)}" matches none of ${all}.` },
      { text: "Esc ends the filter.", tone: "muted" },
    ];
  }
  if (!isListed(place)) {
    // The status line shows the task, and rows follow soon.
    if (state.task !== undefined) return [];
    return [
      blank,
      { text: "No downloads yet." },
      { text: "d on a file or a file set starts one. Esc goes back.", tone: "muted" },
    ];
  }
  const listing = state.listings[placeKey(place)];
  if (listing?.phase === "failed") return failure(listing.error, place);
  return listing?.phase === "complete" ? [blank, ...emptiness(place)] : [];
}
