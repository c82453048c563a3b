import type { Mutant } from "./mutant.ts";

const listen = "test/push/listen.test.ts";
const subscriptions = "test/push/subscriptions.test.ts";

/** Notifications are removed only after their file sets stand, and no subscription but one's own. */
export const notificationMutants: readonly Mutant[] = [
  {
    name: "a notification is removed although its file set failed",
    file: "source/push/listen.ts",
    replace: ['if (outcome === "later") return false;', ""],
    caughtBy: { file: listen, name: "leaves what is for later" },
  },
  {
    name: "more notifications are taken than can be handled",
    file: "source/push/listen.ts",
    replace: ["Math.min(most - running.size, mostAtOnce)", "mostAtOnce"],
    caughtBy: { file: listen, name: "takes no more messages than there is room for" },
  },
  {
    name: "a removal without an id reaches the service",
    file: "source/push/subscriptions.ts",
    replace: ['if (id.trim() === "") {', "if (id.length > 1_000) {"],
    caughtBy: { file: subscriptions, name: "refuses to remove the subscription" },
  },
  {
    name: "a subscription is requested twice",
    file: "source/push/subscriptions.ts",
    replace: ["ask(purpose, request, noRetries)", "ask(purpose, request, retryPolicy)"],
    caughtBy: { file: subscriptions, name: "creates a subscription with one request" },
  },
  {
    name: "refused credentials are renewed without end",
    file: "source/push/queue.ts",
    replace: ["if (isRenewed)", "if (isRenewed && false)"],
    caughtBy: { file: "test/push/queue.test.ts", name: "a second refusal is an error in words" },
  },
  {
    name: "the beginning of a message is not authenticated",
    file: "source/push/notification.ts",
    replace: ["decipher.setAAD(head);", ""],
    caughtBy: {
      file: "test/push/notification.test.ts",
      name: "decrypts a message that another program encrypted",
    },
  },
  {
    name: "the facts of a save are lost",
    file: "source/sync/manifest-file.ts",
    replace: ["for (const fact of late) append(fact);", ""],
    caughtBy: {
      file: "test/sync/manifest-file.test.ts",
      name: "keeps facts that are recorded while it is saved",
    },
  },
];
