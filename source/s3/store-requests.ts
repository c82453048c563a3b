import { AppError } from "../base/errors.ts";
import type { StoreAddress } from "../domain/store-address.ts";
import { readErrorBody, readRetryAfter } from "../network/error-body.ts";
import type { Exchange, ExchangeAnswer } from "../network/exchange.ts";
import { type RetryPolicy, withRetries } from "../network/retry.ts";
import { type AwsCredentials, signedHeaders } from "../network/sign-request.ts";
import type { StoreAccess } from "./store-access.ts";
import { elementText } from "./xml.ts";

export interface StoreRequest {
  /** The beginning of an error sentence. */
  purpose: string;
  method: "DELETE" | "GET" | "HEAD" | "POST" | "PUT";
  /** Without one the request is about the bucket. */
  key?: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
  /** The SHA-256 of the body in hexadecimal, if it is known. */
  bodySha256?: string;
  silenceMs?: number;
  retries?: RetryPolicy;
  take?: (chunk: Buffer) => void;
  /** Begins before each attempt, so that `take` may start again. */
  begin?: () => void;
  signal: AbortSignal;
}

/**
 * Sends one signed request, and again after failures that may pass, with new credentials after expired ones, and
 * with the region of the bucket and the time of the store if those were wrong. Rejects with an AppError for every
 * status that is not a success: of kind service if the store was not reached or was not able to answer, of kind
 * disk if it refused. Its `status` and `serviceCode` are the store's.
 */
export type SendToStore = (request: StoreRequest) => Promise<ExchangeAnswer>;

export interface StoreRequestsParts {
  access: StoreAccess;
  address: StoreAddress;
  exchange: Exchange;
  retries?: RetryPolicy;
  /** Milliseconds since 1970. */
  nowMs?: () => number;
}

/** With SlowDown a store asks for longer pauses than a service that stumbles. */
const storeRetries: RetryPolicy = { tries: 8, firstDelayMs: 400, longestDelayMs: 20_000 };

export function createStoreRequests({
  address,
  exchange,
  retries = storeRetries,
  nowMs = Date.now,
  ...parts
}: StoreRequestsParts): SendToStore {
  let { access } = parts;
  /** How far the clock of the store is ahead of that of this machine. */
  let aheadMs = 0;

  const sendWith = (request: StoreRequest, credentials: AwsCredentials) => {
    const { body = "", bodySha256, headers = {}, method, purpose, ...more } = request;
    const { signal, silenceMs, take } = more;
    const { bucketUrl, region } = access;
    const url = requestUrl(bucketUrl, request);
    const signing = { method, url, headers, body, bodySha256, region, credentials };
    const signed = signedHeaders({ ...signing, service: "s3", atMs: nowMs() + aheadMs });
    return exchange({ purpose, method, url, headers: signed, body, silenceMs, take, signal });
  };

  /** True if the refusal shows that the request was signed for another region or time than those of the store. */
  const corrects = (answer: ExchangeAnswer, used: { region: string; aheadMs: number }): boolean => {
    const region = regionIn(answer);
    if (region !== undefined && region !== used.region) {
      if (region !== access.region) access = access.inRegion(region);
      return true;
    }
    const foundMs = aheadMsIn(answer, nowMs());
    if (foundMs === undefined || Math.abs(foundMs - used.aheadMs) < leastSkewMs) return false;
    aheadMs = foundMs;
    return true;
  };

  const attempt = async (request: StoreRequest): Promise<ExchangeAnswer> => {
    request.begin?.();
    const credentials = await access.credentials();
    const used = { region: access.region, aheadMs };
    const answer = await sendWith(request, credentials);
    if (isSuccess(answer)) return answer;
    if (corrects(answer, used)) return sendWith(request, credentials);
    if (!isExpired(answer)) return answer;
    const renewed = await access.credentials(credentials);
    return renewed === credentials ? answer : sendWith(request, renewed);
  };

  return (request) =>
    withRetries(
      async () => {
        const answer = await attempt(request);
        if (isSuccess(answer)) return answer;
        throw refusal(answer, request, address);
      },
      request.retries ?? retries,
      request.signal,
    );
}

function requestUrl(bucketUrl: URL, { key, query = {} }: StoreRequest): URL {
  const url = new URL(bucketUrl);
  if (key !== undefined) url.pathname += key.split("/").map(encoded).join("/");
  const pairs = Object.entries(query).map(([name, value]) => [encoded(name), encoded(value)]);
  url.search = pairs
    .map((pair) => pair.join("="))
    .toSorted()
    .join("&");
  return url;
}

/** As RFC 3986 and the signature ask for. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The completion of an upload may fail after the headers of its success were sent. */
function isSuccess({ body, status }: ExchangeAnswer): boolean {
  return status >= 200 && status < 300 && !isError(body);
}

function isError(body: Buffer): boolean {
  return body.length < 10_000 && /<Error>/.test(body.toString("utf8"));
}

/** The region that a store names with a redirect, or because the signature is for another one. */
function regionIn({ body, headers, status }: ExchangeAnswer): string | undefined {
  if (status !== 301 && status !== 307 && status !== 400) return undefined;
  const region =
    headers["x-amz-bucket-region"] ?? elementText(body.toString("utf8"), "Region") ?? "";
  return /^[a-z0-9-]{1,40}$/.test(region) ? region : undefined;
}

/** Stores accept a signature within 15 minutes. */
const leastSkewMs = 5 * 60_000;

/** How far the clock of a store is ahead that may have refused the time; the answer to a HEAD has no code. */
function aheadMsIn({ body, headers, status }: ExchangeAnswer, nowMs: number): number | undefined {
  const atMs = Date.parse(headers["date"] ?? "");
  if (status !== 403 || Number.isNaN(atMs)) return undefined;
  const { code } = readErrorBody(body.toString("utf8"));
  return body.length === 0 || code === "RequestTimeTooSkewed" ? atMs - nowMs : undefined;
}

const expiredCodes: ReadonlySet<string | undefined> = new Set([
  "ExpiredToken",
  "ExpiredTokenException",
  "InvalidToken",
  "TokenRefreshRequired",
]);

/** The answer to a HEAD has no body, so any refusal of it may be meant. */
function isExpired({ body, status }: ExchangeAnswer): boolean {
  if (status !== 400 && status !== 401 && status !== 403) return false;
  return body.length === 0 || expiredCodes.has(readErrorBody(body.toString("utf8")).code);
}

/** Not implemented, wrong version of HTTP, and full: the same request meets them again. */
const lastingStatuses: ReadonlySet<number> = new Set([501, 505, 507]);

const passingCodes: ReadonlySet<string | undefined> = new Set([
  "InternalError",
  "RequestTimeout",
  "ServiceUnavailable",
  "SlowDown",
]);

function refusal(
  { body, headers, status }: ExchangeAnswer,
  { purpose }: StoreRequest,
  { bucket }: StoreAddress,
): AppError {
  const { code, message, requestId } = readErrorBody(body.toString("utf8"));
  const mayPass =
    (status >= 500 && !lastingStatuses.has(status)) ||
    status === 408 ||
    status === 429 ||
    passingCodes.has(code);
  const said = [code, message].filter((text) => text !== undefined).join(": ");
  return new AppError({
    kind: mayPass ? "service" : "disk",
    tried: purpose,
    answered: `the store answered ${status}${said === "" ? "" : `, "${said}"`}`,
    advice: mayPass ? "Try again later." : adviceFor(code, status, bucket),
    // Stores send what may pass with other statuses too, such as 200, 400 and 520.
    status: mayPass && (status < 429 || status > 504) ? 500 : status,
    serviceCode: code,
    requestId: requestId ?? headers["x-amz-request-id"],
    retryAfterMs: readRetryAfter(headers["retry-after"], Date.now()),
  });
}

const regionCodes: ReadonlySet<string> = new Set([
  "AuthorizationHeaderMalformed",
  "IllegalLocationConstraintException",
  "TemporaryRedirect",
]);

function adviceFor(code: string | undefined, status: number, bucket: string): string {
  if (code === "NoSuchBucket") return `Create the bucket ${bucket}, or name another with -o.`;
  if (code === "RequestTimeTooSkewed") return "Set the clock of this machine.";
  if (code === "KeyTooLongError") return "Choose a shorter prefix with -o.";
  if (status === 507) return "Free space in the store, or raise its quota.";
  if (code !== undefined && expiredCodes.has(code))
    return "The credentials have expired: renew them, as with aws sso login.";
  if (code === "SignatureDoesNotMatch" || code === "InvalidAccessKeyId")
    return "Check AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
  if (status === 301 || (code !== undefined && regionCodes.has(code)))
    return "Set AWS_REGION to the region of the bucket, and the endpoint, if one is set, to one of that region.";
  if (status === 403)
    return `The credentials need the rights to list the bucket ${bucket} and to read and write its objects.`;
  return "Check the bucket and its rules.";
}

/** Turns the answer that nothing is there, with this code if one is given, into undefined. */
export function undefinedIfAbsent(code?: string) {
  return (thrown: unknown): undefined => {
    const isSo =
      thrown instanceof AppError &&
      thrown.status === 404 &&
      (code === undefined ? thrown.serviceCode !== "NoSuchBucket" : thrown.serviceCode === code);
    if (!isSo) throw thrown;
  };
}
