import { AppError } from "../base/errors.ts";
import { type StoreAddress, storeAddressText } from "../domain/store-address.ts";
import type { ConditionalWrite, NotWritten, Replaces } from "./conditional-write.ts";
import { type Metadata, metadataHeaders, unquoted } from "./store-headers.ts";
import { type SendToStore, type StoreRequest, undefinedIf } from "./store-requests.ts";
import { elements, elementText, escapedXml } from "./xml.ts";

export interface StoredPart {
  /** From 1. */
  number: number;
  bytes: number;
  etag: string;
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

  constructor(address: StoreAddress, send: SendToStore, write: ConditionalWrite) {
    this.#address = address;
    this.#send = send;
    this.#write = write;
  }

  async create(name: string, metadata: Metadata, signal: AbortSignal): Promise<string> {
    const { body } = await this.#send({
      purpose: `Beginning the upload of ${this.#textOf(name)}`,
      method: "POST",
      key: this.#keyOf(name),
      query: { uploads: "" },
      headers: metadataHeaders(metadata),
      signal,
    });
    const uploadId = elementText(body.toString("utf8"), "UploadId");
    if (!uploadId) throw notUnderstood(`Beginning the upload of ${this.#textOf(name)}`);
    return uploadId;
  }

  /** Resolves with the ETag of the part. */
  async putPart(
    name: string,
    { body, number, uploadId }: { body: Buffer; number: number; uploadId: string },
    signal: AbortSignal,
  ): Promise<string | "no-upload"> {
    const purpose = `Uploading ${this.#textOf(name)}`;
    const query = { partNumber: String(number), uploadId };
    const request: StoreRequest = {
      purpose,
      method: "PUT",
      key: this.#keyOf(name),
      query,
      body,
      signal,
    };
    const answer = await this.#send(request).catch(undefinedIf(404, "NoSuchUpload"));
    return answer === undefined ? "no-upload" : unquoted(answer.headers["etag"] ?? "");
  }

  /** Makes the parts one object. */
  async complete(
    name: string,
    { parts, uploadId }: { parts: readonly StoredPart[]; uploadId: string },
    replaces: Replaces,
    signal: AbortSignal,
  ): Promise<"written" | NotWritten> {
    const lines = parts.map(
      ({ etag, number }) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${escapedXml(etag)}&quot;</ETag></Part>`,
    );
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
    await this.#send(request).catch(undefinedIf(404));
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
      }).catch(undefinedIf(404));
      if (answer === undefined) return [];
      const xml = answer.body.toString("utf8");
      for (const part of elements(xml, "Part")) {
        const number = Number(elementText(part, "PartNumber"));
        const bytes = Number(elementText(part, "Size"));
        parts.push({ number, bytes, etag: unquoted(elementText(part, "ETag") ?? "") });
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

function notUnderstood(tried: string): AppError {
  return new AppError({
    kind: "service",
    tried,
    answered: "the answer of the store could not be understood",
    advice: "Something may have answered in its place: check the endpoint and the proxy.",
  });
}
