import { describe, expect } from "vitest";
import type { FaultName } from "../../../source/domain/fault-names.ts";
import type { SandboxRequest } from "../../../source/sandbox/http/origin.ts";
import { switchFault } from "../../../source/sandbox/named-faults.ts";
import { fieldsOf, signedIn } from "../../support/sandbox/client.ts";
import { open, subscribed, subscriptionsPath } from "../../support/sandbox/subscriber.ts";
import { test } from "../../support/test.ts";
import { waitUntil } from "../../support/wait-until.ts";

const nowMs = Date.UTC(2026, 10, 28, 12);

const it = test
  .extend("sandboxOptions", { empty: true, now: () => nowMs })
  .extend("reader", ({ sandbox }) => subscribed(sandbox))
  .extend("publish", ({ sandbox }) => {
    const { packageId } = sandbox.catalogue.addPackage({
      packageName: "One",
      bucketNames: ["bulk-One"],
    });
    return (name: string, count = 2) =>
      sandbox.push.publish({
        name,
        packageId,
        files: Array.from({ length: count }, (_, part) => ({ filename: `${part}.csv`, bytes: 9 })),
      });
  })
  .extend(
    "fault",
    ({ sandbox }) =>
      (name: FaultName) =>
        switchFault(sandbox.faults, name),
  );

describe("subscriptions", () => {
  it("are refused", async ({ reader, fault }) => {
    fault("push-refused");
    const answer = await reader.ask("GET", subscriptionsPath);
    expect([answer.status, await fieldsOf(answer)]).toEqual([
      403,
      { status: 403, message: expect.stringContaining("Insufficient claims") },
    ]);
    expect((await reader.ask("GET", "/file-store/v1/buckets")).status).toBe(200);
  });

  it("are gone, or another user's come first", async ({ reader, fault }) => {
    const end = fault("subscription-gone");
    expect(await reader.subscriptions()).toEqual([]);
    end();
    fault("foreign-subscription");
    const ids = (await reader.subscriptions()).map(({ subscriptionID }) => subscriptionID);
    expect(ids).toEqual(["00000000-0000-4000-8000-000000000000", reader.subscriptionID]);
  });

  it.for([
    ["token-expired", 401],
    ["missing-scope", 403],
    ["too-many-requests", 429],
    ["service-error", 503],
    ["html-page", 502],
  ] as const)("fail as the other endpoints do: %s", async ([name, status], { reader, fault }) => {
    fault(name);
    expect((await reader.ask("POST", subscriptionsPath, {})).status).toBe(status);
    const path = "/auth/cloud-credentials/v1/?endpoint=x";
    expect((await reader.ask("GET", path)).status).toBe(status);
  });
});

describe("credentials", () => {
  it("last 30 seconds, or say when they end", async ({ reader, fault }) => {
    fault("short-credentials");
    fault("shown-expiration");
    expect(reader.credentials.expiration).toBe(undefined);
    const { expiration } = await reader.credentialsFor(reader.endpoint);
    expect(expiration).toBe("2026-11-28T12:00:30.000Z");
  });
});

describe("queues", () => {
  it.for([
    ["queue-expired-token", 403, "ExpiredToken;Sender"],
    ["queue-gone", 400, "AWS.SimpleQueueService.NonExistentQueue;Sender"],
    ["queue-failure", 500, "InternalFailure;Receiver"],
  ] as const)("%s", async ([name, status, code], { reader, fault }) => {
    fault(name);
    const answer = await reader.send("ReceiveMessage", {});
    expect([answer.status, answer.headers.get("x-amzn-query-error")]).toEqual([status, code]);
  });

  it("refuse only a change of visibility", async ({ reader, fault, publish }) => {
    fault("queue-access-denied");
    publish("A");
    const [message] = await reader.receive();
    const asked = { ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 60 };
    expect((await reader.send("ChangeMessageVisibility", asked)).status).toBe(403);
    expect((await reader.send("DeleteMessage", asked)).status).toBe(200);
  });

  it.for(["queue-cut", "queue-lost-answer"] as const)(
    "lose what was received: %s",
    async (name, { reader, fault, publish, sandbox }) => {
      publish("A");
      const end = fault(name);
      await expect(reader.receive()).rejects.toThrow();
      end();
      expect(sandbox.push.queues()).toMatchObject([{ visible: 0, inFlight: 1 }]);
    },
  );

  it("give every message twice", async ({ reader, fault, publish, sandbox }) => {
    fault("queue-duplicates");
    publish("A");
    publish("B");
    const [first, second] = [await reader.receive(), await reader.receive()];
    expect(second.map(({ MessageId }) => MessageId)).toEqual(
      first.map(({ MessageId }) => MessageId),
    );
    expect(await reader.receive()).toEqual([]);
    for (const { ReceiptHandle } of second) await reader.send("DeleteMessage", { ReceiptHandle });
    expect(sandbox.push.queues()).toMatchObject([{ visible: 0, inFlight: 0 }]);
  });

  it("give the newest message first", async ({ reader, fault, publish }) => {
    fault("queue-disorder");
    for (const name of ["A", "B", "C"]) publish(name);
    expect(await reader.names()).toEqual(["C", "B", "A"]);
  });

  it("answer late", async ({ reader, fault, sandbox }) => {
    fault("queue-silence");
    const gone = new AbortController();
    const waiting = reader.send("ReceiveMessage", {}, { signal: gone.signal });
    const unanswered = ({ place, status }: SandboxRequest) => place === "queue" && !status;
    await waitUntil(() => sandbox.requests.some(unanswered));
    await reader.send("GetQueueAttributes", { AttributeNames: ["All"] });
    expect(sandbox.requests.filter(unanswered)).toHaveLength(1);
    gone.abort();
    await expect(waiting).rejects.toThrow();
  });
});

describe("messages", () => {
  it.for([
    ["message-wrong-key", /unable to authenticate/],
    ["message-wrong-tag", /unable to authenticate/],
    ["message-cut", /unable to authenticate/],
    ["message-plain", /.+/],
  ] as const)("cannot be read: %s", async ([name, problem], { reader, fault, publish }) => {
    publish("A");
    const end = fault(name);
    const [message] = await reader.receive({ VisibilityTimeout: 0 });
    expect(() => open(message?.Body ?? "", reader.key)).toThrow(problem);
    end();
    expect(await reader.names()).toEqual(["A"]);
  });

  it("are plain JSON", async ({ reader, fault, publish }) => {
    publish("A");
    fault("message-plain");
    const [message] = await reader.receive();
    expect(JSON.parse(message?.Body ?? "")).toHaveProperty("payload.FileStoreNotification");
  });

  const withFault = it.extend(
    "received",
    ({ fault, publish, reader }) =>
      async (name: FaultName) => {
        publish("A", 60);
        fault(name);
        const [message] = await reader.receive();
        return open(message?.Body ?? "", reader.key);
      },
  );

  withFault("name some of the files", async ({ received }) => {
    const { fileset } = (await received("message-some-files")).payload.FileStoreNotification;
    expect([fileset.numFiles, fileset.files.values.length]).toEqual([60, 25]);
  });

  withFault("have no id", async ({ received }) => {
    expect(Object.keys(await received("message-no-id"))).toEqual([
      "sourceTimestamp",
      "distributionTimestamp",
      "payload",
    ]);
  });

  withFault("have files on another host", async ({ received }) => {
    const { fileset } = (await received("message-other-host")).payload.FileStoreNotification;
    const [file] = fileset.files.values;
    expect(file?.href).toBe(`http://127.0.0.1:9/${file?.id}`);
  });

  withFault("have names that lead out of the folder", async ({ received }) => {
    const { fileset } = (await received("message-paths")).payload.FileStoreNotification;
    expect(fileset.name).toBe("../../A");
    expect(fileset.files.values[0]?.filename).toMatch(/^\.\.\/\.\.\/\d+\.csv$/);
  });

  it("are as large as SQS allowed for long", async ({ reader, fault, publish }) => {
    publish("A");
    fault("message-large");
    const [message] = await reader.receive();
    const bytes = message?.Body.length ?? 0;
    expect(bytes).toBeGreaterThan(250_000);
    expect(bytes).toBeLessThanOrEqual(256 * 1024);
  });

  it.for([
    ["message-expired-set", 404],
    ["message-not-entitled", 403],
  ] as const)(
    "%s: its files answer %i",
    async ([name, status], { reader, fault, publish, sandbox }) => {
      const { id } = publish("A");
      fault(name);
      expect(await reader.names()).toEqual(["A"]);
      sandbox.endSessions();
      const client = await signedIn(sandbox);
      expect((await client.ask(`/file-store/v1/files?filesetId=${id}`)).status).toBe(status);
    },
  );

  it("may have several faults", async ({ reader, fault, publish }) => {
    publish("A");
    fault("message-paths");
    fault("message-no-id");
    const [message] = await reader.receive();
    const notification = open(message?.Body ?? "", reader.key);
    expect(notification.ecpMessageID).toBe(undefined);
    expect(notification.payload.FileStoreNotification.fileset.name).toBe("../../A");
  });
});
