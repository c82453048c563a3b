import { createHash } from "node:crypto";
import { describe, expect } from "vitest";
import { fieldsOf } from "../../support/sandbox/client.ts";
import { addPackage, askQueue, open, subscribed } from "../../support/sandbox/subscriber.ts";
import { test as base } from "../../support/test.ts";
import { waitUntil } from "../../support/wait-until.ts";

const weekSeconds = 7 * 24 * 3600;

const it = base
  .extend("clock", () => ({ aheadMs: 0 }))
  .extend("sandboxOptions", ({ clock }) => ({
    empty: true,
    accessTokenSeconds: weekSeconds,
    now: () => Date.now() + clock.aheadMs,
  }))
  .extend("forward", ({ clock }) => (seconds: number) => {
    clock.aheadMs += seconds * 1000;
  })
  .extend("reader", ({ sandbox }) => subscribed(sandbox))
  .extend("publish", ({ sandbox }) => {
    const { packageId } = addPackage(sandbox);
    return (name: string) => sandbox.push.publish({ name, packageId });
  });

const ten = { MaxNumberOfMessages: 10 };

describe("receiving", () => {
  it("gives encrypted messages with an md5, one unless more are wanted", async ({
    publish,
    reader,
  }) => {
    for (const name of ["A", "B", "C"]) publish(name);
    const [first, ...others] = await reader.receive({});
    expect(others).toEqual([]);
    const body = first?.Body ?? "";
    expect(first?.MD5OfBody).toBe(createHash("md5").update(body).digest("hex"));
    expect(open(body, reader.key).payload.FileStoreNotification.fileset.name).toBe("A");
    expect(first?.Attributes).toBe(undefined);
    expect(await reader.names()).toEqual(["B", "C"]);
    expect(await fieldsOf(await reader.send("ReceiveMessage", {}))).toEqual({});
  });

  it("has the number of deliveries and the times, if asked for", async ({
    publish,
    reader,
    forward,
  }) => {
    publish("A");
    await reader.receive();
    forward(31);
    const asked = { MessageSystemAttributeNames: ["ApproximateReceiveCount", "SentTimestamp"] };
    const [again] = await reader.receive(asked);
    expect(again?.Attributes).toEqual({
      ApproximateReceiveCount: "2",
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
    });
  });

  it("waits for a message", async ({ publish, reader, sandbox }) => {
    const waiting = reader.names({ ...ten, WaitTimeSeconds: 20 });
    await waitUntil(() => sandbox.requests.at(-1)?.place === "queue", "the request");
    publish("A");
    expect(await waiting).toEqual(["A"]);
  });

  it("waits for one whose visibility is given back", async ({ publish, reader, sandbox }) => {
    publish("A");
    const [first] = await reader.receive();
    const before = sandbox.requests.length;
    const waiting = reader.names({ WaitTimeSeconds: 20 });
    await waitUntil(() => sandbox.requests.length > before, "the request");
    const back = { ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 };
    expect((await reader.send("ChangeMessageVisibility", back)).status).toBe(200);
    expect(await waiting).toEqual(["A"]);
  });

  it("leaves the message to others if the reader has gone", async ({
    publish,
    reader,
    sandbox,
  }) => {
    const gone = new AbortController();
    const asked = { WaitTimeSeconds: 20 };
    const waiting = reader.send("ReceiveMessage", asked, { signal: gone.signal });
    await waitUntil(() => sandbox.requests.at(-1)?.place === "queue", "the request");
    gone.abort();
    await expect(waiting).rejects.toThrow();
    await waitUntil(() => sandbox.requests.at(-1)?.ended === true, "the end of the request");
    publish("A");
    expect(await reader.names()).toEqual(["A"]);
  });

  it("ends with the queue", async ({ reader, sandbox }) => {
    const waiting = reader.send("ReceiveMessage", { WaitTimeSeconds: 20 });
    await waitUntil(() => sandbox.requests.at(-1)?.place === "queue", "the request");
    await reader.ask("DELETE", "/message-services/v1/file-store/subscriptions");
    expect((await waiting).headers.get("x-amzn-query-error")).toContain("NonExistentQueue");
  });
});

describe("visibility", () => {
  it("hides a message for 30 seconds, then gives it another handle", async ({
    publish,
    reader,
    forward,
  }) => {
    publish("A");
    const [first] = await reader.receive();
    forward(29);
    expect(await reader.receive()).toEqual([]);
    forward(1);
    const [second] = await reader.receive();
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.Body).toBe(first?.Body);
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  it("is changed by a request or by the receiver", async ({ publish, reader, forward }) => {
    publish("A");
    const [first] = await reader.receive({ VisibilityTimeout: 5 });
    const longer = { ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 300 };
    expect((await reader.send("ChangeMessageVisibility", longer)).status).toBe(200);
    forward(299);
    expect(await reader.receive()).toEqual([]);
    forward(1);
    expect(await reader.receive()).toHaveLength(1);
  });

  it("of a message that is visible again cannot be changed", async ({
    publish,
    reader,
    forward,
  }) => {
    publish("A");
    const [first] = await reader.receive();
    forward(30);
    const late = { ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 300 };
    const answer = await reader.send("ChangeMessageVisibility", late);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("x-amzn-query-error")).toBe(
      "AWS.SimpleQueueService.MessageNotInflight;Sender",
    );
  });
});

describe("deleting", () => {
  it("removes the message and answers with an empty body, also a second time", async ({
    publish,
    reader,
    sandbox,
  }) => {
    publish("A");
    const [first] = await reader.receive();
    for (let time = 0; time < 2; time++) {
      const answer = await reader.send("DeleteMessage", { ReceiptHandle: first?.ReceiptHandle });
      expect([answer.status, await answer.text()]).toEqual([200, ""]);
    }
    expect(sandbox.push.queues()).toMatchObject([{ visible: 0, inFlight: 0 }]);
  });

  it("by the handle of an earlier receive changes nothing", async ({
    publish,
    reader,
    forward,
    sandbox,
  }) => {
    publish("A");
    const [first] = await reader.receive();
    forward(30);
    await reader.receive();
    const old = await reader.send("DeleteMessage", { ReceiptHandle: first?.ReceiptHandle });
    expect(old.status).toBe(200);
    expect(sandbox.push.queues()).toMatchObject([{ visible: 0, inFlight: 1 }]);
  });

  it("happens by itself after four days", async ({ publish, reader, forward }) => {
    publish("A");
    forward(4 * 24 * 3600 - 60);
    const credentials = await reader.credentialsFor(reader.endpoint);
    const ask = () => askQueue(reader.endpoint, credentials, "ReceiveMessage", {});
    expect(await fieldsOf(await ask())).toHaveProperty("Messages");
    forward(60);
    expect(await fieldsOf(await ask())).toEqual({});
  });
});

it("counts messages, and gives its address by its name", async ({ publish, reader }) => {
  for (const name of ["A", "B", "C"]) publish(name);
  await reader.receive({});
  const asked = { AttributeNames: ["All"] };
  expect(await fieldsOf(await reader.send("GetQueueAttributes", asked))).toMatchObject({
    Attributes: {
      ApproximateNumberOfMessages: "2",
      ApproximateNumberOfMessagesNotVisible: "1",
      VisibilityTimeout: "30",
    },
  });
  const one = { AttributeNames: ["ApproximateNumberOfMessages"] };
  expect(await fieldsOf(await reader.send("GetQueueAttributes", one))).toEqual({
    Attributes: { ApproximateNumberOfMessages: "2" },
  });
  const named = { QueueName: new URL(reader.endpoint).pathname.split("/").at(-1) };
  expect(await fieldsOf(await reader.send("GetQueueUrl", named))).toEqual({
    QueueUrl: reader.endpoint,
  });
});

describe("refuses, with the code in the header and in the body,", () => {
  it.for([
    ["ReceiveMessage", { MaxNumberOfMessages: 11 }, "InvalidParameterValue"],
    ["ReceiveMessage", { WaitTimeSeconds: 21 }, "InvalidParameterValue"],
    ["ChangeMessageVisibility", { ReceiptHandle: "x", VisibilityTimeout: 43_201 }, "InvalidPara"],
    ["ChangeMessageVisibility", { ReceiptHandle: "x", VisibilityTimeout: 1 }, "ReceiptHandleIsInv"],
    ["DeleteMessage", { ReceiptHandle: "x" }, "ReceiptHandleIsInvalid"],
    ["DeleteMessage", {}, "InvalidParameterValue"],
    ["SendMessage", { MessageBody: "x" }, "InvalidAction"],
    ["GetQueueUrl", { QueueName: "other" }, "AWS.SimpleQueueService.NonExistentQueue"],
  ] as const)("%s %j", async ([action, asked, code], { reader }) => {
    const answer = await reader.send(action, asked);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("x-amzn-query-error")).toMatch(new RegExp(`^${code}.*;Sender$`));
    expect(await fieldsOf(answer)).toEqual({
      __type: expect.stringMatching(/^com\.amazon[\w.]*#\w+$/),
      message: expect.any(String),
    });
  });

  it("a wrong secret, token, key and region, and no signature", async ({ reader }) => {
    const { credentials, endpoint } = reader;
    const refusal = async (change: Partial<typeof credentials>, region?: string) => {
      const changed = { ...credentials, ...change };
      const init = region === undefined ? {} : { region };
      const answer = await askQueue(endpoint, changed, "ReceiveMessage", {}, init);
      return [answer.status, answer.headers.get("x-amzn-query-error")];
    };
    expect(await refusal({ secretKey: "x" })).toEqual([403, "SignatureDoesNotMatch;Sender"]);
    expect(await refusal({}, "eu-west-1")).toEqual([403, "SignatureDoesNotMatch;Sender"]);
    expect(await refusal({ sessionToken: "x" })).toEqual([403, "InvalidClientTokenId;Sender"]);
    expect(await refusal({ accessKeyId: "ASIAX" })).toEqual([403, "InvalidClientTokenId;Sender"]);
    const unsigned = await fetch(new URL("/", endpoint), { method: "POST", body: "{}" });
    expect(unsigned.headers.get("x-amzn-query-error")).toBe("MissingAuthenticationToken;Sender");
  });

  it("credentials of another queue, and those that have expired", async ({
    reader,
    sandbox,
    forward,
  }) => {
    const codeOf = async (answer: Promise<Response>) => {
      const { headers, status } = await answer;
      return [status, headers.get("x-amzn-query-error")];
    };
    sandbox.endSessions();
    const other = await subscribed(sandbox);
    expect(
      await codeOf(askQueue(other.endpoint, reader.credentials, "ReceiveMessage", {})),
    ).toEqual([403, "AccessDenied;Sender"]);
    sandbox.push.expireCredentials();
    expect(await codeOf(reader.send("ReceiveMessage", {}))).toEqual([403, "ExpiredToken;Sender"]);
    const renewed = await other.credentialsFor(reader.endpoint);
    const ask = () => codeOf(askQueue(reader.endpoint, renewed, "ReceiveMessage", {}));
    expect(await ask()).toEqual([200, null]);
    forward(3600);
    expect(await ask()).toEqual([403, "ExpiredToken;Sender"]);
  });

  it("credentials for a queue that does not exist", async ({ reader, sandbox }) => {
    const path = `/auth/cloud-credentials/v1/?endpoint=${encodeURIComponent(sandbox.host)}`;
    expect((await reader.ask("GET", path)).status).toBe(404);
  });
});
