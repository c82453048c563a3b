/** live: notifications arrive; polling: they do not, so that the package is listed now and then. */
export type WatchPhase = "starting" | "live" | "polling";

/** The watched packages, by id. */
export type Watches = Readonly<Record<string, WatchPhase>>;

export const watchWords: Readonly<Record<WatchPhase, string>> = {
  starting: "starting",
  live: "yes, by notifications",
  polling: "yes, by listing every 15 minutes until notifications arrive",
};
