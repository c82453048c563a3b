import { createHash, createHmac } from "node:crypto";
import type { Secret } from "../base/secret.ts";

/** Credentials of Amazon Web Services; temporary ones have a token. */
export interface AwsCredentials {
  accessKeyId: Secret;
  secretKey: Secret;
  sessionToken?: Secret | undefined;
}

export interface SignedRequest {
  method: string;
  /**
   * Sent as it is: path and query are percent-encoded as RFC 3986 asks for, the parameters sorted, each with
   * an equals sign.
   */
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: string | Buffer;
  /** The SHA-256 of the body in hexadecimal, if it is known. */
  bodySha256?: string | undefined;
  region: string;
  /** S3 takes the digest of the body as a header too. */
  service: string;
  credentials: AwsCredentials;
  /** Milliseconds since 1970. */
  atMs: number;
}

const algorithm = "AWS4-HMAC-SHA256";

/** The headers of the request with its signature, by AWS Signature Version 4. */
export function signedHeaders(request: SignedRequest): Record<string, string> {
  const { method, url, headers, body, region, service, credentials, atMs } = request;
  const time = new Date(atMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const { accessKeyId, secretKey, sessionToken } = credentials;
  const digest = request.bodySha256 ?? sha256(body);
  const sent = {
    ...headers,
    "X-Amz-Date": time,
    ...(service === "s3" ? { "X-Amz-Content-Sha256": digest } : {}),
    ...(sessionToken === undefined ? {} : { "X-Amz-Security-Token": sessionToken.reveal() }),
  };
  const signed = Object.entries({ ...sent, Host: url.host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/\s+/g, " ")] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join("");
  const query = url.search.slice(1);
  const canonical = [method, url.pathname, query, lines, names, digest].join("\n");
  const key = [time.slice(0, 8), region, service, "aws4_request"].reduce<string | Buffer>(
    hmac,
    `AWS4${secretKey.reveal()}`,
  );
  const signature = hmac(key, [algorithm, time, scope, sha256(canonical)].join("\n"));
  const credential = `${accessKeyId.reveal()}/${scope}`;
  const authorization = `${algorithm} Credential=${credential}, SignedHeaders=${names}, Signature=${signature.toString("hex")}`;
  return { ...sent, Authorization: authorization };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
