const placeholder = "•••";

/** Nothing that is told is longer; the patterns would take their time. */
const longestText = 20_000;

const patterns: readonly [RegExp, string][] = [
  // The query of an http address: presigned URLs carry a security token and the account there.
  [/(https?:\/\/[^\s"'<>?]+)\?[^\s"'<>]+/gi, `$1?${placeholder}`],
  [/\beyJ[\w-]{8,}\.[\w.-]+/g, placeholder],
  [/(X-Amz-(?:Signature|Security-Token|Credential))=[^&\s"'<>]+/gi, `$1=${placeholder}`],
  [/\b(Bearer|Basic)\s+[\w+/=.~-]{8,}/gi, `$1 ${placeholder}`],
  [
    /\b(access_token|refresh_token|password|newPassword|client_secret|token)(["']?\s*[:=]\s*["']?)[^\s"'&,}]+/gi,
    `$1$2${placeholder}`,
  ],
];

/** `text` without any secret that is known here, bearer tokens, form secrets and the queries of URLs. */
export function redact(text: string): string {
  let redacted = withoutKnown(text.slice(0, longestText), placeholder);
  for (const [pattern, replacement] of patterns) redacted = redacted.replace(pattern, replacement);
  return redacted;
}

/** So many of each kind are known at a time; the oldest go. */
const mostKnown = 200;

/** Shorter texts are words like others. */
const shortestKnown = 4;

/** From this length on, a text is also found where only its beginning was repeated. */
const longEnough = 24;
const beginning = 20;

const credentials = new Set<string>();
const addressParts = new Set<string>();

/** What of a presigned address opens the object. */
const signed = /[?&]X-Amz-(?:Signature|Security-Token|Credential)=([^&#]+)/gi;

/** From now on `withoutKnown` finds this secret: a credential, a token, or a presigned address. */
export function know(secret: string): void {
  if (!/^https?:\/\//i.test(secret)) {
    remember(credentials, secret.replace(/^Basic /, ""));
    return;
  }
  for (const [, part = ""] of secret.matchAll(signed)) {
    remember(addressParts, part);
    remember(addressParts, decoded(part));
  }
}

/** `text` with `placeholder` for every known secret, however it is encoded, and for a long one that is cut. */
function withoutKnown(text: string, placeholder: string): string {
  let rest = text;
  for (const secret of [...credentials, ...addressParts]) {
    for (const form of formsOf(secret)) {
      if (rest.includes(form.slice(0, beginning))) rest = without(rest, form, placeholder);
    }
  }
  return rest;
}

function remember(known: Set<string>, secret: string): void {
  if (secret.length < shortestKnown) return;
  known.delete(secret);
  known.add(secret);
  if (known.size <= mostKnown) return;
  for (const oldest of known) {
    known.delete(oldest);
    return;
  }
}

function formsOf(secret: string): Set<string> {
  const encoded = encodeURIComponent(secret.replace(/\p{Surrogate}/gu, "\ufffd"));
  const base64 = Buffer.from(secret).toString("base64");
  return new Set([secret, encoded, encoded.replaceAll("%20", "+"), base64]);
}

function without(text: string, form: string, placeholder: string): string {
  const whole = form.length < 8 ? wordOf(form) : escaped(form);
  const rest = text.replace(new RegExp(whole, "gu"), placeholder);
  if (form.length < longEnough) return rest;
  const cut = `${escaped(form.slice(0, beginning))}[\\w.~+/=%-]*`;
  return rest.replace(new RegExp(cut, "gu"), placeholder);
}

/** A short one is replaced as a word only: it may be part of many. */
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
