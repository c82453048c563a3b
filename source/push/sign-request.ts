import { createHash, createHmac } from "node:crypto";
import type { Secret } from "../base/secret.ts";

/** Temporary credentials of Amazon Web Services. */
export interface AwsCredentials {
  accessKeyId: Secret;
  secretKey: Secret;
  sessionToken?: Secret | undefined;
}

/** A POST to the path "/" without a query, the only kind of request that the queue receives. */
export interface SignedRequest {
  /** With the port, if it is not the scheme's. */
  host: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  region: string;
  service: string;
  credentials: AwsCredentials;
  /** Milliseconds since 1970. */
  atMs: number;
}

const algorithm = "AWS4-HMAC-SHA256";

/** The headers of the request with its signature, by AWS Signature Version 4. */
export function signedHeaders(request: SignedRequest): Record<string, string> {
  const { host, headers, body, region, service, credentials, atMs } = request;
  const time = new Date(atMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const { accessKeyId, secretKey, sessionToken } = credentials;
  const sent = {
    ...headers,
    "X-Amz-Date": time,
    ...(sessionToken === undefined ? {} : { "X-Amz-Security-Token": sessionToken.reveal() }),
  };
  const signed = Object.entries({ ...sent, Host: host })
    .map(([name, value]) => [name.toLowerCase(), value.trim().replace(/\s+/g, " ")] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const lines = signed.map(([name, value]) => `${name}:${value}\n`).join("");
  const canonical = ["POST", "/", "", lines, names, sha256(body)].join("\n");
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

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
