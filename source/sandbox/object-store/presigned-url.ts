import { randomUUID } from "node:crypto";
import type { SandboxCatalogue } from "../catalogue/catalogue.ts";
import {
  awsSignature,
  canonicalQuery,
  encodeText,
  isSameSignature,
  newKeyPair,
  newSecurityToken,
} from "../http/aws-signature.ts";
import { type SandboxFile, timeText } from "../model/entities.ts";

// AWS signature version 4 in the query. Verified: another encoding of the same URL is accepted, and
// only the host header is signed, so Range and If-Match may be added.

export type AddressCheck =
  | { kind: "good"; fileId: string }
  | { kind: "unsigned" }
  | { kind: "tampered" }
  | { kind: "expired"; endsMs: number; seconds: number }
  /** The credentials expired before the URL itself. */
  | { kind: "dead-credentials" };

export interface Presigner {
  sign(file: SandboxFile, catalogue: SandboxCatalogue, objectHost: string, seconds: number): string;
  /** `target` is the request's path and query, byte for byte. */
  verify(method: string, target: string, hostHeader: string): AddressCheck;
  /** Expires all URLs issued so far. */
  changeCredentials(): void;
}

const region = "us-east-1";

/** Verified: "20231208T071237Z". */
function amzDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
}

function msOf(date: string): number {
  const readable = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;
  return Date.parse(date.replace(readable, "$1-$2-$3T$4:$5:$6Z"));
}

function canonicalPath(path: string): string {
  const segments = path.split("/");
  try {
    return segments.map((segment) => encodeText(decodeURIComponent(segment))).join("/");
  } catch {
    return path;
  }
}

interface SignedRequest {
  method: string;
  path: string;
  query: string;
  host: string;
}

/** Every URL contains the account's `appKey`. */
export function createPresigner(now: () => number, appKey: string): Presigner {
  let current = newKeyPair();
  const known = new Map([[current.accessKeyId, current]]);

  function signature(secretKey: string, { host, method, path, query }: SignedRequest): string {
    const date = new URLSearchParams(query).get("X-Amz-Date") ?? "";
    const pairs = canonicalQuery(query, "X-Amz-Signature");
    const canonical = `${method}\n${canonicalPath(path)}\n${pairs}\nhost:${host}\n\nhost\nUNSIGNED-PAYLOAD`;
    return awsSignature(secretKey, { date, region, service: "s3" }, canonical);
  }

  return {
    sign(file, catalogue, objectHost, seconds) {
      const fileSet = catalogue.fileSets.get(file.filesetId);
      const date = amzDate(now());
      const credential = `${current.accessKeyId}/${date.slice(0, 8)}/${region}/s3/aws4_request`;
      const parameters: [string, string][] = [
        ["x-request-Id", randomUUID()],
        ["x-package-id", fileSet?.packageId ?? ""],
        ["x-client-app-id", appKey],
        ["x-file-name", file.filename],
        ["x-fileset-id", file.filesetId],
        ["x-bucket-name", fileSet?.bucketName ?? ""],
        ["x-uuid", "GESG1-100000"],
        ["x-file-Id", file.id],
        ["x-fileset-name", fileSet?.name ?? ""],
        ["x-event-external-name", "cfs-claimCheck-download"],
        ["X-Amz-Security-Token", newSecurityToken()],
        ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
        ["X-Amz-Date", date],
        ["X-Amz-SignedHeaders", "host"],
        ["X-Amz-Expires", String(seconds)],
        ["X-Amz-Credential", credential],
      ];
      const query = parameters.map(([name, value]) => `${name}=${encodeText(value)}`).join("&");
      const path = objectPath(file, catalogue);
      const { host } = new URL(objectHost);
      const signed = signature(current.secretKey, { method: "GET", path, query, host });
      return `${objectHost}${path}?${query}&X-Amz-Signature=${signed}`;
    },

    verify(method, target, hostHeader) {
      const mark = target.indexOf("?");
      const query = mark === -1 ? "" : target.slice(mark + 1);
      const parameters = new URLSearchParams(query);
      const given = parameters.get("X-Amz-Signature");
      const fileId = parameters.get("x-file-Id");
      if (given === null || fileId === null) return { kind: "unsigned" };
      const accessKeyId = parameters.get("X-Amz-Credential")?.split("/")[0] ?? "";
      const credentials = known.get(accessKeyId);
      if (!credentials) return { kind: "tampered" };
      const path = target.slice(0, mark);
      const wanted = signature(credentials.secretKey, { method, path, query, host: hostHeader });
      if (!isSameSignature(given, wanted)) return { kind: "tampered" };
      if (credentials !== current) return { kind: "dead-credentials" };
      const seconds = Number(parameters.get("X-Amz-Expires"));
      const endsMs = msOf(parameters.get("X-Amz-Date") ?? "") + seconds * 1000;
      return endsMs <= now() ? { kind: "expired", endsMs, seconds } : { kind: "good", fileId };
    },

    changeCredentials() {
      current = newKeyPair();
      known.set(current.accessKeyId, current);
    },
  };
}

/** Verified: /<package or folder>/<yyyy>/<mm>/<dd>/<name>, with the date in the name. */
export function objectPath(file: SandboxFile, catalogue: SandboxCatalogue): string {
  const fileSet = catalogue.fileSets.get(file.filesetId);
  const owner = fileSet && catalogue.packages.get(fileSet.packageId);
  const dated =
    file.filename.match(/\d{4}-\d\d-\d\d/)?.[0] ?? timeText(file.createdMs).slice(0, 10);
  // Clients would resolve segments that are dots alone.
  const name = file.filename.split("/").filter((segment) => !/^\.*$/.test(segment));
  const segments = [owner?.folder ?? owner?.packageName ?? "unknown", ...dated.split("-"), ...name];
  return `/${segments.map(encodeText).join("/")}`;
}
