import * as v from "valibot";
import { parseJson, readJson } from "../base/json.ts";
import { redact } from "../base/secret.ts";
import { sanitize } from "../domain/sanitize.ts";

export interface ErrorBody {
  code?: string;
  message?: string;
  requestId?: string;
}

const word = v.pipe(v.union([v.string(), v.number()]), v.transform(String));
/** A field of the wrong type must not hide the others, so it counts as absent. */
const maybeWord = v.fallback(v.optional(word), undefined);
const maybeText = v.fallback(v.optional(v.string()), undefined);

/** Sign-in: {"error":"invalid_grant","error_description":"…"}; the description may be absent. */
const oauth = v.pipe(
  v.looseObject({ error: v.string(), error_description: maybeText }),
  v.transform(
    (body): ErrorBody => ({ code: body.error, message: body.error_description ?? body.error }),
  ),
);

const reason = v.fallback(v.looseObject({ reason: maybeText }), {});

/** Gateway and file store: {"error":{"id","code","message","status","errors"?}}. */
const nested = v.pipe(
  v.looseObject({
    error: v.looseObject({
      id: maybeWord,
      code: maybeWord,
      message: maybeText,
      status: maybeWord,
      errors: v.fallback(v.optional(v.array(reason), []), []),
    }),
  }),
  v.transform(({ error }): ErrorBody => {
    const reasons = error.errors.flatMap(({ reason }) => reason ?? []);
    const message = [error.message ?? error.status ?? "no reason given", ...reasons].join("; ");
    return { message, code: error.code, requestId: error.id };
  }),
);

/** Entitlement: {"status":403,"message":"Access denied: …"}. */
const bare = v.pipe(
  v.looseObject({ message: v.string() }),
  v.transform((body): ErrorBody => ({ message: body.message })),
);

/** AWS API Gateway: {"Message":"…"}. */
const capital = v.pipe(
  v.looseObject({ Message: v.string() }),
  v.transform((body): ErrorBody => ({ message: body.Message })),
);

const shapes = v.union([nested, oauth, bare, capital]);

/**
 * Reads an error answer: the service's JSON shapes, the object store's XML, a gateway's web page or plain
 * text. Returns {} for anything else. Texts are sanitized, redacted and cut.
 */
export function readErrorBody(text: string): ErrorBody {
  const found = readJson(shapes, text) ?? readXml(text) ?? readPage(text) ?? readPlain(text);
  const { code, message, requestId } = found;
  return { code: shown(code), message: shown(message), requestId: shown(requestId) };
}

function shown(text: string | undefined): string | undefined {
  return text === undefined ? undefined : redact(sanitize(text)).trim().slice(0, 500);
}

/** <Error><Code>AccessDenied</Code><Message>Request has expired</Message><RequestId>…</RequestId></Error> */
function readXml(text: string): ErrorBody | undefined {
  if (!/<Error>/.test(text)) return undefined;
  const element = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
  return { code: element("Code"), message: element("Message"), requestId: element("RequestId") };
}

const complaint = v.looseObject({
  error: v.looseObject({
    code: v.pipe(word, v.literal("400")),
    errors: v.pipe(v.array(v.unknown()), v.minLength(1)),
  }),
});

/** True if the gateway rejected the parameters of a request. */
export function isComplaint(text: string): boolean {
  return v.is(complaint, parseJson(text));
}

/** True for a web page, which only a proxy or gateway on the way sends. */
export function isPage(text: string): boolean {
  return /<html|<!doctype html/i.test(text);
}

function readPage(text: string): ErrorBody | undefined {
  if (!isPage(text)) return undefined;
  const title = /<title[^<>]*>([^<]*)<\/title>/i.exec(text)?.[1]?.trim();
  return {
    message: title
      ? `a web page instead of an answer: "${title}"`
      : "a web page instead of an answer",
  };
}

/** A gateway's words without markup. JSON and XML of an unknown shape would say nothing to people. */
function readPlain(text: string): ErrorBody {
  return /^\s*(?:[[{<]|$)/.test(text) ? {} : { message: text };
}

/** The cause alone, for a row of a table: "Request has expired (403)"; undefined without a message. */
export function briefReason(message: string | undefined, status: number): string | undefined {
  return message && `${message.replace(/[.\s]+$/, "")} (${status})`;
}

/** The longest Retry-After that is honoured. */
const longestRetryAfterMs = 24 * 3_600_000;

/** Milliseconds of a Retry-After header in seconds or as a date; undefined if it is invalid. */
export function readRetryAfter(text: string | undefined, nowMs: number): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text.trim())) return Math.min(longestRetryAfterMs, Number(text) * 1_000);
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.min(longestRetryAfterMs, Math.max(0, atMs - nowMs));
}
