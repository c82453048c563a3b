import { randomUUID } from "node:crypto";
import type { Answer } from "../http/answers.ts";

// Assumed: the statuses and types; the two places of the code are those of AWS's protocol.

const errors = {
  accessDenied: [403, "AccessDenied", "com.amazon.coral.service#AccessDeniedException"],
  expiredToken: [403, "ExpiredToken", "com.amazon.coral.service#ExpiredTokenException"],
  unknownKey: [403, "InvalidClientTokenId", "com.amazon.coral.service#UnrecognizedClientException"],
  notSigned: [
    403,
    "MissingAuthenticationToken",
    "com.amazon.coral.service#MissingAuthenticationTokenException",
  ],
  wrongSignature: [
    403,
    "SignatureDoesNotMatch",
    "com.amazon.coral.service#InvalidSignatureException",
  ],
  noQueue: [400, "AWS.SimpleQueueService.NonExistentQueue", "com.amazonaws.sqs#QueueDoesNotExist"],
  badHandle: [400, "ReceiptHandleIsInvalid", "com.amazonaws.sqs#ReceiptHandleIsInvalid"],
  notInFlight: [
    400,
    "AWS.SimpleQueueService.MessageNotInflight",
    "com.amazonaws.sqs#MessageNotInflight",
  ],
  badValue: [
    400,
    "InvalidParameterValue",
    "com.amazon.coral.service#InvalidParameterValueException",
  ],
  unknownAction: [400, "InvalidAction", "com.amazon.coral.service#UnknownOperationException"],
  failure: [500, "InternalFailure", "com.amazon.coral.service#InternalFailure"],
} as const;

/** An error of SQS in its JSON protocol: the code is in the header and, another way, in the body. */
export function sqsError(name: keyof typeof errors, message: string): Answer {
  const [status, code, type] = errors[name];
  return {
    status,
    headers: {
      ...sqsHeaders(),
      "x-amzn-query-error": `${code};${status < 500 ? "Sender" : "Receiver"}`,
    },
    body: JSON.stringify({ __type: type, message }),
  };
}

export function sqsHeaders(): Record<string, string> {
  return { "Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": randomUUID() };
}
