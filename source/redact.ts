const placeholder = "•••";

const patterns: readonly [RegExp, string][] = [
  // The query of an http address: presigned URLs carry a security token and the account there.
  [/(https?:\/\/[^\s"'<>?]+)\?[^\s"'<>]+/gi, `$1?${placeholder}`],
  [/\b(Bearer|Basic)\s+[\w+/=.~-]{8,}/gi, `$1 ${placeholder}`],
  [
    /\b(access_token|refresh_token|password|newPassword|client_secret|token)(["']?\s*[:=]\s*["']?)[^\s"'&,}]+/gi,
    `$1$2${placeholder}`,
  ],
];

/** `text` without bearer tokens, form secrets and the queries of URLs. */
export function redact(text: string): string {
  let redacted = text;
  for (const [pattern, replacement] of patterns) redacted = redacted.replace(pattern, replacement);
  return redacted;
}
