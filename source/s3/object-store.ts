import { createHash } from "node:crypto";
import { AppError } from "../base/errors.ts";
import { type StoreAddress, storeAddressText } from "../domain/store-address.ts";
import type { ExchangeAnswer } from "../network/exchange.ts";
import type { RetryPolicy } from "../network/retry.ts";
import type { SendToStore, StoreRequest } from "./store-requests.ts";
import { elements, elementText, escapedXml } from "./xml.ts";

/** An object that is complete. */
export interface StoredObject {
  bytes: number;
  /** Without quotes; the MD5 of what was sent in one request, unless the store encrypts with its own keys. */
  etag: string;
  /** By name in lower case, without "x-amz-meta-". */
  metadata: Readonly<Record<string, string>>;
}

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

export type Metadata = Readonly<Record<string, string>>;

interface Writing {
  metadata?: Metadata;
  /** False writes only if no object has the key; an ETag only if the object has it. */
  replaces: boolean | { etag: string };
}

interface StoredText {
  text: string;
  etag: string;
}

const mostChanges = 10;

/** A wrong endpoint is reported soon. */
const fewRetries: RetryPolicy = { tries: 3, firstDelayMs: 400, longestDelayMs: 2_000 };

/** Why something was not written. */
export type NotWritten = "exists" | "no-upload";

/** A long completion is not silence: a store copies or checks what it has. */
const completionSilenceMs = 300_000;

/**
 * The objects below an address of an S3-compatible store. Names are without the prefix. Methods reject with an
 * AppError (see SendToStore) or an AbortError.
 */
export class ObjectStore {
  readonly #address: StoreAddress;
  readonly #send: SendToStore;
  /** False once the store has said that it does not know If-None-Match. */
  #knowsConditions = true;

  constructor(address: StoreAddress, send: SendToStore) {
    this.#address = address;
    this.#send = send;
  }

  /** "s3://bucket/prefix/name". */
  textOf(name = ""): string {
    return storeAddressText(this.#address, name);
  }

  /** Rejects if the bucket cannot be listed: then no answer would show that an object is missing. */
  async check(signal: AbortSignal): Promise<void> {
    const query = { "list-type": "2", "max-keys": "1", prefix: this.#address.prefix };
    const purpose = `Opening ${this.textOf()}`;
    await this.#send({ purpose, method: "GET", query, retries: fewRetries, signal });
  }

  /** Undefined if there is no such object. */
  async head(name: string, signal: AbortSignal): Promise<StoredObject | undefined> {
    const purpose = `Looking for ${this.textOf(name)}`;
    const request: StoreRequest = { purpose, method: "HEAD", key: this.keyOf(name), signal };
    const answer = await this.#send(request).catch(undefinedIf(404));
    return answer && storedObject(answer);
  }

  /** Takes the bytes of an object in order. Resolves with its ETag; undefined if there is no such object. */
  async read(
    name: string,
    take: { begin(): void; chunk(bytes: Buffer): void },
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const answer = await this.#send({
      purpose: `Reading ${this.textOf(name)}`,
      method: "GET",
      key: this.keyOf(name),
      take: take.chunk,
      begin: take.begin,
      signal,
    }).catch(undefinedIf(404));
    return answer && (answer.headers["etag"] ?? "");
  }

  /** Undefined if there is no such object. */
  async readText(name: string, signal: AbortSignal): Promise<StoredText | undefined> {
    const chunks: Buffer[] = [];
    const take = {
      begin: () => void chunks.splice(0),
      chunk: (bytes: Buffer) => void chunks.push(bytes),
    };
    const etag = await this.read(name, take, signal);
    if (etag === undefined) return undefined;
    return { etag, text: Buffer.concat(chunks).toString("utf8") };
  }

  /** Replaces a text by what `change` makes of it, also if others change it at the same time. */
  async changeText(
    name: string,
    change: (text: string) => string,
    signal: AbortSignal,
  ): Promise<void> {
    for (let attempt = 1; attempt <= mostChanges; attempt += 1) {
      const before = await this.readText(name, signal);
      const text = change(before?.text ?? "");
      if (text === before?.text) return;
      const replaces = before === undefined ? false : { etag: before.etag };
      if ((await this.put(name, text, { replaces }, signal)) === "written") return;
    }
    throw new AppError({
      kind: "disk",
      tried: `Writing ${this.textOf(name)}`,
      answered: "other programs keep writing it",
      advice: "Try again when they have ended.",
    });
  }

  async sha256Of(name: string, signal: AbortSignal): Promise<string | undefined> {
    let hash = createHash("sha256");
    const take = {
      begin: () => {
        hash = createHash("sha256");
      },
      chunk: (bytes: Buffer) => void hash.update(bytes),
    };
    const etag = await this.read(name, take, signal);
    return etag === undefined ? undefined : hash.digest("hex");
  }

  /** Names and sizes of all objects. */
  async *list(signal: AbortSignal): AsyncGenerator<{ name: string; bytes: number }> {
    const { prefix } = this.#address;
    for (let token: string | undefined; ; ) {
      const query = { "list-type": "2", prefix, ...(token ? { "continuation-token": token } : {}) };
      const xml = await this.#list(query, signal);
      for (const content of elements(xml, "Contents")) {
        const key = elementText(content, "Key") ?? "";
        if (!key.startsWith(prefix)) continue;
        yield { name: key.slice(prefix.length), bytes: Number(elementText(content, "Size")) };
      }
      token = elementText(xml, "NextContinuationToken");
      if (!token || elementText(xml, "IsTruncated") !== "true") return;
    }
  }

  /** Writes an object with one request. */
  async put(
    name: string,
    body: Buffer | string,
    writing: Writing,
    signal: AbortSignal,
  ): Promise<"written" | NotWritten> {
    const request: StoreRequest = {
      purpose: `Writing ${this.textOf(name)}`,
      method: "PUT",
      key: this.keyOf(name),
      headers: metadataHeaders(writing.metadata),
      body,
      signal,
    };
    return this.#write(request, writing);
  }

  async createUpload(name: string, metadata: Metadata, signal: AbortSignal): Promise<string> {
    const { body } = await this.#send({
      purpose: `Beginning the upload of ${this.textOf(name)}`,
      method: "POST",
      key: this.keyOf(name),
      query: { uploads: "" },
      headers: metadataHeaders(metadata),
      signal,
    });
    const uploadId = elementText(body.toString("utf8"), "UploadId");
    if (!uploadId) throw notUnderstood(`Beginning the upload of ${this.textOf(name)}`);
    return uploadId;
  }

  /** Resolves with the ETag of the part. */
  async putPart(
    name: string,
    { body, number, uploadId }: { body: Buffer; number: number; uploadId: string },
    signal: AbortSignal,
  ): Promise<string | "no-upload"> {
    const purpose = `Uploading ${this.textOf(name)}`;
    const query = { partNumber: String(number), uploadId };
    const request: StoreRequest = {
      purpose,
      method: "PUT",
      key: this.keyOf(name),
      query,
      body,
      signal,
    };
    const answer = await this.#send(request).catch(undefinedIf(404, "NoSuchUpload"));
    return answer === undefined ? "no-upload" : unquoted(answer.headers["etag"] ?? "");
  }

  /** Makes the parts one object. */
  async completeUpload(
    name: string,
    { parts, uploadId }: { parts: readonly StoredPart[]; uploadId: string },
    writing: Pick<Writing, "replaces">,
    signal: AbortSignal,
  ): Promise<"written" | NotWritten> {
    const lines = parts.map(
      ({ etag, number }) =>
        `<Part><PartNumber>${number}</PartNumber><ETag>&quot;${escapedXml(etag)}&quot;</ETag></Part>`,
    );
    const request: StoreRequest = {
      purpose: `Completing ${this.textOf(name)}`,
      method: "POST",
      key: this.keyOf(name),
      query: { uploadId },
      headers: { "Content-Type": "application/xml" },
      body: `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${lines.join("")}</CompleteMultipartUpload>`,
      silenceMs: completionSilenceMs,
      signal,
    };
    return this.#write(request, writing);
  }

  /** One that is no longer there counts as ended. */
  async abortUpload({ key, uploadId }: OpenUpload, signal: AbortSignal): Promise<void> {
    const purpose = `Ending an upload of ${storeAddressText({ ...this.#address, prefix: "" }, key)}`;
    const request: StoreRequest = { purpose, method: "DELETE", key, query: { uploadId }, signal };
    await this.#send(request).catch(undefinedIf(404));
  }

  endUpload(name: string, uploadId: string, signal: AbortSignal): Promise<void> {
    return this.abortUpload({ key: this.keyOf(name), uploadId }, signal);
  }

  /** The uploads of one name, or of all. */
  async openUploads(name: string | undefined, signal: AbortSignal): Promise<OpenUpload[]> {
    const prefix = this.keyOf(name ?? "");
    const found: OpenUpload[] = [];
    for (let markers = {}; ; ) {
      const answer = await this.#send({
        purpose: `Listing the uploads to ${this.textOf()}`,
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
        purpose: `Listing the parts of an upload to ${this.textOf()}`,
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

  keyOf(name: string): string {
    return `${this.#address.prefix}${name}`;
  }

  async #list(query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<string> {
    const purpose = `Listing ${this.textOf()}`;
    const { body } = await this.#send({ purpose, method: "GET", query, signal });
    return body.toString("utf8");
  }

  /** A store that does not know the condition refuses the request, or ignores it. */
  async #write(
    request: StoreRequest,
    { replaces }: Pick<Writing, "replaces">,
  ): Promise<"written" | NotWritten> {
    const condition = this.#knowsConditions ? conditionOf(replaces) : undefined;
    const headers = { ...request.headers, ...condition };
    try {
      await this.#send({ ...request, headers });
      return "written";
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      if (thrown.status === 412 || thrown.status === 409) return "exists";
      if (thrown.serviceCode === "NoSuchUpload") return "no-upload";
      const isUnknown = thrown.status === 501 || thrown.serviceCode === "NotImplemented";
      if (condition === undefined || !isUnknown) throw thrown;
      this.#knowsConditions = false;
      return this.#write(request, { replaces });
    }
  }
}

function conditionOf(replaces: Writing["replaces"]): Record<string, string> | undefined {
  if (replaces === true) return undefined;
  return replaces === false ? { "If-None-Match": "*" } : { "If-Match": replaces.etag };
}

/** Turns an answer of this status, and of this code if one is given, into undefined. */
function undefinedIf(status: number, code?: string) {
  return (thrown: unknown): undefined => {
    const isSo =
      thrown instanceof AppError &&
      thrown.status === status &&
      (code === undefined ? thrown.serviceCode !== "NoSuchBucket" : thrown.serviceCode === code);
    if (!isSo) throw thrown;
  };
}

function storedObject({ headers }: ExchangeAnswer): StoredObject {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const [, own] = /^x-amz-meta-(.+)$/.exec(name) ?? [];
    if (own !== undefined) metadata[own] = value;
  }
  return {
    bytes: Number(headers["content-length"]),
    etag: unquoted(headers["etag"] ?? ""),
    metadata,
  };
}

function metadataHeaders(metadata: Metadata = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
  );
}

function unquoted(etag: string): string {
  return etag.replace(/^"|"$/g, "");
}

function notUnderstood(tried: string): AppError {
  return new AppError({
    kind: "service",
    tried,
    answered: "the answer of the store could not be understood",
    advice: "Something may have answered in its place: check the endpoint and the proxy.",
  });
}
