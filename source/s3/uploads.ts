import { createHash } from "node:crypto";
import { AppError } from "../base/errors.ts";
import { type StoreAddress, storeAddressText } from "../domain/store-address.ts";
import type { ConditionalWrite, NotWritten, Replaces } from "./conditional-write.ts";
import { type Metadata, metadataHeaders, unquoted } from "./store-headers.ts";
import { type SendToStore, type StoreRequest, undefinedIfAbsent } from "./store-requests.ts";
import { elements, elementText, escapedXml } from "./xml.ts";

export interface StoredPart {
  /** From 1. */
  number: number;
  bytes: number;
  etag: string;
  /** In base64; only stores that keep checksums have it. */
  sha256?: string | undefined;
}

/** An upload that parts can be sent to. */
export interface BegunUpload {
  uploadId: string;
  /** True if the store takes and keeps the SHA-256 of each part. */
  keepsSha256: boolean;
}

/** An upload in parts that is not complete. */
export interface OpenUpload {
  key: string;
  uploadId: string;
}

/** A long completion is not silence: a store copies or checks what it has. */
const completionSilenceMs = 300_000;

/**
 * The uploads in parts below an address of an S3-compatible store. Names are without the prefix. Methods reject
 * with an AppError (see SendToStore) or an AbortError.
 */
export class Uploads {
  readonly #address: StoreAddress;
  readonly #send: SendToStore;
  readonly #write: ConditionalWrite;
  /** False once the store has refused them. */
  #asksForSha256 = true;

  constructor(address: StoreAddress, send: SendToStore, write: ConditionalWrite) {
    this.#address = address;
    this.#send = send;
    this.#write = write;
  }

  /** Asks the store to keep the SHA-256 of each part. One that does not know this ignores or refuses it. */
  async create(name: string, metadata: Metadata, signal: AbortSignal): Promise<BegunUpload> {
    const asks = this.#asksForSha256;
    const request: StoreRequest = {
      purpose: `Beginning the upload of ${this.#textOf(name)}`,
      method: "POST",
      key: this.#keyOf(name),
      query: { uploads: "" },
      headers: {
        ...metadataHeaders(metadata),
        ...(asks ? { "x-amz-checksum-algorithm": "SHA256" } : {}),
      },
      signal,
    };
    const answer = await this.#send(request).catch((thrown) => {
      if (!asks || !mayBeUnknown(thrown)) throw thrown;
      this.#asksForSha256 = false;
      return undefined;
    });
    if (answer === undefined) return this.create(name, metadata, signal);
    const uploadId = elementText(answer.body.toString("utf8"), "UploadId");
    if (!uploadId) throw notUnderstood(request.purpose);
    const keepsSha256 = answer.headers["x-amz-checksum-algorithm"]?.toUpperCase() === "SHA256";
    return { uploadId, keepsSha256 };
  }

  async putPart(
    name: string,
    { keepsSha256, uploadId }: BegunUpload,
    { body, number }: { body: Buffer; number: number },
    signal: AbortSignal,
  ): Promise<StoredPart | "no-upload"> {
    const digest = createHash("sha256").update(body).digest();
    const sha256 = keepsSha256 ? digest.toString("base64") : undefined;
    const request: StoreRequest = {
      purpose: `Uploading ${this.#textOf(name)}`,
      method: "PUT",
      key: this.#keyOf(name),
      query: { partNumber: String(number), uploadId },
      headers: sha256 === undefined ? {} : { "x-amz-checksum-sha256": sha256 },
      body,
      bodySha256: digest.toString("hex"),
      signal,
    };
    const answer = await this.#send(request).catch(undefinedIfAbsent("NoSuchUpload"));
    if (answer === undefined) return "no-upload";
    return { number, bytes: body.length, etag: unquoted(answer.headers["etag"] ?? ""), sha256 };
  }

  /** Makes the parts one object. */
  async complete(
    name: string,
    { parts, uploadId }: { parts: readonly StoredPart[]; uploadId: string },
    replaces: Replaces,
    signal: AbortSignal,
  ): Promise<"written" | NotWritten> {
    const lines = parts.map(({ etag, number, sha256 }) => {
      const checksum =
        sha256 === undefined ? "" : `<ChecksumSHA256>${escapedXml(sha256)}</ChecksumSHA256>`;
      return `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${escapedXml(etag)}&quot;</ETag>${checksum}</Part>`;
    });
    const request: StoreRequest = {
      purpose: `Completing ${this.#textOf(name)}`,
      method: "POST",
      key: this.#keyOf(name),
      query: { uploadId },
      headers: { "Content-Type": "application/xml" },
      body: `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${lines.join("")}</CompleteMultipartUpload>`,
      silenceMs: completionSilenceMs,
      signal,
    };
    return this.#write(request, replaces);
  }

  /** One that is no longer there counts as ended. */
  async abort({ key, uploadId }: OpenUpload, signal: AbortSignal): Promise<void> {
    const purpose = `Ending an upload of ${storeAddressText({ ...this.#address, prefix: "" }, key)}`;
    const request: StoreRequest = { purpose, method: "DELETE", key, query: { uploadId }, signal };
    await this.#send(request).catch(undefinedIfAbsent());
  }

  end(name: string, uploadId: string, signal: AbortSignal): Promise<void> {
    return this.abort({ key: this.#keyOf(name), uploadId }, signal);
  }

  /** The uploads of one name, or of all. */
  async open(name: string | undefined, signal: AbortSignal): Promise<OpenUpload[]> {
    const prefix = this.#keyOf(name ?? "");
    const found: OpenUpload[] = [];
    for (let markers = {}; ; ) {
      const answer = await this.#send({
        purpose: `Listing the uploads to ${this.#textOf()}`,
        method: "GET",
        query: { uploads: "", prefix, ...markers },
        signal,
      });
      const xml = answer.body.toString("utf8");
      for (const upload of elements(xml, "Upload")) {
        const key = elementText(upload, "Key") ?? "";
        const uploadId = elementText(upload, "UploadId") ?? "";
        if (name === undefined ? key.startsWith(prefix) : key === prefix)
          found.push({ key, uploadId });
      }
      const keyMarker = elementText(xml, "NextKeyMarker");
      if (elementText(xml, "IsTruncated") !== "true" || !keyMarker) return found;
      const uploadMarker = elementText(xml, "NextUploadIdMarker") ?? "";
      markers = { "key-marker": keyMarker, "upload-id-marker": uploadMarker };
    }
  }

  /** The parts that the store has, in order; none if the upload has ended. */
  async partsOf({ key, uploadId }: OpenUpload, signal: AbortSignal): Promise<StoredPart[]> {
    const parts: StoredPart[] = [];
    for (let marker = ""; ; ) {
      const answer = await this.#send({
        purpose: `Listing the parts of an upload to ${this.#textOf()}`,
        method: "GET",
        key,
        query: { uploadId, ...(marker === "" ? {} : { "part-number-marker": marker }) },
        signal,
      }).catch(undefinedIfAbsent());
      if (answer === undefined) return [];
      const xml = answer.body.toString("utf8");
      for (const part of elements(xml, "Part")) {
        const number = Number(elementText(part, "PartNumber"));
        const bytes = Number(elementText(part, "Size"));
        const sha256 = elementText(part, "ChecksumSHA256");
        parts.push({ number, bytes, etag: unquoted(elementText(part, "ETag") ?? ""), sha256 });
      }
      const next = elementText(xml, "NextPartNumberMarker") ?? "";
      if (elementText(xml, "IsTruncated") !== "true" || next === "" || next === marker)
        return parts;
      marker = next;
    }
  }

  #keyOf(name: string): string {
    return `${this.#address.prefix}${name}`;
  }

  #textOf(name = ""): string {
    return storeAddressText(this.#address, name);
  }
}

/** Stores refuse a header that they do not know in different words. */
function mayBeUnknown(thrown: unknown): boolean {
  return thrown instanceof AppError && (thrown.status === 400 || thrown.status === 501);
}

function notUnderstood(tried: string): AppError {
  return new AppError({
    kind: "service",
    tried,
    answered: "the answer of the store could not be understood",
    advice: "Something may have answered in its place: check the endpoint and the proxy.",
  });
}
