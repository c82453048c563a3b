import { inspect } from "node:util";

const placeholder = "•••";

/** A string that prints, inspects and serializes as dots and that `redact` finds in other texts. */
export class Secret {
  readonly #text: string;

  /** Only the newest of each kind are known, so that many short-lived receipts displace no credential. */
  constructor(text: string, kind: "credential" | "receipt" = "credential") {
    this.#text = text;
    if (kind === "receipt") remember(receipts, text);
    else registerSecret(text);
  }

  /** Only for the code that sends it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return placeholder;
  }

  toJSON(): string {
    return placeholder;
  }

  [inspect.custom](): string {
    return placeholder;
  }
}

/** Longer texts are cut, because the patterns would take too long. */
const longestText = 20_000;

const patterns: readonly [RegExp, string][] = [
  // Presigned URLs carry a security token and the account in their query.
  [/(https?:\/\/[^\s"'<>?]+)\?[^\s"'<>]+/gi, `$1?${placeholder}`],
  [/\beyJ[\w-]{8,}\.[\w.-]+/g, placeholder],
  [/(X-Amz-(?:Signature|Security-Token|Credential))=[^&\s"'<>]+/gi, `$1=${placeholder}`],
  [/\b(Bearer|Basic)\s+[\w+/=.~-]{8,}/gi, `$1 ${placeholder}`],
  [
    /\b(access_token|refresh_token|password|newPassword|client_secret|token)(["']?\s*[:=]\s*["']?)[^\s"'&,}]+/gi,
    `$1$2${placeholder}`,
  ],
];

/** Replaces known secrets, bearer tokens, form secrets and the queries of URLs in `text`. */
export function redact(text: string): string {
  let redacted = withoutKnown(text.slice(0, longestText));
  for (const [pattern, replacement] of patterns) redacted = redacted.replace(pattern, replacement);
  return redacted;
}

/** The number of secrets of each kind that are kept; the oldest are dropped. */
const mostKnown = 200;

/** Shorter secrets would match ordinary words. */
const shortestKnown = 4;

/** A secret this long is also found when only its beginning is repeated. */
const longEnough = 24;
const beginning = 20;

/** A spelling in which a secret may occur, with the part of it that is looked for first. */
interface Form {
  text: string;
  start: string;
}

/** Each secret with its forms, which are made when a text is redacted first: most secrets see none. */
type Known = Map<string, readonly Form[] | undefined>;

const credentials: Known = new Map();
const addressParts: Known = new Map();
const receipts: Known = new Map();

/** The parameters of a presigned address that grant access. */
const signed = /[?&]X-Amz-(?:Signature|Security-Token|Credential)=([^&#]+)/gi;

/** Registers a credential, token or presigned address for redaction. */
export function registerSecret(secret: string): void {
  if (!/^https?:\/\//i.test(secret)) {
    remember(credentials, secret.replace(/^Basic /, ""));
    return;
  }
  for (const [, part = ""] of secret.matchAll(signed)) {
    remember(addressParts, part);
    remember(addressParts, decoded(part));
  }
}

/**
 * Replaces every known secret, in any encoding and also when a long one was cut. The longest come first:
 * a secret that begins with a shorter one would keep its end.
 */
function withoutKnown(text: string): string {
  const found = [credentials, addressParts, receipts].flatMap((known) => formsIn(text, known));
  return found
    .sort((one, other) => other.length - one.length)
    .reduce((rest, form) => without(rest, form), text);
}

/** The forms of known secrets that may occur in `text`. */
function formsIn(text: string, known: Known): string[] {
  const found: string[] = [];
  for (const [secret, made] of known) {
    const forms = made ?? formsOf(secret);
    if (made === undefined) known.set(secret, forms);
    for (const form of forms) if (text.includes(form.start)) found.push(form.text);
  }
  return found;
}

function remember(known: Known, secret: string): void {
  if (secret.length < shortestKnown) return;
  const forms = known.get(secret);
  known.delete(secret);
  known.set(secret, forms);
  const [oldest] = known.keys();
  if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
}

function formsOf(secret: string): readonly Form[] {
  const encoded = encodeURIComponent(secret.replace(/\p{Surrogate}/gu, "\ufffd"));
  const base64 = Buffer.from(secret).toString("base64");
  const texts = new Set([secret, encoded, encoded.replaceAll("%20", "+"), base64]);
  return [...texts].map((text) => ({ text, start: text.slice(0, beginning) }));
}

function without(text: string, form: string): string {
  const whole = form.length < 8 ? wordOf(form) : escaped(form);
  const rest = text.replace(new RegExp(whole, "gu"), placeholder);
  if (form.length < longEnough) return rest;
  const cut = `${escaped(form.slice(0, beginning))}[\\w.~+/=%-]*`;
  return rest.replace(new RegExp(cut, "gu"), placeholder);
}

/** Matches a short secret as a whole word only, since it may be part of other words. */
function wordOf(form: string): string {
  return `(?<![\\p{L}\\p{N}_])${escaped(form)}(?![\\p{L}\\p{N}_])`;
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
