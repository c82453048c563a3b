import * as v from "valibot";
import { AppError } from "../base/errors.ts";
import { readJson } from "../base/json.ts";
import { Secret } from "../base/secret.ts";
import { readErrorBody } from "../network/error-body.ts";
import type { HttpAnswer, Send } from "../network/http.ts";
import { noRetries, type RetryPolicy, retryPolicy, withRetries } from "../network/retry.ts";
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
  /** A receipt that is no longer valid counts as removed: the queue delivers the message again. */
  remove(message: QueueMessage, signal: AbortSignal): Promise<void>;
}

/** A queue that can also be asked without taking a message. */
export interface CountedQueue extends MessageQueue {
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

interface QueueCall {
  purpose: string;
  /** The operation: "ReceiveMessage". */
  operation: string;
  words: object;
  retries: RetryPolicy;
  silenceMs?: number;
}

/** The queue of a subscription, with credentials of its own. */
export function openQueue(
  { endpoint }: Transport,
  { connection, nowMs, onRenewed }: Omit<QueueCredentialsParts, "endpoint">,
): CountedQueue {
  const credentials = createQueueCredentials({ connection, endpoint, nowMs, onRenewed });
  return createQueue({ endpoint, send: connection.send, credentials, nowMs });
}

export function createQueue({ endpoint, send, credentials, nowMs }: QueueParts): CountedQueue {
  const url = new URL("/", endpoint);
  const region = regionOf(url);
  let mayHide = true;

  const post = (
    { purpose, operation, words, silenceMs }: QueueCall,
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
    return send({ purpose, method: "POST", url, headers, body, signal, silenceMs });
  };

  /** Renews refused credentials once. */
  const call = (request: QueueCall, signal: AbortSignal): Promise<HttpAnswer> =>
    withRetries(
      async () => {
        const first = await credentials.current(signal);
        const answer = await post(request, first, signal);
        if (answer.status === 200) return answer;
        if (!isRefused(answer) || isNotAllowed(request, answer))
          throw queueError(request.purpose, answer);
        const second = await post(request, await credentials.replace(first, signal), signal);
        if (second.status === 200) return second;
        throw isRefused(second)
          ? refusedTwice(request.purpose, second)
          : queueError(request.purpose, second);
      },
      request.retries,
      signal,
    );

  return {
    async receive(most, signal) {
      const purpose = "Receiving notifications";
      const words = {
        MaxNumberOfMessages: Math.min(most, mostAtOnce),
        WaitTimeSeconds: waitSeconds,
      };
      const request = { purpose, operation: "ReceiveMessage", words, retries: noRetries };
      const answer = await call({ ...request, silenceMs: receiveSilenceMs }, signal);
      const reply = readJson(receiveReply, answer.text);
      if (reply === undefined) throw notUnderstood(purpose);
      return reply.Messages.map(({ ReceiptHandle, Body }) => ({
        receipt: new Secret(ReceiptHandle, "receipt"),
        body: Body,
      }));
    },
    async hide({ receipt }, seconds, signal) {
      if (!mayHide) return false;
      const words = { ReceiptHandle: receipt.reveal(), VisibilityTimeout: seconds };
      const purpose = "Extending the time for a notification";
      const request = { purpose, operation: "ChangeMessageVisibility", words };
      try {
        await call({ ...request, retries: retryPolicy }, signal);
        return true;
      } catch (thrown) {
        if (isDenied(thrown)) mayHide = false;
        if (isDenied(thrown) || isOutdated(thrown)) return false;
        throw thrown;
      }
    },
    async remove({ receipt }, signal) {
      const words = { ReceiptHandle: receipt.reveal() };
      const purpose = "Removing a notification from the queue";
      const request = { purpose, operation: "DeleteMessage", words, retries: retryPolicy };
      try {
        await call(request, signal);
      } catch (thrown) {
        if (!isOutdated(thrown)) throw thrown;
      }
    },
    async waiting(signal) {
      const words = { AttributeNames: ["ApproximateNumberOfMessages"] };
      const purpose = "Counting the notifications in the queue";
      const request = { purpose, operation: "GetQueueAttributes", words, retries: retryPolicy };
      try {
        const reply = readJson(attributesReply, (await call(request, signal)).text);
        if (reply === undefined) throw notUnderstood(purpose);
        return reply.Attributes.ApproximateNumberOfMessages;
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

/** "QueueDoesNotExist", from the header or the field of the body that has it. */
function codeOf({ header, text }: HttpAnswer): string {
  const [ofHeader = ""] = (header("x-amzn-query-error") ?? "").split(";");
  const ofBody = readJson(v.looseObject({ __type: v.string() }), text)?.__type ?? "";
  return ofHeader || (ofBody.split("#").at(-1) ?? "");
}

/** Which codes expired, unknown and malformed credentials have differs, so all count alike. */
function isRefused(answer: HttpAnswer): boolean {
  const isOfCredentials = /token|credential|signature/i.test(codeOf(answer));
  return answer.status === 403 || (answer.status >= 400 && isOfCredentials);
}

/** Credentials that may receive and delete messages may still lack the right to do more. */
function isNotAllowed({ operation }: QueueCall, answer: HttpAnswer): boolean {
  const isNeeded = operation === "ReceiveMessage" || operation === "DeleteMessage";
  return !isNeeded && /accessdenied/i.test(codeOf(answer));
}

function isDenied(thrown: unknown): boolean {
  return thrown instanceof AppError && /accessdenied/i.test(thrown.serviceCode ?? "");
}

function isOutdated(thrown: unknown): boolean {
  const code = thrown instanceof AppError ? thrown.serviceCode : undefined;
  return /receipthandle|messagenotinflight|invalidparametervalue/i.test(code ?? "");
}

/** True if the queue was removed, as with its subscription. */
export function isQueueGone(thrown: unknown): boolean {
  const code = thrown instanceof AppError ? thrown.serviceCode : undefined;
  return /nonexistentqueue|queuedoesnotexist/i.test(code ?? "");
}

function refusedTwice(purpose: string, answer: HttpAnswer): AppError {
  const advice =
    "New credentials were refused too. Check this machine's clock; if it is right, contact your LSEG representative.";
  return queueError(purpose, answer).retold({ advice, reason: "wrong-credentials" });
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

function notUnderstood(tried: string): AppError {
  return new AppError({
    kind: "service",
    tried,
    answered: "the answer of the queue could not be understood",
    advice: "Something may have answered in its place: check the proxy.",
  });
}
