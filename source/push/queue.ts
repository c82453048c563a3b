import * as v from "valibot";
import { readReply } from "../api/replies/replies.ts";
import { AppError } from "../base/errors.ts";
import { readJson } from "../base/json.ts";
import { Secret } from "../base/secret.ts";
import { readErrorBody } from "../network/error-body.ts";
import type { HttpAnswer, Send } from "../network/http.ts";
import { noRetries, retryPolicy, spendingTries, withRetries } from "../network/retry.ts";
import { type AwsCredentials, signedHeaders } from "../network/sign-request.ts";
import {
  createQueueCredentials,
  type QueueCredentials,
  type QueueCredentialsParts,
} from "./queue-credentials.ts";
import type { Transport } from "./subscriptions.ts";

export interface QueueMessage {
  /** Names this delivery of the message to the queue. */
  receipt: Secret;
  /** Encrypted, in base64. */
  body: string;
}

/**
 * A queue of Amazon SQS. Methods reject with an AppError, with reason "wrong-credentials" if the queue
 * refused new credentials too, or with an AbortError.
 */
export interface MessageQueue {
  /** Waits up to 20 seconds for up to `most` messages. Does not retry. */
  receive(most: number, signal: AbortSignal): Promise<QueueMessage[]>;
  /** Hides the message from other receivers for these seconds; false if the queue does not allow it. */
  hide(message: QueueMessage, seconds: number, signal: AbortSignal): Promise<boolean>;
  remove(message: QueueMessage, signal: AbortSignal): Promise<void>;
  /** How many messages can be received, roughly; undefined if the credentials do not allow the question. */
  waiting(signal: AbortSignal): Promise<number | undefined>;
}

export interface QueueParts {
  /** Its address as the service gave it. */
  endpoint: string;
  send: Send;
  credentials: QueueCredentials;
  /** Milliseconds since 1970. */
  nowMs(): number;
}

/** The longest that the queue waits. */
const waitSeconds = 20;

/** The most that one request returns. */
export const mostAtOnce = 10;

/** More than the wait, so that an empty answer has time to arrive. */
const receiveSilenceMs = (waitSeconds + 10) * 1_000;

const receiveReply = v.object({
  Messages: v.fallback(
    v.optional(v.array(v.looseObject({ ReceiptHandle: v.string(), Body: v.string() })), []),
    [],
  ),
});

const attributesReply = v.object({
  Attributes: v.object({
    ApproximateNumberOfMessages: v.pipe(v.string(), v.transform(Number), v.finite()),
  }),
});

const purposes = {
  ReceiveMessage: "Receiving notifications",
  ChangeMessageVisibility: "Extending the time for a notification",
  DeleteMessage: "Removing a notification from the queue",
  GetQueueAttributes: "Counting the notifications in the queue",
} as const;

type Operation = keyof typeof purposes;

/** Credentials that may receive and delete messages may still lack the right to do these. */
const mayBeDenied: readonly Operation[] = ["ChangeMessageVisibility", "GetQueueAttributes"];

const clockAdvice =
  "New credentials were refused too. Check this machine's clock; if it is right, contact your LSEG representative.";

/** The queue of a subscription, with credentials of its own. */
export function openQueue(
  { endpoint }: Transport,
  { connection, nowMs, onRenewed }: Omit<QueueCredentialsParts, "endpoint">,
): MessageQueue {
  const credentials = createQueueCredentials({ connection, endpoint, nowMs, onRenewed });
  return createQueue({ endpoint, send: connection.send, credentials, nowMs });
}

export function createQueue({ endpoint, send, credentials, nowMs }: QueueParts): MessageQueue {
  const url = new URL("/", endpoint);
  const region = regionOf(url);
  let mayHide = true;

  const post = (
    operation: Operation,
    words: object,
    signed: AwsCredentials,
    signal: AbortSignal,
  ) => {
    const body = JSON.stringify({ QueueUrl: endpoint, ...words });
    const headers = signedHeaders({
      method: "POST",
      url,
      headers: {
        "Content-Type": "application/x-amz-json-1.0",
        "X-Amz-Target": `AmazonSQS.${operation}`,
      },
      body,
      region,
      service: "sqs",
      credentials: signed,
      atMs: nowMs(),
    });
    const purpose = purposes[operation];
    const silenceMs = operation === "ReceiveMessage" ? receiveSilenceMs : undefined;
    return send({ purpose, method: "POST", url, headers, body, signal, silenceMs });
  };

  /** Renews refused credentials once. */
  const call = (operation: Operation, words: object, signal: AbortSignal): Promise<HttpAnswer> =>
    withRetries(
      async (tries) => {
        let signed = await spendingTries(tries, credentials.current(signal));
        for (let isRenewed = false; ; isRenewed = true) {
          const answer = await post(operation, words, signed, signal);
          if (answer.status === 200) return answer;
          const error = queueError(purposes[operation], answer);
          const isFinal = mayBeDenied.includes(operation) && isDenied(error);
          if (isFinal || !isRefused(error)) throw error;
          if (isRenewed)
            throw error.withFacts({ advice: clockAdvice, reason: "wrong-credentials" });
          signed = await spendingTries(tries, credentials.replace(signed, signal));
        }
      },
      operation === "ReceiveMessage" ? noRetries : retryPolicy,
      signal,
    );

  return {
    async receive(most, signal) {
      const MaxNumberOfMessages = Math.min(most, mostAtOnce);
      const words = { MaxNumberOfMessages, WaitTimeSeconds: waitSeconds };
      const answer = await call("ReceiveMessage", words, signal);
      const { Messages } = readReply(purposes.ReceiveMessage, answer, receiveReply);
      return Messages.map(({ ReceiptHandle, Body }) => ({
        receipt: new Secret(ReceiptHandle, "receipt"),
        body: Body,
      }));
    },
    async hide({ receipt }, seconds, signal) {
      if (!mayHide) return false;
      const words = { ReceiptHandle: receipt.reveal(), VisibilityTimeout: seconds };
      try {
        await call("ChangeMessageVisibility", words, signal);
      } catch (thrown) {
        if (!isDenied(thrown)) throw thrown;
        mayHide = false;
      }
      return mayHide;
    },
    async remove({ receipt }, signal) {
      await call("DeleteMessage", { ReceiptHandle: receipt.reveal() }, signal);
    },
    async waiting(signal) {
      const words = { AttributeNames: ["ApproximateNumberOfMessages"] };
      try {
        const answer = await call("GetQueueAttributes", words, signal);
        const { Attributes } = readReply(purposes.GetQueueAttributes, answer, attributesReply);
        return Attributes.ApproximateNumberOfMessages;
      } catch (thrown) {
        if (isDenied(thrown)) return undefined;
        throw thrown;
      }
    },
  };
}

/** The region in the name of the queue's host; the default of SQS without one. */
export function regionOf({ hostname }: URL): string {
  const named = /(?:^|\.)sqs(?:-fips)?\.([a-z0-9-]+)\./.exec(hostname);
  const older = /^([a-z0-9-]+)\.queue\./.exec(hostname);
  return named?.[1] ?? older?.[1] ?? "us-east-1";
}

/** True if the queue was removed, as with its subscription. */
export function isQueueGone(thrown: unknown): boolean {
  return hasCode(thrown, /nonexistentqueue|queuedoesnotexist/i);
}

function isDenied(thrown: unknown): boolean {
  return hasCode(thrown, /accessdenied/i);
}

/** Which codes expired, unknown and malformed credentials have differs, so all count alike. */
function isRefused(error: AppError): boolean {
  return error.status === 403 || hasCode(error, /token|credential|signature/i);
}

function hasCode(thrown: unknown, code: RegExp): boolean {
  return thrown instanceof AppError && code.test(thrown.serviceCode ?? "");
}

function queueError(tried: string, answer: HttpAnswer): AppError {
  const { message } = readErrorBody(answer.text);
  const said = message === undefined ? "" : `, "${message}"`;
  return new AppError({
    kind: "service",
    tried,
    answered: `the queue answered ${answer.status}${said}`,
    advice: "Try again later.",
    status: answer.status,
    serviceCode: codeOf(answer) || undefined,
    requestId: answer.header("x-amzn-requestid"),
  });
}

/** "QueueDoesNotExist", from the header or the field of the body that has it. */
function codeOf({ header, text }: HttpAnswer): string {
  const [ofHeader = ""] = (header("x-amzn-query-error") ?? "").split(";");
  const ofBody = readJson(v.looseObject({ __type: v.string() }), text)?.__type ?? "";
  return ofHeader || (ofBody.split("#").at(-1) ?? "");
}
