import { wallClock } from "../base/waiting.ts";
import { wholeSelection } from "../domain/selection.ts";
import { endSubscription, type SubscriptionOwner } from "../push/own-subscription.ts";
import { createSubscriptions } from "../push/subscriptions.ts";
import { type Arrived, createPackageArrivals } from "./arrivals.ts";
import { type FollowParts, follow } from "./follow.ts";
import type { FollowReport } from "./watched-folder.ts";

export type WatchOwner = Pick<SubscriptionOwner, "host" | "user" | "directory">;

export interface PackageToWatch extends WatchOwner {
  /** As the service spells it. */
  bucket: string;
  packageId: string;
}

export interface WatchHandlers {
  arrived: Arrived;
  report: FollowReport;
}

/** A package that the terminal program watches. */
export interface PackageWatch {
  /**
   * Watches until the signal aborts, and keeps the subscription. Rejects with the AppError that ends it, or
   * an AbortError; a later call continues.
   */
  run(signal: AbortSignal): Promise<never>;
  /** Removes the subscription. Rejects with an AppError. */
  end(): Promise<void>;
}

export function createPackageWatch(
  {
    connection,
    stateStore,
    fileStore,
  }: Pick<FollowParts, "connection" | "stateStore" | "fileStore">,
  { host, user, directory, bucket, packageId }: PackageToWatch,
  { arrived, report }: WatchHandlers,
): PackageWatch {
  const scope = { bucket, packageId };
  const owner: SubscriptionOwner = { host, user, directory, by: "screens", scope };
  const folderFor = createPackageArrivals(scope, fileStore, arrived);
  return {
    run: (signal) =>
      follow({
        connection,
        stateStore,
        fileStore,
        owner,
        selection: wholeSelection,
        filterAt: () => ({ bucket }),
        folder: folderFor(signal),
        report,
        clock: wallClock,
        signal,
      }),
    async end() {
      const subscriptions = createSubscriptions(connection);
      await endSubscription({ subscriptions, stateStore, owner }, new AbortController().signal);
    },
  };
}
