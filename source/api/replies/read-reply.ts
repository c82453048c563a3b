import * as v from "valibot";
import { AppError } from "../../base/errors.ts";
import { sanitize } from "../../domain/sanitize.ts";
import { isPage } from "../../network/error-body.ts";
import type { HttpAnswer } from "../../network/http.ts";

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
  return `${place === null ? "it" : `its ${place}`} should be ${issue.expected ?? "another"}`;
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
      sanitizeDeep(purpose, item, depth + 1),
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
