import { createHash } from "node:crypto";
import * as v from "valibot";
import { type Answer, gatewayError } from "../http/answers.ts";
import { type Effect, effectOf } from "../http/faults.ts";
import type { ArrivedRequest, OnClose } from "../http/origin.ts";
import { changedBody } from "./message.ts";
import { type QueueCall, readForm, xmlAnswer } from "./query-protocol.ts";
import { retentionSeconds, type SandboxQueue, type TakenMessage } from "./queue.ts";
import type { SandboxCredentials } from "./queue-credentials.ts";
import { sqsError, sqsHeaders } from "./queue-errors.ts";
import type { SandboxSubscriptions, Sent } from "./subscriptions.ts";

/** SQS, in its JSON protocol and the older one. */
export type QueueHandler = (
  request: ArrivedRequest,
  effects: readonly Effect[],
  onClose: OnClose,
) => Promise<Answer>;

/** SQS's own. */
const defaultVisibilitySeconds = 30;

const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const names = v.optional(v.array(v.string()), []);
const visibility = whole(0, 12 * 3600);

const schemas = {
  ReceiveMessage: v.object({
    MaxNumberOfMessages: v.optional(whole(1, 10), 1),
    WaitTimeSeconds: v.optional(whole(0, 20), 0),
    VisibilityTimeout: v.optional(visibility, defaultVisibilitySeconds),
    AttributeNames: names,
    MessageSystemAttributeNames: names,
  }),
  DeleteMessage: v.object({ ReceiptHandle: v.string() }),
  ChangeMessageVisibility: v.object({ ReceiptHandle: v.string(), VisibilityTimeout: visibility }),
  GetQueueAttributes: v.object({ AttributeNames: names }),
} as const;

type Action = keyof typeof schemas;
type Asked = { [Name in Action]: v.InferOutput<(typeof schemas)[Name]> };

const queueNames = v.object({
  QueueUrl: v.optional(v.string(), ""),
  QueueName: v.optional(v.string(), ""),
});

interface QueueServiceParts {
  subscriptions: SandboxSubscriptions;
  credentials: SandboxCredentials;
  /** Makes the file sets of these messages unreadable. */
  withdraw(messages: readonly Sent[], how: "expired" | "not-entitled"): void;
}

export function createQueueService({
  subscriptions,
  credentials,
  withdraw,
}: QueueServiceParts): QueueHandler {
  async function receive(
    queue: SandboxQueue<Sent>,
    asked: Asked["ReceiveMessage"],
    effects: readonly Effect[],
    onClose: OnClose,
  ): Promise<Answer> {
    const messages = await queue.receive({
      most: asked.MaxNumberOfMessages,
      waitSeconds: asked.WaitTimeSeconds,
      visibilitySeconds: asked.VisibilityTimeout,
      newestFirst: effectOf(effects, "disorder") !== undefined,
      duplicates: effectOf(effects, "duplicates") !== undefined,
      onClose,
    });
    if (!messages) return noQueue();
    const withdrawal = effectOf(effects, "withdraw");
    if (withdrawal)
      withdraw(
        messages.map(({ content }) => content),
        withdrawal.how,
      );
    if (messages.length === 0) return done({});
    const attributes = [...asked.AttributeNames, ...asked.MessageSystemAttributeNames];
    return done({ Messages: messages.map((each) => show(each, attributes, effects)) });
  }

  async function answerAt(
    queue: SandboxQueue<Sent>,
    action: string,
    body: unknown,
    effects: readonly Effect[],
    onClose: OnClose,
  ): Promise<Answer> {
    switch (action) {
      case "ReceiveMessage":
        return receive(queue, v.parse(schemas.ReceiveMessage, body), effects, onClose);
      case "DeleteMessage": {
        const { ReceiptHandle } = v.parse(schemas.DeleteMessage, body);
        return queue.delete(ReceiptHandle) ? done() : badHandle();
      }
      case "ChangeMessageVisibility": {
        const { ReceiptHandle, VisibilityTimeout } = v.parse(schemas[action], body);
        const result = queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
        if (result === "unknown-handle") return badHandle();
        if (result === "changed") return done();
        return sqsError("notInFlight", "The message referred to isn't in flight.");
      }
      case "GetQueueAttributes": {
        const { AttributeNames } = v.parse(schemas.GetQueueAttributes, body);
        return done({ Attributes: chosen(attributesOf(queue), AttributeNames) });
      }
      default:
        return sqsError("unknownAction", `The operation ${action} is not known.`);
    }
  }

  async function answerTo(
    { action, input }: QueueCall,
    endpoint: string,
    effects: readonly Effect[],
    onClose: OnClose,
  ): Promise<Answer> {
    const named = v.safeParse(queueNames, input);
    if (!named.success) return sqsError("badValue", "The request is not one of this protocol.");
    const { QueueUrl, QueueName } = named.output;
    const own = subscriptions.queueAt(endpoint);
    if (action === "GetQueueUrl") {
      return own?.url.endsWith(`/${QueueName}`) ? done({ QueueUrl: own.url }) : noQueue();
    }
    if (QueueUrl !== endpoint) {
      return sqsError(
        "accessDenied",
        `Access to the resource ${QueueUrl} is denied: the credentials are for another queue.`,
      );
    }
    if (!own) return noQueue();
    try {
      return await answerAt(own, action, input, effects, onClose);
    } catch (thrown) {
      if (!v.isValiError(thrown)) throw thrown;
      return sqsError("badValue", thrown.message);
    }
  }

  return async (request, effects, onClose) => {
    const { method, headers, body } = request;
    if (method !== "POST") return gatewayError(404, "Resource not found");
    const isForm = headers["content-type"]?.includes("form-urlencoded") === true;
    const called = isForm ? readForm(body) : readCall(request);
    const signer = credentials.check(request);
    const answer =
      "refused" in signer
        ? signer.refused
        : await answerTo(called, signer.endpoint, effects, onClose);
    return isForm ? xmlAnswer(called.action, answer) : answer;
  };
}

function readCall({ headers, body }: ArrivedRequest): QueueCall {
  const action = String(headers["x-amz-target"]).replace(/^AmazonSQS\./, "");
  const read = v.safeParse(v.pipe(v.string(), v.parseJson()), body);
  return { action, input: read.success ? read.output : undefined };
}

function show(
  message: TakenMessage<Sent>,
  attributes: readonly string[],
  effects: readonly Effect[],
) {
  const { id, handle, content, sentMs, firstReceivedMs, receives } = message;
  const body = changedBody(content.notification, content.key, effects) ?? content.body;
  const known = {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: String(sentMs),
    ApproximateFirstReceiveTimestamp: String(firstReceivedMs),
  };
  return {
    MessageId: id,
    ReceiptHandle: handle,
    MD5OfBody: createHash("md5").update(body).digest("hex"),
    Body: body,
    Attributes: attributes.length > 0 ? chosen(known, attributes) : undefined,
  };
}

function attributesOf(queue: SandboxQueue<Sent>): Record<string, string> {
  const { visible, inFlight } = queue.counts();
  return {
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: "0",
    CreatedTimestamp: String(Math.floor(queue.createdMs / 1000)),
    MessageRetentionPeriod: String(retentionSeconds),
    VisibilityTimeout: String(defaultVisibilitySeconds),
    ReceiveMessageWaitTimeSeconds: "0",
  };
}

function chosen(known: Record<string, string>, wanted: readonly string[]) {
  return Object.fromEntries(
    Object.entries(known).filter(([name]) => wanted.includes("All") || wanted.includes(name)),
  );
}

function done(body?: object): Answer {
  return { status: 200, headers: sqsHeaders(), body: body ? JSON.stringify(body) : "" };
}

function noQueue(): Answer {
  return sqsError("noQueue", "The specified queue does not exist.");
}

function badHandle(): Answer {
  return sqsError("badHandle", "The input receipt handle is invalid.");
}
