import type { NewFileSet, SandboxCatalogue } from "../catalogue/catalogue.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { SandboxFileSet } from "../model/entities.ts";
import type { SandboxNotification } from "../model/notification.ts";
import { notificationOf } from "./message.ts";
import type { SandboxSubscriptions } from "./subscriptions.ts";

export interface Publisher {
  /** Adds a READY file set, which is available from now on, and announces it. */
  publish(created: NewFileSet): SandboxFileSet;
  /** The next delivery of the smallest series of a package; undefined if the package has no delivery. */
  publishNext(packageId: string): SandboxFileSet | undefined;
  /** Sends a message to every queue that the file set fits, and returns how many these are. */
  announce(fileSet: SandboxFileSet): number;
  /** The next delivery of a package that a subscription fits, of another package with every call. */
  publishForSubscribers(): SandboxFileSet | undefined;
}

interface PublisherParts {
  catalogue: SandboxCatalogue;
  subscriptions: SandboxSubscriptions;
  assumptions: Assumptions;
  now: () => number;
  host: () => string;
}

/** "2026-11-22", "2026-11-22T16:04:11.525Z", "2026-11-22-0857". */
const stamp = /\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?|-\d{4}(?!\d))?/;

export function createPublisher(parts: PublisherParts): Publisher {
  const { catalogue, subscriptions, assumptions, now, host } = parts;
  let sequence = 0;
  let turn = 0;
  let lastStampMs = 0;
  /** By package. */
  const newest = new Map<string, SandboxFileSet>();

  const describe = (fileSet: SandboxFileSet): SandboxNotification =>
    notificationOf(fileSet, catalogue, host(), sequence, now());

  const isAnnounced = ({ packageId }: SandboxFileSet) =>
    assumptions.announcedSets === "all" || catalogue.packages.get(packageId)?.isEntitled === true;

  function bytesOf(fileSet: SandboxFileSet): number {
    return catalogue.filesOf(fileSet).reduce((sum, { bytes }) => sum + bytes, 0);
  }

  const endOf = ({ contentToMs, createdMs }: SandboxFileSet) => contentToMs ?? createdMs;

  /** The newest file set of the series with the smallest one. */
  function templateOf(packageId: string): SandboxFileSet | undefined {
    const all = [...catalogue.fileSets.values()].filter((each) => each.packageId === packageId);
    const sized = all.map((fileSet) => ({ fileSet, bytes: bytesOf(fileSet) }));
    const [smallest] = sized.sort((left, right) => left.bytes - right.bytes);
    if (!smallest) return undefined;
    const series = smallest.fileSet.name.replace(stamp, "");
    return all
      .filter(({ name }) => name.replace(stamp, "") === series)
      .reduce((last, each) => (endOf(each) > endOf(last) ? each : last));
  }

  /** No two names have the same moment. */
  function nextStampMs(): number {
    lastStampMs = Math.max(now(), lastStampMs + 1);
    return lastStampMs;
  }

  const publisher: Publisher = {
    publish(created) {
      const fileSet = catalogue.addFileSet({ availableFromMs: now(), ...created, status: "READY" });
      publisher.announce(fileSet);
      return fileSet;
    },
    publishNext(packageId) {
      const template = newest.get(packageId) ?? templateOf(packageId);
      if (!template) return undefined;
      const contentToMs = nextStampMs();
      const moment = new Date(contentToMs).toISOString();
      const { attributes, availableFromMs, availableToMs, bucketName, contentFromMs } = template;
      const fileSet = publisher.publish({
        name: template.name.replace(stamp, moment),
        packageId,
        bucketName,
        attributes,
        // An Init begins in 1970, a Delta where the previous one ends.
        contentFromMs: contentFromMs === 0 ? 0 : template.contentToMs,
        contentToMs: template.contentToMs === undefined ? undefined : contentToMs,
        availableToMs: now() + availableToMs - availableFromMs,
        createdMs: now(),
        files: catalogue.filesOf(template).map(({ filename, bytes, kind, ...listed }) => ({
          filename: filename.replace(stamp, moment),
          bytes,
          kind,
          listedMd5: listed.listedMd5,
          listedSize: listed.listedSize,
        })),
      });
      newest.set(packageId, fileSet);
      return fileSet;
    },
    announce(fileSet) {
      if (!isAnnounced(fileSet)) return 0;
      sequence++;
      return subscriptions.send(describe(fileSet));
    },
    publishForSubscribers() {
      const fitting = catalogue.sortedPackages().filter(({ packageId }) => {
        const template = templateOf(packageId);
        if (!template || !isAnnounced(template)) return false;
        const notification = describe(template);
        return subscriptions.all().some(({ matches }) => matches(notification));
      });
      const chosen = fitting[turn++ % fitting.length];
      return chosen && publisher.publishNext(chosen.packageId);
    },
  };
  return publisher;
}
