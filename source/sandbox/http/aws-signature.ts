import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

// AWS signature version 4.

export interface KeyPair {
  accessKeyId: string;
  secretKey: string;
}

/** Verified: temporary credentials, whose keys begin with ASIA. */
export function newKeyPair(): KeyPair {
  return {
    accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
    secretKey: randomBytes(30).toString("base64"),
  };
}

/** Verified: base64, and the first bytes of every token are the same. */
export function newSecurityToken(): string {
  return `IQoJb3JpZ2luX2Vj${randomBytes(700).toString("base64")}`;
}

/** What a signature is valid for. */
interface SigningScope {
  /** "20231208T071237Z". */
  date: string;
  region: string;
  service: string;
}

/** The signature of a canonical request, in hex. */
export function awsSignature(secretKey: string, scope: SigningScope, canonical: string): string {
  const steps = [scope.date.slice(0, 8), scope.region, scope.service, "aws4_request"];
  const key = steps.reduce<string | Buffer>(
    (last, step) => createHmac("sha256", last).update(step).digest(),
    `AWS4${secretKey}`,
  );
  const text = `AWS4-HMAC-SHA256\n${scope.date}\n${steps.join("/")}\n${sha256(canonical)}`;
  return createHmac("sha256", key).update(text).digest("hex");
}

export function isSameSignature(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

/** Percent-encodes as AWS does; lone surrogates become U+FFFD. */
export function encodeText(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Sorted by name, then by value, without the parameter `leftOut`. */
export function canonicalQuery(query: string, leftOut?: string): string {
  return (
    [...new URLSearchParams(query)]
      .filter(([name]) => name !== leftOut)
      // A character that sorts before all others, so that "a" comes before "a-b".
      .map((pair) => pair.map(encodeText).join("\0"))
      .sort()
      .map((pair) => pair.replace("\0", "="))
      .join("&")
  );
}

/** The Authorization header of a signed request. */
interface Authorization extends Omit<SigningScope, "date"> {
  accessKeyId: string;
  day: string;
  signedHeaders: readonly string[];
  signature: string;
}

const written =
  /^AWS4-HMAC-SHA256 Credential=([^/\s]+)\/(\d{8})\/([^/\s]+)\/([^/\s]+)\/aws4_request, *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/;

export function readAuthorization(header: string | undefined): Authorization | undefined {
  const parts = header?.match(written)?.slice(1);
  if (!parts) return undefined;
  const [accessKeyId = "", day = "", region = "", service = "", names = "", signature = ""] = parts;
  return { accessKeyId, day, region, service, signedHeaders: names.split(";"), signature };
}

interface SignedRequest {
  method: string;
  /** Path and query, byte for byte. */
  target: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Computes the signature again. The host and every X-Amz header must be signed. */
export function isSigned(
  { method, target, headers, body }: SignedRequest,
  { signature, signedHeaders, ...scope }: Authorization,
  secretKey: string,
): boolean {
  const date = String(headers["x-amz-date"]);
  const required = Object.keys(headers).filter((name) => /^(?:host$|x-amz-)/.test(name));
  if (!date.startsWith(scope.day) || !required.every((name) => signedHeaders.includes(name))) {
    return false;
  }
  const [path = "/"] = target.split("?", 1);
  const canonical = [
    method,
    path.split("/").map(encodeText).join("/"),
    canonicalQuery(target.slice(path.length + 1)),
    ...signedHeaders.map((name) => `${name}:${oneBlank(String(headers[name] ?? ""))}`),
    "",
    signedHeaders.join(";"),
    sha256(body),
  ].join("\n");
  return isSameSignature(signature, awsSignature(secretKey, { ...scope, date }, canonical));
}

function oneBlank(text: string): string {
  return text.trim().replace(/ +/g, " ");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
