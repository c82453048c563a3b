import { AppError } from "../base/errors.ts";
import type { StoreAddress } from "../domain/store-address.ts";
import { readErrorBody, readRetryAfter } from "../network/error-body.ts";
import type { Exchange, ExchangeAnswer } from "../network/exchange.ts";
import { type RetryPolicy, withRetries } from "../network/retry.ts";
import { type AwsCredentials, signedHeaders } from "../network/sign-request.ts";
import type { StoreAccess } from "./store-access.ts";

export interface StoreRequest {
  /** The beginning of an error sentence. */
  purpose: string;
  method: "DELETE" | "GET" | "HEAD" | "POST" | "PUT";
  /** Without one the request is about the bucket. */
  key?: string;
  query?: Readonly<Record<string, string>>;
  headers?: Readonly<Record<string, string>>;
  body?: string | Buffer;
  silenceMs?: number;
  retries?: RetryPolicy;
  take?: (chunk: Buffer) => void;
  /** Begins before each attempt, so that `take` may start again. */
  begin?: () => void;
  signal: AbortSignal;
}

/**
 * Sends one signed request, and again after failures that may pass and with new credentials after expired ones.
 * Rejects with an AppError for every status that is not a success: of kind service if the store was not
 * reached or was not able to answer, of kind disk if it refused. Its `status` and `serviceCode` are the store's.
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

  const sendWith = (request: StoreRequest, credentials: AwsCredentials) => {
    const { body = "", headers = {}, method, purpose, signal, silenceMs, take } = request;
    const { bucketUrl, region } = access;
    const url = requestUrl(bucketUrl, request);
    const signing = { method, url, headers, body, region, credentials };
    const signed = signedHeaders({ ...signing, service: "s3", atMs: nowMs() });
    return exchange({ purpose, method, url, headers: signed, body, silenceMs, take, signal });
  };

  const attempt = async (request: StoreRequest): Promise<ExchangeAnswer> => {
    request.begin?.();
    const credentials = await access.credentials();
    const answer = await sendWith(request, credentials);
    if (isSuccess(answer)) return answer;
    const other = otherRegion(answer, access);
    if (other !== undefined) {
      access = other;
      return sendWith(request, credentials);
    }
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

function otherRegion(
  { headers, status }: ExchangeAnswer,
  access: StoreAccess,
): StoreAccess | undefined {
  const region = headers["x-amz-bucket-region"] ?? "";
  if ((status !== 301 && status !== 400) || !/^[a-z0-9-]{1,40}$/.test(region)) return undefined;
  return region === access.region ? undefined : access.inRegion(region);
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
  const mayPass = status >= 500 || status === 429 || passingCodes.has(code);
  const said = [code, message].filter((text) => text !== undefined).join(": ");
  return new AppError({
    kind: mayPass && status !== 501 ? "service" : "disk",
    tried: purpose,
    answered: `the store answered ${status}${said === "" ? "" : `, "${said}"`}`,
    advice: mayPass ? "Try again later." : adviceFor(code, status, bucket),
    // Some stores send what may pass with the status 200 or 400.
    status: mayPass && status < 429 ? 500 : status,
    serviceCode: code,
    requestId: requestId ?? headers["x-amz-request-id"],
    retryAfterMs: readRetryAfter(headers["retry-after"], Date.now()),
  });
}

function adviceFor(code: string | undefined, status: number, bucket: string): string {
  if (code === "NoSuchBucket") return `Create the bucket ${bucket}, or name another with -o.`;
  if (code === "RequestTimeTooSkewed") return "Set the clock of this machine.";
  if (code !== undefined && expiredCodes.has(code))
    return "The credentials have expired: renew them, as with aws sso login.";
  if (code === "SignatureDoesNotMatch" || code === "InvalidAccessKeyId")
    return "Check AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
  if (status === 301 || code === "AuthorizationHeaderMalformed")
    return "Set AWS_REGION to the region of the bucket.";
  if (status === 403)
    return `The credentials need the rights to list the bucket ${bucket} and to read and write its objects.`;
  return "Check the bucket and its rules.";
}

/** Turns an answer of this status, and of this code if one is given, into undefined. */
export function undefinedIf(status: number, code?: string) {
  return (thrown: unknown): undefined => {
    const isSo =
      thrown instanceof AppError &&
      thrown.status === status &&
      (code === undefined ? thrown.serviceCode !== "NoSuchBucket" : thrown.serviceCode === code);
    if (!isSo) throw thrown;
  };
}
