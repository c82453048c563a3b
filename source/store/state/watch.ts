/**
 * live: notifications arrive; polling: they do not, so that the package is listed now and then; paused: an
 * earlier program watched it, and its notifications collect until it is watched again.
 */
export type WatchPhase = "starting" | "live" | "polling" | "paused";

/** The watched packages, by id. */
export type Watches = Readonly<Record<string, WatchPhase>>;

export const watchTexts: Readonly<Record<WatchPhase, string>> = {
  starting: "starting",
  live: "yes, by notifications",
  polling: "yes, by listing every 15 minutes until notifications arrive",
  paused: "paused since cfs quit; w resumes",
};
