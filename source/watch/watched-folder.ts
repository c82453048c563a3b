import type { Notification } from "../push/notification.ts";

/** A file set as a notification names it; without an id if only its name is known. */
export type AnnouncedFileSet = Pick<Notification, "packageId" | "name" | "files"> & {
  fileSetId?: string;
};

/** True for the file set; by its name alone, for other versions of it too. */
export function isNamedBy({ fileSetId, packageId, name }: AnnouncedFileSet) {
  return (one: { id: string; packageId: string; name: string }): boolean =>
    fileSetId === undefined
      ? one.name === name && (packageId === "" || one.packageId === packageId)
      : one.id === fileSetId;
}

/** What is brought up to date while it is watched. */
export interface WatchedFolder {
  /**
   * Lists what is new, and begins to fetch what is missing. A call during a listing waits for the next one,
   * which all such calls share. Rejects as the listing does.
   */
  list(): Promise<void>;
  /** "here" if its selected files are complete, or if they are once they have been fetched. */
  stateOf(fileSet: AnnouncedFileSet, signal: AbortSignal): Promise<"here" | "failed" | "unknown">;
  /** When a failed file set is due again, by the clock of the watch; infinite without one. */
  retryAtMs(): number;
}

type AnnouncedName = Pick<Notification, "name" | "packageId" | "bucketName">;

/** What happens while something is watched. */
type FollowEvent =
  | { event: "subscribed"; subscriptionId: string; isNew: boolean }
  | { event: "renewed" | "listening" }
  | { event: "polling"; error: string; status?: number | undefined }
  | { event: "unreadable" | "failed"; error: string }
  | ({ event: "notified" } & AnnouncedName)
  | ({ event: "ignored"; reason: string } & AnnouncedName);

export interface FollowReport {
  /** `text` is for people; without it the event is not reported to them. */
  event(event: FollowEvent, text?: string): void;
  /** Something failed, and the watch continues. */
  problem(event: FollowEvent, text: string): void;
}
