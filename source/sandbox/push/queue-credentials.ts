import type { Answer } from "../http/answers.ts";
import {
  isSigned,
  type KeyPair,
  newKeyPair,
  newSecurityToken,
  readAuthorization,
} from "../http/aws-signature.ts";
import { sqsError } from "./queue-errors.ts";

/** For one queue, until their end. */
interface QueueKey extends KeyPair {
  sessionToken: string;
  endpoint: string;
  endsMs: number;
}

export interface SandboxCredentials {
  issue(endpoint: string, seconds: number): QueueKey;
  /** The queue that the request may use, or why it may use none. */
  check(request: Parameters<typeof isSigned>[0]): { endpoint: string } | { refused: Answer };
  /** Ends all that were issued so far. */
  expire(): void;
}

const region = "us-east-1";

export function createSandboxCredentials(now: () => number): SandboxCredentials {
  const keys = new Map<string, QueueKey>();

  return {
    issue(endpoint, seconds) {
      const key = {
        ...newKeyPair(),
        sessionToken: newSecurityToken(),
        endpoint,
        endsMs: now() + seconds * 1000,
      };
      keys.set(key.accessKeyId, key);
      return key;
    },
    check(request) {
      const refuse = (...why: Parameters<typeof sqsError>) => ({ refused: sqsError(...why) });
      const authorization = readAuthorization(request.headers.authorization);
      if (!authorization) return refuse("notSigned", "Request is missing Authentication Token");
      const key = keys.get(authorization.accessKeyId);
      if (key?.sessionToken !== request.headers["x-amz-security-token"] || !key) {
        return refuse("unknownKey", "The security token included in the request is invalid.");
      }
      if (key.endsMs <= now()) {
        return refuse("expiredToken", "The security token included in the request is expired");
      }
      if (authorization.region !== region || authorization.service !== "sqs") {
        return refuse(
          "wrongSignature",
          `Credential should be scoped to a valid region and to the service: '${region}', 'sqs'.`,
        );
      }
      if (!isSigned(request, authorization, key.secretKey)) {
        return refuse(
          "wrongSignature",
          "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
        );
      }
      return { endpoint: key.endpoint };
    },
    expire() {
      for (const key of keys.values()) key.endsMs = Number.NEGATIVE_INFINITY;
    },
  };
}
