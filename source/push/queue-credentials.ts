import * as v from "valibot";
import { serviceRefusal } from "../api/replies/refusal.ts";
import { readReply } from "../api/replies/replies.ts";
import { createAuthorizedSend, type ServiceConnection } from "../api/session/authorized-send.ts";
import { Secret } from "../base/secret.ts";
import { unlessAborted } from "../base/waiting.ts";
import { retryPolicy } from "../network/retry.ts";
import type { AwsCredentials } from "../network/sign-request.ts";

/** Temporary credentials for one queue. Methods reject with an AppError or an AbortError. */
export interface QueueCredentials {
  /** Renews them if they are about to expire. */
  current(signal: AbortSignal): Promise<AwsCredentials>;
  /** Credentials in the place of some that the queue refused. */
  replace(refused: AwsCredentials, signal: AbortSignal): Promise<AwsCredentials>;
}

export interface QueueCredentialsParts {
  connection: ServiceConnection;
  /** The address of the queue as the service gave it. */
  endpoint: string;
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Called after each renewal, but not after the first request. */
  onRenewed?: () => void;
}

const word = v.pipe(v.string(), v.minLength(1));

/** Whether the service reports when they expire, and in which form, is not documented. */
const moment = v.fallback(
  v.optional(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.transform(Date.parse))]),
      v.finite(),
      // Seconds or milliseconds since 1970.
      v.transform((time) => (time < 1e11 ? time * 1_000 : time)),
    ),
  ),
  undefined,
);

const credentialsReply = v.looseObject({
  credentials: v.looseObject({
    accessKeyId: word,
    secretKey: word,
    sessionToken: v.fallback(v.optional(word), undefined),
    expiration: moment,
  }),
  expiration: moment,
});

const minuteMs = 60_000;
const marginMs = 5 * minuteMs;

/** Credentials of this kind last for an hour or longer. */
const presumedLifeMs = 45 * minuteMs;

export function createQueueCredentials(parts: QueueCredentialsParts): QueueCredentials {
  const { connection, endpoint, nowMs, onRenewed } = parts;
  const authorized = createAuthorizedSend(connection);
  let held: { credentials: AwsCredentials; renewAtMs: number } | undefined;
  let renewing: Promise<AwsCredentials> | undefined;

  async function issue(): Promise<AwsCredentials> {
    const purpose = "Requesting credentials for the queue";
    const asked = { purpose, ifUnknown: "The subscription may have been removed." };
    const url = new URL("/auth/cloud-credentials/v1/", connection.host);
    url.searchParams.set("endpoint", endpoint);
    const askedAtMs = nowMs();
    const request = { purpose, method: "GET", url } as const;
    const answer = await authorized(request, retryPolicy, (received) =>
      received.status === 200 ? undefined : serviceRefusal(asked, received),
    );
    const reply = readReply(purpose, answer, credentialsReply);
    const { accessKeyId, secretKey, sessionToken } = reply.credentials;
    const credentials = {
      accessKeyId: new Secret(accessKeyId),
      secretKey: new Secret(secretKey),
      sessionToken: sessionToken === undefined ? undefined : new Secret(sessionToken),
    };
    const expiresAtMs = reply.credentials.expiration ?? reply.expiration;
    if (held !== undefined) onRenewed?.();
    held = { credentials, renewAtMs: renewalTime(askedAtMs, expiresAtMs) };
    return credentials;
  }

  /** All callers during a renewal share it, so it ends with none of them. */
  function renewed(signal: AbortSignal): Promise<AwsCredentials> {
    renewing ??= issue().finally(() => {
      renewing = undefined;
    });
    return unlessAborted(renewing, signal);
  }

  return {
    async current(signal) {
      // While nothing arrives, this alone keeps the session from expiring.
      await connection.tokens.current(signal);
      return held !== undefined && nowMs() < held.renewAtMs ? held.credentials : renewed(signal);
    },
    async replace(refused, signal) {
      return held !== undefined && held.credentials !== refused
        ? held.credentials
        : renewed(signal);
    },
  };
}

/** Five minutes before the expiry, but not before half of a short life has passed. */
function renewalTime(askedAtMs: number, expiresAtMs: number | undefined): number {
  if (expiresAtMs === undefined) return askedAtMs + presumedLifeMs;
  return Math.max(expiresAtMs - marginMs, askedAtMs + (expiresAtMs - askedAtMs) / 2);
}
