import { compose, composeTransfers } from "../app/compose.ts";
import type { Bandwidth } from "../base/bandwidth.ts";
import type { Environment } from "../config/environment.ts";
import type { OpenState } from "../config/preferences.ts";
import type { AccountServices } from "../store/services.ts";

interface AccountOptions {
  environment: Environment;
  /** The conf file of its profile, if it is already open. */
  opened?: OpenState;
  /** The rate limit that other accounts share already. */
  bandwidth?: Bandwidth;
  notice: (text: string) => void;
  /** False in the demo, which keeps no partial files. */
  keepsParts: boolean;
}

/** What the terminal program has of one account; `close` saves what it must keep. */
export async function openAccount({
  environment,
  opened,
  bandwidth,
  notice,
  keepsParts,
}: AccountOptions) {
  // Esc ends a pause, so it may have any length.
  const options = { opened, bandwidth, longestPauseMs: Number.POSITIVE_INFINITY };
  const parts = await compose(environment, notice, options);
  const { auth, listingCache, fileStore, objects, preferences } = parts;
  const transfers = composeTransfers(environment, parts, { isInteractive: true, keepsParts });
  const account: AccountServices = {
    auth,
    listingCache,
    fileStore,
    preferences,
    transfers,
    async openPreview(file, signal) {
      const { openPreview } = await import("../preview/open-preview.ts");
      const { stallTimeoutMs } = environment;
      if (file.path !== undefined) {
        const { createDiskSource } = await import("../preview/disk-source.ts");
        return openPreview(file, { source: createDiskSource(file.path), stallTimeoutMs }, signal);
      }
      return openPreview(file, { source: objects, stallTimeoutMs }, signal);
    },
    async openWatch(wanted, handlers) {
      const { createPackageWatch } = await import("../watch/package-watch.ts");
      const { connection, stateStore } = parts;
      return createPackageWatch({ connection, stateStore, fileStore }, wanted, handlers);
    },
    async pausedWatches(owner) {
      if (parts.stateStore.read().subscriptions === undefined) return [];
      const { keptPackages } = await import("../push/own-subscription.ts");
      return keptPackages({ ...owner, by: "screens" }, parts.stateStore);
    },
  };
  return {
    account,
    bandwidth: parts.bandwidth,
    async close() {
      await transfers.stop();
      await auth.settled();
      await preferences.flush();
      await listingCache.flush();
    },
  };
}
