import { expect } from "vitest";
import { isAbort } from "../../source/base/errors.ts";
import { keptSubscriptions } from "../../source/push/own-subscription.ts";
import { createPackageWatch } from "../../source/watch/package-watch.ts";
import { test as base } from "../support/sandbox/service.ts";
import { waitUntil } from "../support/wait-until.ts";

/** A package with one file set, and what watches it. */
const test = base
  .extend("packageId", ({ sandbox }) => {
    const item = sandbox.catalogue.addPackage({ packageName: "One", bucketNames: ["bulk-One"] });
    sandbox.catalogue.addFileSet({ name: "Old", packageId: item.packageId });
    return item.packageId;
  })
  .extend("publish", ({ packageId, sandbox }) => (name: string) => {
    sandbox.push.publish({ name, packageId, files: [{ filename: `${name}.gz`, bytes: 10 }] });
  })
  .extend("watch", async ({ folder, packageId, sandbox, service }, { onCleanup }) => {
    const { auth, connection, fileStore, stateStore } = service.program();
    const { user } = await auth.signIn(service.credentials);
    const names: string[] = [];
    const events: string[] = [];
    const note = ({ event }: { event: string }) => void events.push(event);
    const watch = createPackageWatch(
      { connection, fileStore, stateStore },
      { host: sandbox.host, user, directory: folder, bucket: "bulk-One", packageId },
      {
        async arrived({ name }) {
          names.push(name);
          return true;
        },
        report: { event: note, problem: note },
      },
    );
    const running = new Set<() => Promise<void>>();
    onCleanup(async () => {
      for (const stop of running) await stop();
    });
    return {
      names,
      events,
      kept: () => keptSubscriptions(stateStore),
      end: () => watch.end(),
      /** Runs until the function that it returns is called. */
      async run() {
        const before = events.length;
        const ending = new AbortController();
        const ended = watch.run(ending.signal).catch((thrown: unknown) => {
          if (!isAbort(thrown)) throw thrown;
        });
        const stop = async () => {
          running.delete(stop);
          ending.abort();
          await ended;
        };
        running.add(stop);
        await waitUntil(() => events.slice(before).includes("subscribed"), "a subscription");
        return stop;
      },
    };
  });

const isEmptied = ({ visible, inFlight }: { visible: number; inFlight: number }) =>
  visible + inFlight === 0;

test("fetches what is published, and then removes its notification", async ({
  publish,
  sandbox,
  watch,
}) => {
  await watch.run();
  publish("New");
  await waitUntil(() => watch.names.length > 0, "an arrival");
  await waitUntil(() => sandbox.push.queues().every(isEmptied), "an empty queue");
  expect(watch.names).toEqual(["New"]);
});

test("keeps the subscription between runs, and fetches what arrived meanwhile", async ({
  publish,
  sandbox,
  watch,
}) => {
  const stop = await watch.run();
  await stop();
  publish("Meanwhile");
  await watch.run();
  await waitUntil(() => watch.names.length > 0, "an arrival");
  expect(watch.names).toEqual(["Meanwhile"]);
  expect(sandbox.push.queues()).toHaveLength(1);
});

test("has a subscription of its own, which end removes", async ({ sandbox, watch }) => {
  const stop = await watch.run();
  expect(watch.kept()).toMatchObject([{ by: "screens" }]);
  await stop();
  await watch.end();
  expect(watch.kept()).toEqual([]);
  expect(sandbox.push.queues()).toEqual([]);
});
