import { expect, test } from "vitest";
import { AppError } from "../../source/base/errors.ts";
import { redact, Secret } from "../../source/base/secret.ts";
import type { HttpRequest } from "../../source/network/http.ts";
import { createQueue, isQueueGone, regionOf } from "../../source/push/queue.ts";

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

const endpoint = "https://sqs.eu-west-1.amazonaws.com/1/queue-one";
const { signal } = new AbortController();

/** A queue with these answers, what it received, and how often its credentials were replaced. */
function queueOf(...answers: Answer[]) {
  const requests: HttpRequest[] = [];
  const counts = { replaced: 0 };
  const keyed = (accessKeyId: string) => ({
    accessKeyId: new Secret(accessKeyId),
    secretKey: new Secret("a-secret-key"),
    sessionToken: new Secret("a-session-token"),
  });
  let held = keyed("FIRST");
  const queue = createQueue({
    endpoint,
    nowMs: () => Date.parse("2026-11-28T09:00:00Z"),
    credentials: {
      current: async () => held,
      async replace() {
        counts.replaced += 1;
        held = keyed("SECOND");
        return held;
      },
    },
    async send(request) {
      requests.push(request);
      const { status, body = {}, headers = {} } = answers.shift() ?? { status: 500 };
      return { status, text: JSON.stringify(body), header: (name) => headers[name] };
    },
  });
  const users = () =>
    requests.map(({ headers }) => /Credential=(\w+)/.exec(headers?.["Authorization"] ?? "")?.[1]);
  return { queue, requests, counts, users };
}

const receipt = "a receipt that only the queue understands";
const message = { MessageId: "1", ReceiptHandle: receipt, Body: "AAEC" };
const refused = { status: 403, body: { __type: "com.amazon.coral.service#ExpiredTokenException" } };

test("counts the messages that wait, unless the credentials do not allow it", async () => {
  const denied = { status: 403, body: { __type: "com.amazon.coral.service#AccessDenied" } };
  const counted = { status: 200, body: { Attributes: { ApproximateNumberOfMessages: "7" } } };
  const { queue, counts } = queueOf(counted, denied, { status: 200, body: {} });
  expect(await queue.waiting(signal)).toBe(7);
  expect(await queue.waiting(signal)).toBeUndefined();
  await expect(queue.waiting(signal)).rejects.toThrow("could not be understood");
  expect(counts.replaced).toBe(0);
});

test("receives with a long poll that is signed for the region of the queue", async () => {
  const { queue, requests } = queueOf({ status: 200, body: { Messages: [message] } });
  expect(await queue.receive(30, signal)).toEqual([{ receipt: expect.any(Secret), body: "AAEC" }]);
  const [request] = requests;
  expect(request).toMatchObject({
    method: "POST",
    url: new URL("https://sqs.eu-west-1.amazonaws.com/"),
    silenceMs: 30_000,
    headers: {
      "X-Amz-Target": "AmazonSQS.ReceiveMessage",
      "X-Amz-Security-Token": "a-session-token",
      Authorization: expect.stringContaining("/20261128/eu-west-1/sqs/aws4_request"),
    },
  });
  expect(JSON.parse(request?.body ?? "")).toEqual({
    QueueUrl: endpoint,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 20,
  });
});

test("an answer without messages is an empty list", async () => {
  expect(await queueOf({ status: 200 }).queue.receive(1, signal)).toEqual([]);
});

test.each<[string, Answer]>([
  ["expired credentials", refused],
  ["a wrong signature", { status: 403, body: { __type: "x#SignatureDoesNotMatch" } }],
  ["a 403 without a code", { status: 403 }],
  [
    "an unknown key in a 400",
    { status: 400, headers: { "x-amzn-query-error": "InvalidClientTokenId;Sender" } },
  ],
])("renews the credentials once after %s", async (_, answer) => {
  const { queue, counts, users } = queueOf(answer, { status: 200 });
  expect(await queue.receive(1, signal)).toEqual([]);
  expect({ ...counts, users: users() }).toEqual({ replaced: 1, users: ["FIRST", "SECOND"] });
});

test("a second refusal is an error in words", async () => {
  const message = "The security token included in the request is expired";
  const { queue, counts, requests } = queueOf(refused, {
    ...refused,
    body: { ...refused.body, message },
  });
  await expect(queue.receive(1, signal)).rejects.toMatchObject({
    kind: "service",
    reason: "wrong-credentials",
    exitCode: 5,
    message: `Receiving notifications: the queue answered 403, "${message}". New credentials were refused too. Check this machine's clock; if it is right, contact your LSEG representative.`,
  });
  expect([counts.replaced, requests.length]).toEqual([1, 2]);
});

test("hides a message, and asks no more once the queue does not allow it", async () => {
  const denied = { status: 403, body: { __type: "x#AccessDeniedException" } };
  const { queue, requests, counts } = queueOf({ status: 200 }, denied);
  const [held] = [{ receipt: new Secret(receipt, "receipt"), body: "" }];
  expect(await queue.hide(held, 300, signal)).toBe(true);
  expect(JSON.parse(requests[0]?.body ?? "")).toMatchObject({
    ReceiptHandle: receipt,
    VisibilityTimeout: 300,
  });
  expect(await queue.hide(held, 300, signal)).toBe(false);
  expect(await queue.hide(held, 300, signal)).toBe(false);
  expect([requests.length, counts.replaced]).toEqual([2, 0]);
});

test("a failure to get credentials is not repeated by the request that needs them", async () => {
  let asked = 0;
  const failure = new AppError({
    ...{ kind: "service", tried: "Requesting credentials", answered: "503", status: 503 },
  });
  const refuse = async () => {
    asked += 1;
    throw failure;
  };
  const queue = createQueue({
    endpoint,
    nowMs: Date.now,
    credentials: { current: refuse, replace: refuse },
    send: async () => ({ status: 200, text: "{}", header: () => undefined }),
  });
  const held = { receipt: new Secret(receipt, "receipt"), body: "" };
  await expect(queue.remove(held, signal)).rejects.toBe(failure);
  expect(asked).toBe(1);
});

test("recognizes a queue that was removed, by header or body", async () => {
  const header = { "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender" };
  for (const answer of [
    { status: 400, headers: header },
    { status: 400, body: { __type: "com.amazonaws.sqs#QueueDoesNotExist" } },
  ]) {
    const thrown: unknown = await queueOf(answer)
      .queue.receive(1, signal)
      .catch((error) => error);
    expect(isQueueGone(thrown)).toBe(true);
  }
});

test("an answer that is not the queue's is an error", async () => {
  const answer = { status: 200, body: "<html>" };
  await expect(queueOf(answer).queue.receive(1, signal)).rejects.toThrow(/could not be understood/);
});

test.each([
  ["https://sqs.us-east-1.amazonaws.com/1/q", "us-east-1"],
  ["https://sqs-fips.us-gov-west-1.amazonaws.com/1/q", "us-gov-west-1"],
  ["https://vpce-1.sqs.eu-central-1.vpce.amazonaws.com/1/q", "eu-central-1"],
  ["https://eu-west-2.queue.amazonaws.com/1/q", "eu-west-2"],
  ["https://sqs.cn-north-1.amazonaws.com.cn/1/q", "cn-north-1"],
  ["http://127.0.0.1:8080/queue/1", "us-east-1"],
])("the region of %s is %s", (address, region) => {
  expect(regionOf(new URL(address))).toBe(region);
});

test("receipts are redacted, and however many come, the credentials still are", async () => {
  const password = new Secret("the password of the account");
  const receipts = Array.from({ length: 500 }, (_, index) => `receipt-number-${index}-of-many`);
  const Messages = receipts.map((ReceiptHandle) => ({ ...message, ReceiptHandle }));
  await queueOf({ status: 200, body: { Messages } }).queue.receive(10, signal);
  expect(redact(`said ${receipts.at(-1)} and ${password.reveal()}`)).toBe("said ••• and •••");
});
