import { readableClock } from "../../domain/readable.ts";
import { wrapCells } from "../../text/cells.ts";
import { isListed, type PlaceListing, placeKey } from "../state/place.ts";
import type { Notice, State } from "../state/state.ts";

/** " from 14:02" if cached rows are shown. */
export function listedAt({ askedAtMs, listedAtMs }: PlaceListing): string {
  return listedAtMs === undefined ? "" : ` from ${readableClock(listedAtMs, askedAtMs)}`;
}

/** Why the rows on the screen are not the whole list, or not all that could be read of a file. */
function failureOf({ listings, places, previews, session }: State) {
  const place = places.at(-1);
  if (session.phase !== "signed-in" || !place) return undefined;
  if (place.kind === "preview") {
    const preview = previews[placeKey(place)];
    const error = preview?.phase === "ready" ? preview.error : undefined;
    return error && { of: preview, text: `r retries. ${error.message}` };
  }
  const listing = isListed(place) ? listings[placeKey(place)] : undefined;
  if (listing?.phase !== "failed" || listing.rows.length === 0) return undefined;
  const what = listedAt(listing) || " incomplete";
  return { of: listing, text: `This list is${what}. r retries. ${listing.error.message}` };
}

const failures = new WeakMap<object, Notice>();

/** The current notice, or else why the screen does not show everything. */
export function standingNotice(state: State): Notice | undefined {
  if (state.notice) return state.notice;
  const failure = state.task === undefined && !state.leaving ? failureOf(state) : undefined;
  if (!failure?.of) return undefined;
  const notice = failures.get(failure.of) ?? { level: "error", text: failure.text };
  failures.set(failure.of, notice);
  return notice;
}

const wrapped = new WeakMap<Notice, { columns: number; lines: readonly string[] }>();

export function noticeLines(notice: Notice, columns: number): readonly string[] {
  const before = wrapped.get(notice);
  if (before?.columns === columns) return before.lines;
  const lines = wrapCells(notice.text, columns - 4);
  wrapped.set(notice, { columns, lines });
  return lines;
}
