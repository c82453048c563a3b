import { randomBytes } from "node:crypto";
import { bodyOf, entityTag } from "../body/file-bytes.ts";
import type { SandboxCatalogue } from "../catalogue/catalogue.ts";
import type { Answer } from "../http/answers.ts";
import { type Effect, effectOf, type RoutedRequest } from "../http/faults.ts";
import { type Reply, textReply } from "../http/reply.ts";
import { type SandboxFile, timeText } from "../model/entities.ts";
import type { AddressCheck, Presigner } from "./presigned-url.ts";

/** An S3-like store for presigned URLs; it rejects the service's token. */
export type ObjectHandler = (
  request: RoutedRequest & { target: string },
  effects: readonly Effect[],
) => Promise<Reply>;

function objectError(...facts: Parameters<typeof objectAnswer>): Reply {
  return textReply(objectAnswer(...facts));
}

function refusal(verdict: Exclude<AddressCheck, { kind: "good" }>, nowMs: number): Reply {
  switch (verdict.kind) {
    case "unsigned":
      return objectError(403, "AccessDenied", "Access Denied");
    case "tampered":
      return objectError(
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      );
    case "dead-credentials":
      return objectError(400, "ExpiredToken", "The provided token has expired.");
    case "expired":
      return textReply(requestExpired(verdict.seconds, verdict.endsMs, nowMs));
  }
}

/** `first` and `last` are inclusive. */
function objectPieces(
  file: SandboxFile,
  first: number,
  last: number,
  effects: readonly Effect[],
): Iterable<Uint8Array> {
  const pieces = bodyOf(file).pieces(first, last + 1);
  const corrupt = effectOf(effects, "corrupt");
  return corrupt ? flipByte(pieces, first, corrupt.at) : pieces;
}

async function objectReply(
  file: SandboxFile,
  headers: RoutedRequest["headers"],
  effects: readonly Effect[],
): Promise<Reply> {
  const tag = await entityTag(file);
  const ifMatch = headers["if-match"];
  if (ifMatch !== undefined && !tagMatches(ifMatch, tag)) {
    return objectError(
      412,
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      { Condition: "If-Match" },
    );
  }
  const common = {
    "x-amz-id-2": hostId,
    "x-amz-request-id": requestId(),
    "Last-Modified": new Date(file.modifiedMs).toUTCString(),
    ETag: tag,
    "Accept-Ranges": "bytes",
    "Content-Type": "binary/octet-stream",
    Server: "AmazonS3",
  };
  const ifRange = headers["if-range"];
  const honoured =
    effectOf(effects, "ignoreRange") === undefined &&
    (ifRange === undefined || String(ifRange) === tag);
  const range = honoured ? rangeIn(headers.range, file.bytes) : undefined;
  if (range === "none") return invalidRange(file, headers.range ?? "");
  if (range === undefined) {
    const pieces = objectPieces(file, 0, file.bytes - 1, effects);
    return { status: 200, headers: common, bytes: file.bytes, pieces };
  }
  const by = effectOf(effects, "shiftRange")?.by ?? 0;
  const first = Math.max(0, Math.min(range[0] + by, file.bytes - 1));
  const last = Math.max(first, Math.min(range[1] + by, file.bytes - 1));
  return {
    status: 206,
    headers: { ...common, "Content-Range": `bytes ${first}-${last}/${file.bytes}` },
    bytes: last - first + 1,
    pieces: objectPieces(file, first, last, effects),
  };
}

function invalidRange(file: SandboxFile, asked: string): Reply {
  const error = objectError(416, "InvalidRange", "The requested range is not satisfiable", {
    RangeRequested: asked,
    ActualObjectSize: String(file.bytes),
  });
  return { ...error, headers: { ...error.headers, "Content-Range": `bytes */${file.bytes}` } };
}

const otherVersions = new WeakMap<SandboxFile, SandboxFile>();

function otherVersion(file: SandboxFile): SandboxFile {
  const known = otherVersions.get(file);
  if (known) return known;
  const other = { ...file, version: file.version + 1 };
  otherVersions.set(file, other);
  return other;
}

export function createObjectHandler(
  catalogue: SandboxCatalogue,
  presigner: Presigner,
  now: () => number,
): ObjectHandler {
  return async (request, effects) => {
    const { headers } = request;
    // S3 refuses a presigned URL together with another kind of authorization.
    if (headers.authorization !== undefined) {
      return objectError(
        400,
        "InvalidArgument",
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
        { ArgumentName: "Authorization" },
      );
    }
    // The method is signed too, so HEAD with a URL for GET is refused.
    const verdict = presigner.verify(request.method, request.target, headers.host ?? "");
    if (verdict.kind !== "good") return refusal(verdict, now());
    const stored = catalogue.files.get(verdict.fileId);
    if (!stored) return objectError(404, "NoSuchKey", "The specified key does not exist.");
    const file = effectOf(effects, "changed") ? otherVersion(stored) : stored;
    return objectReply(file, headers, effects);
  };
}

const hostId = randomBytes(48).toString("base64");

function requestId(): string {
  return randomBytes(8).toString("hex").toUpperCase();
}

export function objectAnswer(
  status: number,
  code: string,
  message: string,
  more: Record<string, string> = {},
): Answer {
  const id = requestId();
  const fields = Object.entries({ ...more, RequestId: id, HostId: hostId });
  const inner = fields.map(([name, value]) => `<${name}>${value}</${name}>`).join("");
  return {
    status,
    headers: { "Content-Type": "application/xml", "x-amz-request-id": id, "x-amz-id-2": hostId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${inner}</Error>`,
  };
}

/** 403 for a URL whose `seconds` ended at `endsMs`. */
export function requestExpired(seconds: number, endsMs: number, nowMs: number): Answer {
  return objectAnswer(403, "AccessDenied", "Request has expired", {
    "X-Amz-Expires": String(seconds),
    Expires: timeText(endsMs),
    ServerTime: timeText(nowMs),
  });
}

/** First and last byte; "none" past the end; undefined unless the header is one range of bytes. */
function rangeIn(header: string | undefined, bytes: number): [number, number] | "none" | undefined {
  const range = header?.match(/^bytes=(\d*)-(\d*)$/);
  if (!range || (range[1] === "" && range[2] === "")) return undefined;
  const [first, last] =
    range[1] === ""
      ? [Math.max(0, bytes - Number(range[2])), bytes - 1]
      : [Number(range[1]), range[2] === "" ? bytes - 1 : Math.min(Number(range[2]), bytes - 1)];
  if (Number(range[1]) > Number(range[2] || Number.POSITIVE_INFINITY)) return undefined;
  return first >= bytes || last < first ? "none" : [first, last];
}

/** Flips all bits of the byte at offset `at`; the pieces begin at `first`. */
function* flipByte(pieces: Iterable<Uint8Array>, first: number, at: number): Generator<Uint8Array> {
  let offset = first;
  for (const piece of pieces) {
    const place = at - offset;
    offset += piece.length;
    const byte = piece[place];
    if (byte === undefined) {
      yield piece;
      continue;
    }
    const copy = Uint8Array.from(piece);
    copy[place] = byte ^ 0xff;
    yield copy;
  }
}

function tagMatches(header: string, entityTag: string): boolean {
  return header === "*" || header.split(",").some((tag) => tag.trim() === entityTag);
}
