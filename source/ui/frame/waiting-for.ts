import type { SignInPause } from "../../api/service.ts";
import { readableCount, readableSeconds } from "../../domain/readable.ts";
import { listedAt } from "../../store/selectors/notice.ts";
import { currentPreview, placeBeside } from "../../store/selectors/preview.ts";
import { currentPlace } from "../../store/selectors/table.ts";
import { hasEnded } from "../../store/state/download-phases.ts";
import { isListed, placeKey, rowWords } from "../../store/state/place.ts";
import type { PreviewSlice } from "../../store/state/preview.ts";
import type { State } from "../../store/state/state.ts";
import { waitingInPreview } from "../screens/preview-lines.ts";

export function waitingFor(state: State, host: string): string | undefined {
  const { bucket, leaving, overlay, session, task } = state;
  if (leaving === "stopping" && !state.transfers.transfers.every(hasEnded))
    return "Stopping the downloads";
  if (overlay?.kind === "take-over") return undefined;
  if (session.pause !== undefined) return pauseText(session.pause);
  if (session.phase === "resuming" || session.phase === "signing-in")
    return signingIn(session, host);
  if (session.phase !== "signed-in") return undefined;
  if (bucket.opening !== undefined) return `Looking for bucket ${bucket.opening}`;
  if (task !== undefined) return task;
  const place = currentPlace(state);
  const inPreview = waitingInPreview(awaitedPreview(state));
  if (inPreview !== undefined || !isListed(place)) return inPreview;
  const listing = state.listings[placeKey(place)];
  const [, many] = rowWords[place.kind];
  const count = listing && listing.received > 0 ? readableCount(listing.received) : "";
  if (listing?.phase === "loading") return `${count} ${many}, loading`.trim();
  if (listing?.phase !== "refreshing") return undefined;
  return `${many}${listedAt(listing)}, refreshing${count === "" ? "" : `: ${count} came`}`;
}

/** The preview on the screen, or one that is being opened beside a list. */
function awaitedPreview(state: State): PreviewSlice | undefined {
  const place = currentPlace(state);
  if (place.kind === "preview") return currentPreview(state);
  const beside = isListed(place) ? placeBeside(state) : undefined;
  const preview = beside && state.previews[placeKey(beside)];
  return preview?.phase === "opening" ? preview : undefined;
}

/** A shorter wait is usual. */
const longWaitMs = 5_000;

/** What is pending, and after a long wait for how long: a service that is gone must not look busy. */
export function waitingText(state: State, host: string, waitedMs: number): string | undefined {
  const waiting = waitingFor(state, host);
  if (waiting === undefined) return undefined;
  if (waitedMs < longWaitMs || state.session.pause !== undefined) return `${waiting}…`;
  const span = readableSeconds(Math.floor(waitedMs / 1_000));
  return `${waiting}… ${isUnanswered(state) ? `no answer for ${span}` : span}`;
}

/** True while a list waits for its first page, or a preview for a byte. */
function isUnanswered(state: State): boolean {
  if (state.bucket.opening !== undefined) return true;
  if (state.task !== undefined) return false;
  const preview = awaitedPreview(state);
  if (waitingInPreview(preview) !== undefined) {
    return preview?.phase !== "failed" && preview?.isAnswered !== true;
  }
  const place = currentPlace(state);
  if (!isListed(place)) return false;
  const listing = state.listings[placeKey(place)];
  const isPending = listing?.phase === "loading" || listing?.phase === "refreshing";
  return isPending && listing.received === 0;
}

function signingIn(session: State["session"], host: string): string {
  const user = session.phase === "resuming" ? session.session?.user : undefined;
  return `Signing in to ${host}${user === undefined ? "" : ` as ${user}`}`;
}

function pauseText({ seconds, why }: SignInPause): string {
  const remaining = readableSeconds(seconds);
  return why === "requested"
    ? `The service asked for a pause: signing in again in ${remaining}`
    : `Many sign-ins in a short time may lock the account: signing in again in ${remaining}`;
}
