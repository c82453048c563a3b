import { readableClock } from "../../domain/readable.ts";
import { wrapCells } from "../../text/cells.ts";
import { isListed, type PlaceListing, placeKey } from "../state/place.ts";
import type { Notice, State } from "../state/state.ts";

/** " from 14:02" if cached rows are shown. */
export function listedAt({ askedAtMs, listedAtMs }: PlaceListing): string {
  return listedAtMs === undefined ? "" : ` from ${readableClock(listedAtMs, askedAtMs)}`;
}

const failures = new WeakMap<PlaceListing, Notice>();

/** Tells that the rows on the screen are not the whole list, and why. */
function listingFailure({ listings, places, session }: State): Notice | undefined {
  const place = places.at(-1);
  if (session.phase !== "signed-in" || !place || !isListed(place)) return undefined;
  const listing = listings[placeKey(place)];
  if (listing?.phase !== "failed" || listing.rows.length === 0) return undefined;
  const known = listedAt(listing);
  const what = known === "" ? "not whole" : known.trim();
  const text = `This list is ${what}. r tries again. ${listing.error.message}`;
  const notice = failures.get(listing) ?? { level: "error", text };
  failures.set(listing, notice);
  return notice;
}

/** The current notice, or else what is wrong with the list on the screen. */
export function standingNotice(state: State): Notice | undefined {
  if (state.notice) return state.notice;
  return state.task === undefined && !state.leaving ? listingFailure(state) : undefined;
}

const wrapped = new WeakMap<Notice, { columns: number; lines: readonly string[] }>();

export function noticeLines(notice: Notice, columns: number): readonly string[] {
  const before = wrapped.get(notice);
  if (before?.columns === columns) return before.lines;
  const lines = wrapCells(notice.text, columns - 4);
  wrapped.set(notice, { columns, lines });
  return lines;
}
