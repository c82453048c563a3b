/**
 * Undefined if the text is no address. `URL.canParse` of Node 20 takes some text with accents for one once it has
 * been called often.
 */
export function parseAddress(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** True for https, and for plain http to this machine. */
export function isAllowedAddress(url: URL): boolean {
  if (url.protocol === "https:") return true;
  return url.protocol === "http:" && isThisMachine(url.hostname);
}

function isThisMachine(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
