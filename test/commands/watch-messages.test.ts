import { expect } from "vitest";
import type { FaultName } from "../../source/domain/fault-names.ts";
import { switchFault } from "../../source/sandbox/named-faults.ts";
import type { Sandbox } from "../../source/sandbox/sandbox.ts";
import { waitUntil } from "../support/wait-until.ts";
import { watchTest } from "./watch-fixture.ts";

const test = watchTest.extend("fault", ({ sandbox }) => {
  return (name: FaultName) => switchFault(sandbox.faults, name);
});

const receives = ({ requests }: Sandbox) =>
  requests.filter(({ headers }) => headers["x-amz-target"] === "AmazonSQS.ReceiveMessage").length;

const diskFaults = new URL("../faults/inject.mjs", import.meta.url).href;

const many = Array.from({ length: 12 }, (_, index) => `Set-${index}`);

test("duplicates and disorder change nothing", async ({
  fault,
  publish,
  watch,
  emptied,
  fetches,
  expectWhole,
}) => {
  fault("queue-duplicates");
  fault("queue-disorder");
  const watching = watch();
  await watching.reaches("listed");
  const published = many.map((name) => publish(name));
  await watching.reaches("saved", many.length);
  await emptied();
  await watching.stop();
  await expectWhole(published);
  expect(new Set(fetches().values())).toEqual(new Set([1]));
});

test.for<FaultName>(["queue-cut", "queue-lost-answer", "queue-failure"])(
  "retries after %s, reports it once, and continues",
  async (name, { fault, publish, watch, clock, emptied, expectWhole }) => {
    const clear = fault(name);
    const watching = watch();
    await watching.reaches("listed");
    const during = publish("During");
    await watching.reaches("polling");
    clear();
    clock.aheadMs += 31_000;
    const after = publish("After");
    await watching.reaches("listening");
    await watching.reaches("saved", 2);
    await emptied();
    const { stderr } = await watching.stop();
    expect(watching.events().filter(({ event }) => event === "polling")).toHaveLength(1);
    expect(stderr).toMatch(/\. Retrying; if it keeps failing, check the network and the proxy\.\n/);
    expect(stderr).not.toMatch(/try again/i);
    await expectWhole([during, after]);
  },
);

test("fetches a file set in spite of a full disk while it was listed", async ({
  publish,
  watch,
  expectWhole,
}) => {
  const full = {
    call: "rename",
    path: "manifest\\.json\\.new$",
    after: 1,
    times: 1,
    code: "ENOSPC",
  };
  const watching = watch([], {
    environment: {
      NODE_OPTIONS: `--import ${diskFaults}`,
      DISK_FAULTS: JSON.stringify([full]),
    },
  });
  await watching.reaches("listed");
  const during = publish("During");
  await watching.reaches("failed");
  const after = publish("After");
  await watching.reaches("saved", 2);
  await watching.stop();
  expect(watching.events().find(({ event }) => event === "failed")?.["error"]).toMatch(
    /^Saving the manifest of .+: the disk is full\./,
  );
  await expectWhole([during, after]);
});

test("renews credentials that the queue no longer accepts", async ({
  sandbox,
  publish,
  watch,
  emptied,
}) => {
  const watching = watch();
  await watching.reaches("listed");
  sandbox.push.expireCredentials();
  publish("After");
  await watching.reaches("renewed");
  await watching.reaches("saved");
  await emptied();
  await watching.stop();
});

test("ends with 5 if the queue refuses new credentials too", async ({ fault, watch }) => {
  fault("queue-expired-token");
  const { code, stderr } = await watch().ended;
  expect({ code, stderr }).toEqual({
    code: 5,
    stderr: expect.stringMatching(
      /Receiving notifications: the queue answered 403, "The security token included in the request is expired" \(request [\w-]+\)\. New credentials were refused too\./,
    ),
  });
});

test("makes a new subscription if it was removed elsewhere", async ({
  sandbox,
  program,
  publish,
  watch,
}) => {
  const watching = watch();
  await watching.reaches("listed");
  const [queue] = sandbox.push.queues();
  await program.run(["subscriptions", "rm", queue?.subscriptionID ?? ""]);
  await watching.reaches("subscribed", 2);
  publish("After");
  await watching.reaches("saved");
  await watching.stop();
});

test("makes a new subscription if the service gives no more credentials for its queue", async ({
  fault,
  sandbox,
  program,
  publish,
  watch,
}) => {
  const clear = fault("queue-failure");
  const watching = watch();
  await watching.reaches("polling");
  sandbox.push.expireCredentials();
  const [queue] = sandbox.push.queues();
  await program.run(["subscriptions", "rm", queue?.subscriptionID ?? ""]);
  clear();
  await watching.reaches("subscribed", 2);
  publish("After");
  await watching.reaches("saved");
  await watching.stop();
});

test("keeps listening if the bucket cannot be listed for a while", async ({
  clock,
  fault,
  publish,
  watch,
  emptied,
}) => {
  const watching = watch();
  await watching.reaches("listed");
  const clear = fault("bucket-not-found");
  publish("One");
  await watching.reaches("failed");
  clear();
  clock.aheadMs += 31_000;
  publish("Two");
  await watching.reaches("saved", 2);
  await emptied();
  await watching.stop();
  expect(watching.events().map(({ event }) => event)).not.toContain("polling");
});

test("lists every 15 minutes if the account may not subscribe", async ({
  fault,
  offer,
  watch,
  expectWhole,
}) => {
  fault("push-refused");
  const offered = offer("Listed", 1, ["listed.csv.gz"]);
  const watching = watch();
  await watching.reaches("saved");
  const { code, stderr } = await watching.stop();
  expect(code).toBe(130);
  expect(stderr).toMatch(
    /Notifications are not available: the service answered 403.*\. Listing every 15 minutes instead\./,
  );
  await expectWhole([offered]);
});

test.for<FaultName>(["message-wrong-key", "message-cut", "message-wrong-tag", "message-plain"])(
  "leaves a message in the queue after %s, and reports it once",
  async (name, { sandbox, clock, fault, publish, watch, emptied }) => {
    const clear = fault(name);
    const watching = watch();
    await watching.reaches("listed");
    publish("One");
    await watching.reaches("unreadable");
    clear();
    expect(sandbox.push.queues()).toMatchObject([{ visible: 0, inFlight: 1 }]);
    // A request that is waiting still has the fault, so a message ends it.
    publish("Two");
    const begun = receives(sandbox);
    await waitUntil(() => receives(sandbox) > begun);
    clock.aheadMs += 31_000;
    publish("Three");
    await watching.reaches("saved", 3);
    await emptied();
    await watching.stop();
    expect(watching.events().filter(({ event }) => event === "unreadable")).toHaveLength(1);
  },
);

test.for<FaultName>([
  ...["message-some-files", "message-no-id", "message-other-host", "message-large"],
  ...["message-paths", "foreign-subscription", "queue-access-denied", "shown-expiration"],
] as FaultName[])(
  "%s does not keep it from fetching the whole file set",
  async (name, { fault, publish, watch, emptied, expectWhole }) => {
    fault(name);
    const watching = watch();
    await watching.reaches("listed");
    const published = publish("One", ["a.csv.gz", "b.csv.gz", "c.csv.gz"]);
    await watching.reaches("saved");
    await emptied();
    await watching.stop();
    await expectWhole([published]);
  },
);

test.for<FaultName>(["message-expired-set", "message-not-entitled"])(
  "%s: reports that the file set is not available, and removes its message",
  async (name, { fault, publish, watch, emptied, names }) => {
    fault(name);
    const watching = watch();
    await watching.reaches("listed");
    publish("Gone");
    await watching.reaches("ignored");
    await emptied();
    await watching.stop();
    expect(watching.events().find(({ event }) => event === "ignored")).toMatchObject({
      name: "Gone",
      reason: expect.stringMatching(/^it is not available to this account \(/),
    });
    expect(await names()).toEqual([]);
  },
);
