import type { Fetching } from "./segment-download.ts";

/** A connection that is silent for so long while others are not is asked again. */
const quietMs = 5_000;
const lookEveryMs = 1_000;

/** Gives up requests of an object that are silent while others of it are not; returns what ends the looking. */
export function lookForSilence(
  fetching: Pick<Fetching, "fetchedBytes" | "requests">,
  stallTimeoutMs: number,
): () => void {
  let lookedAtBytes = 0;
  const clock = setInterval(() => {
    const isMoving = fetching.fetchedBytes > lookedAtBytes;
    lookedAtBytes = fetching.fetchedBytes;
    if (!isMoving) return;
    const silentSinceMs = performance.now() - Math.min(quietMs, stallTimeoutMs);
    for (const [{ heardAtMs }, { watchdog }] of fetching.requests) {
      if (heardAtMs < silentSinceMs) watchdog.giveUp();
    }
  }, lookEveryMs);
  return () => clearInterval(clock);
}
