import { withoutKnown } from "./known-secrets.ts";

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
