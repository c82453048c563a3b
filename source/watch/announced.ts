import type { FileSetFilter, FileStore } from "../api/service.ts";
import { backoffMs, endsRepeating } from "../base/backoff.ts";
import { AppError } from "../base/errors.ts";
import type { Clock } from "../base/waiting.ts";
import type { Selection } from "../domain/selection.ts";
import type { Outcome } from "../push/listen.ts";
import type { Notification } from "../push/notification.ts";
import type { SubscriptionOwner } from "../push/own-subscription.ts";
import { retryText } from "./retry-text.ts";
import type { AnnouncedFileSet, FollowReport, WatchedFolder } from "./watched-folder.ts";

export interface HandlerParts {
  folder: WatchedFolder;
  /** Whose notifications, and of what. */
  owner: SubscriptionOwner;
  selection: Selection;
  /** The filter at that time, without the package. */
  filterAt(nowMs: number): FileSetFilter;
  fileStore: FileStore;
  report: FollowReport;
  clock: Clock;
}

/** The first listing has found the bucket and the package. */
const laterRun = 2;

/** A listing may show a file set later than its notification arrives. */
const listings = 4;
const pauses = { firstDelayMs: 3_000, longestDelayMs: 30_000 };

/**
 * Handles a notification: only the listing decides which file set it means and what of it is missing. The
 * result is "done" if the file set is complete in the folder, or if it is not to be fetched and that was
 * reported. Rejects with an AppError that ends the watch, or an AbortError.
 */
export function createNotificationHandler(
  parts: HandlerParts,
): (notification: Notification, signal: AbortSignal) => Promise<Outcome> {
  const { folder, filterAt, fileStore, report, clock } = parts;
  const reported = new Set<string>();

  const once = (text: string) => {
    const isNew = !reported.has(text);
    reported.add(text);
    return isNew ? text : undefined;
  };

  /** The file set of its first file; a sentence if the account cannot read that. */
  const lookUp = async (
    notification: Notification,
    signal: AbortSignal,
  ): Promise<AnnouncedFileSet | string> => {
    const [file] = notification.files;
    if (file === undefined) return notification;
    try {
      const { filesetId } = await fileStore.file(file.id, signal);
      return filesetId === "" ? notification : { ...notification, fileSetId: filesetId };
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.kind !== "not-found") throw thrown;
      return `it is not available to this account (${thrown.answered})`;
    }
  };

  /** Lists until the file set is known; "unlisted" if it never is. Otherwise how it ended, or why it is ignored. */
  const find = async (notification: Notification, signal: AbortSignal) => {
    const known = await folder.stateOf(notification, signal);
    if (known !== "unknown") return known;
    await folder.list();
    const listed = await folder.stateOf(notification, signal);
    if (listed !== "unknown") return listed;
    const announced = await lookUp(notification, signal);
    if (typeof announced === "string") return { reason: announced };
    for (let attempt = 1; ; attempt += 1) {
      const state = await folder.stateOf(announced, signal);
      if (state !== "unknown") return state;
      if (isNarrow(filterAt(clock.nowMs()))) return { reason: notSelected };
      if (attempt === listings) return "unlisted";
      await clock.wait(backoffMs(attempt, pauses, clock.random()), signal);
      await folder.list();
    }
  };

  return async (notification, signal) => {
    const { name, bucketName, packageId } = notification;
    const facts = { name, bucketName, packageId };
    const ignore = (reason: string, text = `${name}: ${reason}.`) =>
      report.event({ event: "ignored", ...facts, reason }, once(text));

    report.event({ event: "notified", ...facts }, once(`${name} is READY.`));
    try {
      const found = isSelected(notification, parts)
        ? await find(notification, signal)
        : { reason: notSelected };
      if (found === "unlisted")
        ignore(
          "it is not listed yet",
          `${name} is not listed yet. Its notification stays in the queue.`,
        );
      if (typeof found === "string") return found === "here" ? "done" : "later";
      ignore(found.reason);
      return "done";
    } catch (thrown) {
      if (!(thrown instanceof AppError) || endsRepeating(thrown, laterRun)) throw thrown;
      const { message } = thrown;
      if (once(message) !== undefined)
        report.problem({ event: "failed", error: message }, retryText(thrown));
      return "later";
    }
  };
}

const notSelected = "it is not selected";

/** Fields that a notification shows; the listing decides on all others. */
const shownFields: ReadonlySet<string> = new Set(["bucket", "packageId", "attributes", "status"]);

function isNarrow(filter: FileSetFilter): boolean {
  return Object.keys(filter).some((field) => !shownFields.has(field));
}

function isSelected(
  notification: Notification,
  { filterAt, clock, owner, selection }: HandlerParts,
): boolean {
  const { packageId } = owner.scope;
  const { bucket, name, attributes = [] } = filterAt(clock.nowMs());
  return (
    notification.bucketName.toLowerCase() === bucket.toLowerCase() &&
    (packageId === undefined || ["", packageId].includes(notification.packageId)) &&
    notification.status === "READY" &&
    notification.name.toLowerCase().includes(name?.toLowerCase() ?? "") &&
    attributes.every((wanted) =>
      notification.attributes.some(
        (attribute) => attribute.name === wanted.name && attribute.value === wanted.value,
      ),
    ) &&
    selection.fileSet(notification) !== "none"
  );
}
