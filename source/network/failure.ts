import { AppError, errnoOf } from "../base/errors.ts";
import { proxyCodes } from "./tunnel.ts";

interface NetworkFailure {
  answered: string;
  brief: string;
  advice: string;
  /** Only "network" is retried. */
  reason: "network" | "untrusted" | "proxy-refused";
}

const systemWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EPIPE: "connection reset",
  ERR_STREAM_PREMATURE_CLOSE: "the answer ended early",
  ENOTFOUND: "could not resolve the host name",
  EAI_AGAIN: "could not resolve the host name",
  ETIMEDOUT: "connection timed out",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  EPROTO: "TLS handshake failed",
};

const ownAuthority =
  "If your network inspects TLS, give its certificate (PEM) with --ca-file FILE or NODE_EXTRA_CA_CERTS; your network's administrators have it.";

/** The problems of certificates, with their remedies. No code here turns verification off. */
const certificateWords: Readonly<Record<string, readonly [string, string]>> = {
  SELF_SIGNED_CERT_IN_CHAIN: ["its certificate comes from an unknown authority", ownAuthority],
  DEPTH_ZERO_SELF_SIGNED_CERT: ["its certificate is self-signed", ownAuthority],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    "its certificate comes from an unknown authority",
    ownAuthority,
  ],
  UNABLE_TO_GET_ISSUER_CERT: ["the authority of its certificate is unknown", ownAuthority],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ["the authority of its certificate is unknown", ownAuthority],
  CERT_UNTRUSTED: ["its certificate is not trusted here", ownAuthority],
  CERT_HAS_EXPIRED: [
    "its certificate has expired",
    "Check this machine's date; if it is right, contact the operator of that host.",
  ],
  CERT_NOT_YET_VALID: ["its certificate is not valid yet", "Check this machine's date."],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "its certificate is for another name",
    "Something else may answer in its place: check RDP_HOST and the network.",
  ],
};

const proxyAdvice: Readonly<Record<string, string>> = {
  [proxyCodes.account]:
    "Give both in HTTPS_PROXY, as http://NAME:PASSWORD@HOST:PORT with special characters as % codes.",
  [proxyCodes.refused]:
    "Ask your network's administrators to let this host through, or name it in NO_PROXY if it can be reached without the proxy.",
  [proxyCodes.failed]: "Try again later, or ask your network's administrators.",
  [proxyCodes.plain]: "Write http:// in HTTPS_PROXY, not https://.",
  [proxyCodes.away]: "Check HTTPS_PROXY and the network, then try again.",
};

/** The AppError of a request to the host `place` that got no answer or an incomplete one. */
export function networkError(tried: string, thrown: unknown, place: string): AppError {
  return new AppError({ kind: "service", tried, ...networkFailure(thrown, place), cause: thrown });
}

function networkFailure(thrown: unknown, place: string): NetworkFailure {
  const code = errnoOf(thrown) ?? "";
  const [word, advice] = certificateWords[code] ?? [];
  if (word !== undefined && advice !== undefined) {
    const answered = `${place} is not trusted: ${word} (${code})`;
    return { answered, brief: word, advice, reason: "untrusted" };
  }
  const message = messageOf(thrown);
  const ofProxy = proxyAdvice[code];
  if (ofProxy !== undefined) {
    const isFinal = code !== proxyCodes.failed && code !== proxyCodes.away;
    const answered = `${place} could not be reached: ${message}`;
    const reason = isFinal ? "proxy-refused" : "network";
    return { answered, brief: message, advice: ofProxy, reason };
  }
  const brief = systemWords[code] ?? message;
  return {
    answered: `${place} could not be reached: ${brief}`,
    brief,
    advice: "Check the network, then try again.",
    reason: "network",
  };
}

/** Removes the address that node-fetch prepends, which may hold secrets. */
function messageOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.replace(/^request to \S+ failed, reason: /, "");
}
