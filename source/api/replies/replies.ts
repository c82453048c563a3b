import * as v from "valibot";
import { AppError } from "../../base/errors.ts";
import { sanitize, sanitizeName } from "../../domain/sanitize.ts";
import { isPage } from "../../network/error-body.ts";
import type { HttpAnswer } from "../../network/http.ts";

const text = v.string();
const id = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform(String),
  v.string(),
  v.minLength(1),
);
/** Anything but a string counts as absent. */
const maybeText = v.fallback(v.optional(text), undefined);
const maybeTrue = v.fallback(v.optional(v.boolean()), undefined);
/** Reads the items that fit and leaves out the others; anything but a list counts as an empty one. */
export const fitting = <Schema extends v.GenericSchema>(schema: Schema) =>
  v.pipe(
    v.fallback(v.optional(v.array(v.unknown()), []), []),
    v.transform((items) => items.filter((item) => v.is(schema, item))),
    v.array(schema),
  );
const texts = fitting(text);

/** A whole number of at least zero, also as digits; anything else counts as absent. */
const maybeCount = v.fallback(
  v.optional(
    v.pipe(
      v.union([v.number(), v.pipe(v.string(), v.regex(/^\d{1,16}$/), v.transform(Number))]),
      v.number(),
      v.safeInteger(),
      v.minValue(0),
    ),
  ),
  undefined,
);

const maybeMd5 = v.fallback(
  v.optional(v.pipe(v.string(), v.toLowerCase(), v.regex(/^[0-9a-f]{32}$/))),
  undefined,
);

const times = { created: maybeText, modified: maybeText };

/** When the content was current, and when the service offers it. */
const spans = {
  contentFrom: maybeText,
  contentTo: maybeText,
  availableFrom: maybeText,
  availableTo: maybeText,
};

export const bucketReply = v.looseObject({
  name: v.pipe(text, v.minLength(1)),
  attributes: texts,
  ...times,
});

export const packageReply = v.looseObject({
  packageId: id,
  packageName: v.fallback(text, ""),
  packageType: maybeText,
  bucketNames: texts,
  contactEmail: maybeText,
  ...times,
  isEntitled: maybeTrue,
});

const attribute = v.object({
  name: text,
  value: v.pipe(v.union([v.string(), v.number(), v.boolean()]), v.transform(String), v.string()),
});

export const fileSetReply = v.pipe(
  v.looseObject({
    id,
    name: v.fallback(text, ""),
    bucketName: v.fallback(text, ""),
    packageId: v.fallback(text, ""),
    attributes: fitting(attribute),
    files: texts,
    numFiles: maybeCount,
    status: v.fallback(v.pipe(text, v.toUpperCase()), "READY"),
    ...spans,
    ...times,
  }),
  v.transform((fileSet) => ({ ...fileSet, numFiles: fileSet.numFiles ?? fileSet.files.length })),
);

export const fileReply = v.looseObject({
  id,
  filename: v.fallback(text, ""),
  filesetId: v.fallback(text, ""),
  fileSizeInBytes: maybeCount,
  md5: maybeMd5,
  ...times,
  href: maybeText,
});

export const pageReply = v.object({
  value: v.array(v.unknown()),
  "@nextLink": v.nullish(v.string()),
  totalResults: maybeCount,
});

/** `expires_in` is a string in real answers; ten minutes is the default. */
export const tokenReply = v.object({
  access_token: v.pipe(text, v.minLength(1)),
  refresh_token: v.fallback(v.optional(v.pipe(text, v.minLength(1))), undefined),
  expires_in: v.fallback(
    v.pipe(
      v.union([v.string(), v.number()]),
      v.transform(Number),
      v.finite(),
      v.minValue(1),
      v.maxValue(31_536_000),
    ),
    600,
  ),
});

export const urlReply = v.object({
  url: v.pipe(text, v.maxLength(16_384), v.regex(/^https?:\/\/[\x21-\x7e]+$/)),
});

/** Deeper answers are refused; the service's have four levels. */
const deepest = 32;

/**
 * Reads a 200 answer as `schema` without sanitizing its strings. Rejects invalid answers with an AppError
 * of kind service.
 */
export function readReply<Schema extends v.GenericSchema>(
  purpose: string,
  answer: HttpAnswer,
  schema: Schema,
): v.InferOutput<Schema> {
  return readAs(purpose, schema, parseJson(purpose, answer));
}

/** Like `readReply`, but removes control and bidi characters from every string first. */
export function readSanitized<Schema extends v.GenericSchema>(
  purpose: string,
  answer: HttpAnswer,
  schema: Schema,
): v.InferOutput<Schema> {
  return readAs(purpose, schema, sanitizeDeep(purpose, parseJson(purpose, answer), 0));
}

/** Reads a part that is already parsed and sanitized, such as one item of a page. */
export function readAs<Schema extends v.GenericSchema>(
  purpose: string,
  schema: Schema,
  value: unknown,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  throw notUnderstood(purpose, lackOf(result.issues[0]));
}

/** Names what is missing without repeating values or any "name: word" that looks like a secret. */
function lackOf(issue: v.GenericIssue): string {
  const place = v.getDotPath(issue);
  if (place !== null && issue.received === "undefined") return `it has no ${place}`;
  const subject = place === null ? "it" : `its ${place}`;
  if (issue.type === "regex") return `${subject} has an unknown form`;
  return `${subject} should be ${issue.expected ?? "another"}`;
}

function parseJson(purpose: string, answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    throw notUnderstood(
      purpose,
      isPage(answer.text) ? "it is a web page, not the service's answer" : "it is not JSON",
    );
  }
}

function sanitizeDeep(purpose: string, value: unknown, depth: number): unknown {
  if (typeof value === "string") return sanitize(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= deepest)
    throw notUnderstood(purpose, `it is nested more than ${deepest} levels deep`);
  if (Array.isArray(value)) return value.map((item) => sanitizeDeep(purpose, item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      sanitize(name),
      name === "filename" && typeof item === "string"
        ? sanitizeName(item)
        : sanitizeDeep(purpose, item, depth + 1),
    ]),
  );
}

function notUnderstood(purpose: string, why: string): AppError {
  return new AppError({
    kind: "service",
    tried: purpose,
    answered: `the answer could not be understood (${sanitize(why)})`,
    advice:
      "Something between here and the service may have answered in its place: check RDP_HOST and the proxy.",
  });
}
